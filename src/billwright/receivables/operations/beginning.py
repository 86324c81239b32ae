"""The beginning of cash: the piece that each receipt starts as, written before the receipt itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from billwright.kernel.acts import Act
from billwright.kernel.bulk import insert_records
from billwright.kernel.money import Money
from billwright.kernel.numbering import take_ids
from billwright.receivables.models import UnallocatedCash


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCash:
    """What the first piece of a receipt is made of, before the receipt itself is written."""

    payment_id: int
    account_id: int | None
    legal_entity_id: int
    amount: Money
    value_date: date
    accounting_date: date


def begin_cash(*, act: Act, pieces: Sequence[NewCash]) -> dict[int, int]:
    """Start receipts as one piece of unallocated cash each; returns the piece's id by payment id."""
    ids = take_ids(table="receivables_unallocated_cash", count=len(pieces))
    insert_records(
        UnallocatedCash,
        [
            {
                "id": id_,
                "account_id": piece.account_id,
                "legal_entity_id": piece.legal_entity_id,
                "payment_id": piece.payment_id,
                "currency": piece.amount.currency,
                "value_date": piece.value_date,
                "accounting_date": piece.accounting_date,
                "amount_minor": piece.amount.amount_minor,
                "open_minor": piece.amount.amount_minor,
                "recorded_at": act.at,
            }
            for id_, piece in zip(ids, pieces, strict=True)
        ],
    )
    return {piece.payment_id: id_ for id_, piece in zip(ids, pieces, strict=True)}
