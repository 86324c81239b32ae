"""Reads of unallocated cash."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Count, F, Min, Q, Sum
from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.receivables.models import SourceUse, UnallocatedCash
from billwright.receivables.rows import CashRow, UseRow
from billwright.receivables.states import UseKind

PAGE_MAX = 500


def cash_row(row: UnallocatedCash) -> CashRow:
    return CashRow(
        cash_id=row.pk,
        payment_id=row.payment_id,
        account_id=row.account_id,
        legal_entity_id=row.legal_entity_id,
        amount=Money(row.amount_minor, row.currency),
        left=Money(row.open_minor, row.currency),
        value_date=row.value_date,
        accounting_date=row.accounting_date,
    )


def list_cash(
    *,
    account_id: int | None = None,
    payment_id: int | None = None,
    in_suspense_of: int | None = None,
    left_only: bool = True,
    after: tuple[date, int] | None = None,
    limit: int = 100,
) -> list[CashRow]:
    """Pieces of cash, the earliest value date first: of an account, of a receipt, or in an entity's suspense.

    Page on with `after` = (value_date, cash_id) of the last row.
    """
    rows = UnallocatedCash.objects.all()
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    if payment_id is not None:
        rows = rows.filter(payment_id=payment_id)
    if in_suspense_of is not None:
        rows = rows.filter(account=None, legal_entity_id=in_suspense_of)
    if left_only:
        rows = rows.filter(open_minor__gt=0)
    if after is not None:
        rows = rows.filter(Q(value_date__gt=after[0]) | Q(value_date=after[0], id__gt=after[1]))
    return [cash_row(row) for row in rows.order_by("value_date", "id")[: min(limit, PAGE_MAX)]]


def count_cash_left() -> tuple[int, int]:
    """How many pieces of cash wait: those that settle nothing yet, and those whose payer nobody knows."""
    left = UnallocatedCash.objects.filter(open_minor__gt=0)
    counts = left.aggregate(known=Count("id", filter=~Q(account=None)), unknown=Count("id", filter=Q(account=None)))
    return counts["known"], counts["unknown"]


def cash_by_payment(payment_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """For each receipt the piece it started as, and what is unallocated of all its pieces, in minor units."""
    rows = (
        UnallocatedCash.objects.filter(payment_id__among=payment_ids)
        .values_list("payment_id")
        .annotate(first=Min("id"), left=Sum("open_minor", filter=Q(currency=F("payment__currency"))))
    )
    return {payment_id: (first_id, int(left)) for payment_id, first_id, left in rows}


def get_cash(cash_id: int) -> CashRow:
    """One piece of cash. Raises NotFound `cash.not_found`."""
    piece = UnallocatedCash.objects.filter(pk=cash_id).first()
    if piece is None:
        raise NotFound("cash.not_found", _("There is no such piece of unallocated cash."), field="cash_id")
    return cash_row(piece)


def list_uses(*, payment_id: int) -> list[UseRow]:
    """What became of the pieces of a receipt besides settling claims, the oldest first."""
    uses = SourceUse.objects.filter(cash__payment_id=payment_id).select_related("to_cash").order_by("id")
    return [
        UseRow(
            use_id=use.pk,
            kind=UseKind(use.kind),
            account_id=use.account_id,
            cash_id=use.cash_id,
            credit_item_id=use.credit_item_id,
            to_cash_id=use.to_cash_id,
            to_account_id=use.to_cash.account_id if use.to_cash else None,
            to_amount=Money(use.to_cash.amount_minor, use.to_cash.currency) if use.to_cash else None,
            to_entry_id=use.to_entry_id,
            rate=use.rate,
            rate_from=use.rate_from,
            rate_source=use.rate_source,
            refund_id=use.refund_id,
            amount=Money(use.amount_minor, use.currency),
            accounting_date=use.accounting_date,
            entry_id=use.entry_id,
            reason=use.reason,
            recorded_by=use.recorded_by,
        )
        for use in uses
    ]
