"""What settled an item: which receipt or credit note, when and how much; read from both sides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from billwright.kernel.money import Money
from billwright.receivables.models import Allocation

ROWS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRow:
    """One allocation as a document's page tells it: money or credit on one side, a claim on the other.

    `amount` is negative on the row that undoes another. `undone`: a later row took it back.
    """

    allocation_id: int
    amount: Money
    accounting_date: date
    policy: str
    payment_id: int | None
    payment_number: str
    credit_invoice_id: int | None
    credit_number: str
    claim_invoice_id: int
    claim_number: str
    entry_id: int | None
    reverses_id: int | None
    undone: bool


def list_settlements(open_item_ids: Collection[int]) -> list[SettlementRow]:
    """The allocations that the items of a document took or, a credit note's, gave; the oldest first."""
    rows = (
        Allocation.objects.filter(Q(open_item_id__in=open_item_ids) | Q(credit_item_id__in=open_item_ids))
        .order_by("id")
        .values_list(
            "id", "amount_minor", "currency", "accounting_date", "policy", "cash__payment_id",
            "cash__payment__number", "credit_item__invoice_id", "credit_item__invoice__number",
            "open_item__invoice_id", "open_item__invoice__number", "entry_id", "reverses_id", "reversed_by__id",
        )[:ROWS_MAX]
    )  # fmt: skip
    return [
        SettlementRow(
            allocation_id=id_,
            amount=Money(amount_minor, currency),
            accounting_date=accounting_date,
            policy=policy,
            payment_id=payment_id,
            payment_number=payment_number or "",
            credit_invoice_id=credit_invoice_id,
            credit_number=credit_number or "",
            claim_invoice_id=claim_invoice_id,
            claim_number=claim_number,
            entry_id=entry_id,
            reverses_id=reverses_id,
            undone=undone_by is not None,
        )
        for (
            id_, amount_minor, currency, accounting_date, policy, payment_id, payment_number, credit_invoice_id,
            credit_number, claim_invoice_id, claim_number, entry_id, reverses_id, undone_by,
        ) in rows
    ]  # fmt: skip
