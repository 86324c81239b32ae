"""Pages of reads that keep their own place: the query takes the last key of the page before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from billwright.ui import keyset
from billwright.ui.keyset import Cursor, Page

Row = TypeVar("Row")

PAGE_SIZE = 50


def forward_page(fetched: Sequence[Row], *, size: int, key: Callable[[Row], tuple[int | date, int]]) -> Page[Row]:
    """A page of what was fetched with one row more than `size`; it leads on, and the browser leads back."""
    rows = fetched[:size]
    more = len(fetched) > size
    next_cursor = keyset.encode(Cursor(*key(rows[-1]))) if more else ""
    return Page(rows=rows, next_cursor=next_cursor, previous_cursor="")


def place(cursor: str) -> tuple[int, int] | None:
    """The key after which the page starts, or None for the first page. Raises Refusal `list.cursor_unreadable`."""
    if not cursor:
        return None
    found = keyset.decode(cursor)
    if not isinstance(found.value, int) or not isinstance(found.id, int):
        raise keyset.UnreadableCursor
    return found.value, found.id


def dated_place(cursor: str) -> tuple[date, int] | None:
    """The day and id after which the page starts, as `place` of a list in the order of days."""
    if not cursor:
        return None
    found = keyset.decode(cursor)
    if not isinstance(found.value, date) or not isinstance(found.id, int):
        raise keyset.UnreadableCursor
    return found.value, found.id
