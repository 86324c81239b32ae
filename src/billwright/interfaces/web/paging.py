"""Pages of reads that keep their own place: the query takes the last key of the page before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Generic, TypeVar, cast

from django.http import HttpRequest

from billwright.accounts.queries import account_names
from billwright.interfaces.web.exports import wants_export
from billwright.ui import keyset
from billwright.ui.keyset import Cursor, Page

Row = TypeVar("Row")
Place = TypeVar("Place", bound="int | tuple[date | int, int]")

PAGE_SIZE = keyset.PAGE_SIZE
EXPORT_CHUNK = 5000


class AccountNames(dict[int, str]):
    """What the accounts of the rows are called that were read last: a page of them, or a chunk of an export."""

    def learn(self, rows: Sequence[Any]) -> None:
        """Read the names of the accounts that these rows name by `account_id`."""
        self.clear()
        self.update({id_: one.shown_name for id_, one in account_names(row.account_id for row in rows).items()})


class _Every(Generic[Row]):
    """All rows, read anew, a chunk at a time, whenever they are gone through."""

    def __init__(self, chunks: Callable[[], Iterator[Row]]) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[Row]:
        return self._chunks()


def by_ids(
    request: HttpRequest,
    read: Callable[[int | None, int], Sequence[Row]],
    *,
    key: Callable[[Any], int] = attrgetter("id"),
    names: AccountNames | None = None,
) -> Page[Row]:
    """The page that the address asks for, of rows in the order of ids; all rows, where a spreadsheet is asked for.

    `read` takes the id of the last row before (None: from the beginning) and how many rows; `names` learns what the
    accounts of the rows are called, before each chunk is gone through. Raises NotAllowed for a spreadsheet without the
    right to it, Refusal `list.cursor_unreadable`.
    """
    read = _named(read, names)
    if wants_export(request):
        return _whole(read, key)
    last = place(request.GET.get("cursor", ""))
    fetched = read(last[1] if last else None, PAGE_SIZE + 1)
    return forward_page(fetched, size=PAGE_SIZE, key=lambda row: (key(row), key(row)))


def by_days(
    request: HttpRequest,
    read: Callable[[tuple[date, int] | None, int], Sequence[Row]],
    *,
    key: Callable[[Row], tuple[date, int]],
    names: AccountNames | None = None,
) -> Page[Row]:
    """As `by_ids`, of rows in the order of days: `key` tells the day and id of a row."""
    read = _named(read, names)
    if wants_export(request):
        return _whole(read, key)
    fetched = read(dated_place(request.GET.get("cursor", "")), PAGE_SIZE + 1)
    return forward_page(fetched, size=PAGE_SIZE, key=key)


def _named(
    read: Callable[[Place | None, int], Sequence[Row]], names: AccountNames | None
) -> Callable[[Place | None, int], Sequence[Row]]:
    """A read whose rows' accounts are named before they are gone through."""
    if names is None:
        return read

    def named(last: Place | None, limit: int) -> Sequence[Row]:
        rows = read(last, limit)
        names.learn(rows)
        return rows

    return named


def _whole(read: Callable[[Place | None, int], Sequence[Row]], key: Callable[[Row], Place]) -> Page[Row]:
    # The export goes through them once, and needs no more of a sequence.
    rows = cast("Sequence[Row]", _Every(lambda: every(read, key=key)))
    return Page(rows=rows, next_cursor="", previous_cursor="")


def every(read: Callable[[Place | None, int], Sequence[Row]], *, key: Callable[[Row], Place]) -> Iterator[Row]:
    """All rows, of which a chunk is held at a time."""
    for rows in chunks(read, key=key):
        yield from rows


def chunks(
    read: Callable[[Place | None, int], Sequence[Row]], *, key: Callable[[Row], Place]
) -> Iterator[Sequence[Row]]:
    """All rows, chunk by chunk until nothing comes: a read may answer with fewer rows than it was asked for."""
    last: Place | None = None
    while rows := read(last, EXPORT_CHUNK):
        yield rows
        last = key(rows[-1])


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
