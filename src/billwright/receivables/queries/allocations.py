"""Reads of allocations."""

from __future__ import annotations

from collections.abc import Collection

from billwright.kernel.money import Money
from billwright.receivables.models import Allocation
from billwright.receivables.rows import AllocationRow

PAGE_MAX = 500


def allocation_row(row: Allocation) -> AllocationRow:
    return AllocationRow(
        allocation_id=row.pk,
        account_id=row.account_id,
        open_item_id=row.open_item_id,
        cash_id=row.cash_id,
        credit_item_id=row.credit_item_id,
        amount=Money(row.amount_minor, row.currency),
        policy=row.policy,
        accounting_date=row.accounting_date,
        entry_id=row.entry_id,
        reverses_id=row.reverses_id,
    )


def list_allocations(
    *,
    account_id: int | None = None,
    open_item_id: int | None = None,
    cash_id: int | None = None,
    payment_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    standing_only: bool = False,
    before_id: int | None = None,
    limit: int = 50,
) -> list[AllocationRow]:
    """Allocations, the newest first; `standing_only` leaves out what was undone and the undoing."""
    rows = Allocation.objects.all()
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if open_item_id is not None:
        rows = rows.filter(open_item_id=open_item_id)
    if cash_id is not None:
        rows = rows.filter(cash_id=cash_id)
    if payment_id is not None:
        rows = rows.filter(cash__payment_id=payment_id)
    if legal_entity_ids is not None:
        rows = rows.filter(open_item__legal_entity_id__in=legal_entity_ids)
    if standing_only:
        rows = rows.filter(reverses=None, reversed_by=None)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    return [allocation_row(row) for row in rows.order_by("-id")[: min(limit, PAGE_MAX)]]
