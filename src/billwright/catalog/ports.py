"""What the catalog asks of a higher room: which meters there are. Wired by the project at start."""

from __future__ import annotations

from collections.abc import Callable, Collection

KnownMeters = Callable[[Collection[str]], Collection[str]]


class _Wiring:
    known_meters: KnownMeters | None = None


def wire_meters(known_meters: KnownMeters) -> None:
    """Install what answers which of some meter codes exist, at start."""
    _Wiring.known_meters = known_meters


def unknown_meters(codes: Collection[str]) -> set[str]:
    """Those of the codes that are no meter."""
    wanted = set(codes)
    if not wanted:
        return set()
    assert _Wiring.known_meters is not None, "no meters are wired: the project does it at start"
    return wanted - set(_Wiring.known_meters(wanted))
