"""The clock, read once per request, job or command by the interfaces and handed down as an argument.

A moving clock (`standing_at`) serves the demo, scenario files and training: it is set by an interface too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

# The last zone to enter a day.
LAST_ZONE = "Etc/GMT+12"
_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present instant in UTC. Only interfaces call it."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing_at(at: datetime) -> Iterator[None]:
    """Let the clock stand at an instant within the block."""
    assert at.tzinfo is not None
    token = _standing.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


def business_date(at: datetime, timezone: str) -> date:
    """The civil date at an instant in a time zone such as `Africa/Johannesburg`."""
    return at.astimezone(ZoneInfo(timezone)).date()


def day_begun_everywhere(at: datetime) -> date:
    """The latest day that has begun in every time zone: what ends or falls due on it does so for everybody."""
    return business_date(at, LAST_ZONE)
