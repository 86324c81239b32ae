"""Builders of the ledger."""

from __future__ import annotations

from datetime import date

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import EntryDraft, Side, open_books, post_entry
from billwright.ledger.queries import control_balances
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import LegalEntityRow
from billwright.org.tests.builders import make_entity


def make_books(
    code: str = "KAROO", *, first: date = date(2025, 1, 1), last: date = date(2027, 12, 31), **entity: str
) -> LegalEntityRow:
    row = make_entity(code, **entity)
    open_books(act=make_act(), legal_entity_id=row.id, first_month=first, last_month=last)
    return row


def make_entry(
    books: LegalEntityRow,
    amount: str = "115.00",
    *,
    on: date = date(2026, 1, 15),
    debit: LedgerRole = LedgerRole.BANK,
    credit: LedgerRole = LedgerRole.UNALLOCATED_CASH,
    currency: str = "",
    at: str = "2026-01-31T10:00:00",
) -> int:
    money = Money.of(amount, currency or books.base_currency)
    return post_entry(
        act=make_act(at=at),
        draft=EntryDraft(
            legal_entity_id=books.id,
            kind=EntryKind.RECEIPT,
            document_date=on,
            accounting_date=on,
            entry_key="payment:1",
            sides=(Side(amount=money, role=debit), Side(amount=-money, role=credit)),
        ),
    )


def control_balance(*, legal_entity_id: int, role: LedgerRole, as_of: date | None = None) -> dict[str, int]:
    """A role's balance per currency, in minor units, debit positive."""
    found = control_balances(legal_entity_ids=[legal_entity_id], roles=[role], as_of=as_of)
    return {currency: minor for (_entity_id, _role, currency), minor in found.items()}
