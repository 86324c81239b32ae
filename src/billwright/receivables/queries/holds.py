"""Reads of holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db.models import Q, QuerySet

from billwright.kernel.money import Money
from billwright.receivables import policies
from billwright.receivables.models import Hold
from billwright.receivables.rows import HoldRow, ItemRow
from billwright.receivables.states import HoldReason


def hold_row(row: Hold, *, currency: str) -> HoldRow:
    return HoldRow(
        hold_id=row.pk,
        open_item_id=row.open_item_id,
        reason=HoldReason(row.reason),
        amount=Money(row.amount_minor, currency) if row.amount_minor is not None else None,
        source=row.source,
        note=row.note,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        placed_by=row.placed_by,
    )


def list_holds(*, open_item_ids: Collection[int], as_of: date) -> list[HoldRow]:
    """The holds in force on a day on the given items, as we know them now."""
    return _rows(_in_force(as_of).filter(open_item_id__in=open_item_ids))


def list_account_holds(*, account_id: int, as_of: date) -> list[HoldRow]:
    """The holds in force on a day on what is open on an account, as we know them now."""
    return _rows(_in_force(as_of).filter(~Q(open_item__open_minor=0), open_item__account_id=account_id))


def _in_force(as_of: date) -> QuerySet[Hold]:
    return Hold.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=as_of), superseded_at=None, valid_from__lte=as_of
    )


def _rows(found: QuerySet[Hold]) -> list[HoldRow]:
    return [hold_row(row, currency=row.open_item.currency) for row in found.select_related("open_item").order_by("id")]


def held_of(items: Iterable[ItemRow], holds: Collection[HoldRow]) -> dict[int, Money]:
    """How much of each item these holds keep, by item id; items of which they keep nothing are left out."""
    by_item: dict[int, list[int | None]] = {}
    for hold in holds:
        by_item.setdefault(hold.open_item_id, []).append(None if hold.amount is None else hold.amount.amount_minor)
    found = {}
    for item in items:
        kept = policies.held(open_minor=item.open.amount_minor, holds=by_item.get(item.open_item_id, ()))
        if kept:
            found[item.open_item_id] = Money(kept, item.open.currency)
    return found
