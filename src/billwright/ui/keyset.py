"""Key-set paging: a page starts after the last row of the page before it, so page 900 costs what page 1 costs.

The order is always (sort field, id), both in one direction, so that every row has its own place. Rows added or taken
meanwhile neither repeat nor hide a row, as an offset would.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext

from billwright.kernel.errors import Refusal

Row = TypeVar("Row")
Scalar = None | bool | int | str | date | datetime | Decimal

PAGE_SIZE = 50


class UnreadableCursor(Refusal):
    """The address carries a place in a list that this list does not know; perhaps it was cut or typed."""

    http_status = 400

    def __init__(self) -> None:
        super().__init__(
            "list.cursor_unreadable",
            gettext("This address points to a place in the list that cannot be read."),
            field="cursor",
            cure=gettext("Open the list from its beginning."),
        )


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by `field` (a path such as `account__name`), then by `id_field`, both the same way."""

    field: str = "id"
    descending: bool = False
    id_field: str = "id"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order: just after (or, `backward`, just before) the row with this value and id."""

    value: Scalar
    id: Scalar
    backward: bool = False


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows with the cursors of its neighbours; an empty cursor means that there is none."""

    rows: Sequence[Row]
    next_cursor: str
    previous_cursor: str


def encode(cursor: Cursor) -> str:
    """The cursor as a short text for an address."""
    packed = [int(cursor.backward), _pack(cursor.value), _pack(cursor.id)]
    text = json.dumps(packed, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(text: str) -> Cursor:
    """Read a cursor. Raises UnreadableCursor."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        backward, value, id_value = json.loads(raw)
        if backward not in (0, 1):
            raise ValueError("a cursor reads forward or backward")
        return Cursor(_unpack(value), _unpack(id_value), bool(backward))
    except (ValueError, TypeError, KeyError, InvalidOperation) as error:
        raise UnreadableCursor from error


def page(
    queryset: QuerySet[Any, Row],
    *,
    order: Order,
    cursor: str = "",
    size: int = PAGE_SIZE,
) -> Page[Row]:
    """The page at `cursor`, in order, fetched by one query of size + 1 rows. Raises UnreadableCursor."""
    place = decode(cursor) if cursor else None
    backward = place is not None and place.backward
    # Reading backward is reading forward in the opposite order, then turning the page round.
    descending = order.descending != backward
    try:
        narrowed = queryset if place is None else queryset.filter(_beyond(order, place, descending=descending))
        fetched = list(narrowed.order_by(*_ordering(order, descending=descending))[: size + 1])
    except (ValueError, TypeError, ValidationError) as error:
        # The value is of another type than the field: a cursor of another list.
        raise UnreadableCursor from error
    more, rows = len(fetched) > size, fetched[:size]
    if backward:
        rows.reverse()
    has_next, has_previous = (True, more) if backward else (more, place is not None)
    return Page(
        rows=rows,
        next_cursor=_cursor_of(rows[-1], order, backward=False) if rows and has_next else "",
        previous_cursor=_cursor_of(rows[0], order, backward=True) if rows and has_previous else "",
    )


def _ordering(order: Order, *, descending: bool) -> list[Any]:
    """Unknown values stand last in the list's own direction, hence first when it is read backward."""
    nulls = {"nulls_last": True} if descending == order.descending else {"nulls_first": True}
    fields = [order.field] if order.field == order.id_field else [order.field, order.id_field]
    return [F(field).desc(**nulls) if descending else F(field).asc(**nulls) for field in fields]


def _beyond(order: Order, place: Cursor, *, descending: bool) -> Q:
    """The rows after `place`. Written as `value >= v and (value > v or id > i)`, which an index can serve."""
    past = "lt" if descending else "gt"
    further_id = Q(**{f"{order.id_field}__{past}": place.id})
    if order.field == order.id_field:
        return further_id
    unknown = Q(**{f"{order.field}__isnull": True})
    if place.value is None:
        return unknown & further_id if not place.backward else (unknown & further_id) | ~unknown
    further = Q(**{f"{order.field}__{past}": place.value}) | further_id
    known = Q(**{f"{order.field}__{past}e": place.value}) & further
    return known if place.backward else known | unknown


def _cursor_of(row: Any, order: Order, *, backward: bool) -> str:
    return encode(Cursor(_read(row, order.field), _read(row, order.id_field), backward))


def _read(row: Any, path: str) -> Scalar:
    """Follow `account__name` through attributes, or take the key of a row of `.values()`."""
    if isinstance(row, dict):
        value: Scalar = row[path]
        return value
    for name in path.split("__"):
        row = getattr(row, name, None)
        if row is None:
            return None
    found: Scalar = row
    return found


def _pack(value: Scalar) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    # A datetime is a date too, hence first.
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return {"n": str(value)}


def _unpack(packed: Any) -> Scalar:
    if not isinstance(packed, dict):
        if isinstance(packed, list | float):
            raise ValueError("a cursor holds scalars")
        value: Scalar = packed
        return value
    if "t" in packed:
        return datetime.fromisoformat(packed["t"])
    if "d" in packed:
        return date.fromisoformat(packed["d"])
    return Decimal(packed["n"])
