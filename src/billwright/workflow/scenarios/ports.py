"""What scenarios need of the project: a database for each world. Apart from them, so that to wire it loads none."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol


class Scratch(Protocol):
    """Gives an empty, migrated database for one world, and throws it away."""

    def prepare(self, *, keeps: bool = False) -> None:
        """Start what worlds need; processes that are forked afterwards share it. `keeps`: it runs on after them."""

    def world(self) -> AbstractContextManager[None]:
        """Within the block Django's connection points at the scratch database."""

    def kept_world(self, name: str) -> AbstractContextManager[str]:
        """The same, but the database stays under a name; gives its address."""


class _Wiring:
    scratch: Scratch | None = None


def wire_scratch(scratch: Scratch) -> None:
    """Install the provider of scratch databases, at start."""
    _Wiring.scratch = scratch


def scratch_worlds() -> Scratch:
    """The provider of scratch databases."""
    assert _Wiring.scratch is not None, "no scratch databases are wired: the project does it at start"
    return _Wiring.scratch


def prepare_scratch(*, keeps: bool = False) -> None:
    """Get ready for worlds, before processes are forked; `keeps`: worlds are to be looked at afterwards."""
    scratch_worlds().prepare(keeps=keeps)
