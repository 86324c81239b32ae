"""Reads of holds."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from billwright.kernel.money import Money
from billwright.receivables.models import Hold
from billwright.receivables.rows import HoldRow
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
    rows = Hold.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=as_of),
        open_item_id__in=open_item_ids,
        superseded_at=None,
        valid_from__lte=as_of,
    ).select_related("open_item")
    return [hold_row(row, currency=row.open_item.currency) for row in rows.order_by("id")]
