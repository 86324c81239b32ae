"""Builders of accounts. The standing cast: Ana pays late, Boris pays by card, Clara disputes."""

from __future__ import annotations

from datetime import date

from billwright.accounts import operations
from billwright.accounts.rows import AccountDraft, AccountRow, AddressDraft, ContactDraft, CustomerDraft, CustomerRow
from billwright.accounts.states import CustomerKind
from billwright.kernel.tests.builders import make_act
from billwright.org.queries import LegalEntityRow


def make_customer(name: str = "Ana Botha", **values: str) -> CustomerRow:
    draft = CustomerDraft(
        name=name,
        country=values.pop("country", "ZA"),
        timezone=values.pop("timezone", "Africa/Johannesburg"),
        kind=CustomerKind(values.pop("kind", "PERSON")),
        **values,
    )
    return operations.create_customer(act=make_act(), draft=draft)


def make_account(
    entity: LegalEntityRow,
    customer: CustomerRow | None = None,
    *,
    currency: str = "ZAR",
    opened_on: date = date(2026, 1, 1),
    contacts: tuple[ContactDraft, ...] = (),
    addresses: tuple[AddressDraft, ...] = (),
    **values: str,
) -> AccountRow:
    draft = AccountDraft(
        customer_id=(customer or make_customer()).id,
        legal_entity_id=entity.id,
        currency=currency,
        opened_on=opened_on,
        contacts=contacts,
        addresses=addresses,
        **values,
    )
    return operations.create_account(act=make_act(), draft=draft)
