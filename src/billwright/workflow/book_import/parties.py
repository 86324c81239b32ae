"""Customers and billing accounts of imported rows: found by their reference, or made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billwright.accounts import operations, queries
from billwright.accounts.rows import AccountDraft, AddressDraft, ContactDraft, CustomerDraft
from billwright.accounts.states import CustomerKind, InvoiceDelivery
from billwright.files.operations import add_rows_in
from billwright.files.queries import rows_in
from billwright.files.rows import RowIn
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.org.queries import LegalEntityRow
from billwright.org.states import TaxTreatment
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.mapping import Mapping as ImportMapping
from billwright.workflow.book_import.mapping import shortened
from billwright.workflow.book_import.reading import Reading

# Of customers and accounts that are found again by identity only what they became counts.
_NO_DIGEST = ""


@dataclass(frozen=True, slots=True)
class PartyKey:
    """Who a row is about: the reference of the outside system, and the currency of the account."""

    reference: str
    currency: str

    def __str__(self) -> str:
        return f"{self.reference[:130]}|{self.currency}"


@dataclass(frozen=True, slots=True)
class _PartyDraft:
    reading: Reading
    customer: CustomerDraft
    account: AccountDraft


@dataclass(frozen=True, slots=True)
class Parties:
    """Accounts by party, how many were made, and the rows whose party could not be made."""

    account_ids: dict[PartyKey, int]
    made_count: int
    faults: list[Fault]


def key_of(reading: Reading) -> PartyKey:
    """The party that a row is about."""
    return PartyKey(reading.text("customer.reference"), reading.currency)


def ensure_parties(
    *, act: Act, entity: LegalEntityRow, mapping: ImportMapping, job_id: int, readings: Sequence[Reading], day: date
) -> Parties:
    """Find or make the accounts of all rows, in a fixed number of queries.

    An account is found by its identity within the mapping's source, else by its reference within entity and
    currency. Without an opening date it is opened on the earliest date of its rows; `day` stands in where rows
    have none.
    """
    keys = {key_of(reading) for reading in readings}
    account_ids = find_accounts(entity, mapping, keys)
    first: dict[PartyKey, Reading] = {}
    for reading in readings:
        first.setdefault(key_of(reading), reading)
    drafts, broken = _drafts({k: r for k, r in first.items() if k not in account_ids}, entity, mapping, readings, day)
    made = _make(act, entity, mapping, job_id, drafts)
    faults = [replace(broken[key_of(reading)], row=reading.row) for reading in readings if key_of(reading) in broken]
    return Parties({**account_ids, **made}, len(made), faults)


def _sources(mapping: ImportMapping, entity: LegalEntityRow) -> tuple[str, str]:
    """Identities of customers and of accounts live in sources of their own, per entity."""
    base = shortened(mapping.identity_source, 50)
    return f"{base}/customers", f"{base}/{entity.code}/accounts"


def find_accounts(entity: LegalEntityRow, mapping: ImportMapping, keys: Iterable[PartyKey]) -> dict[PartyKey, int]:
    """Accounts that are in the books, by party: by the identity of the mapping's source, else by their reference."""
    wanted = {str(key): key for key in keys}
    known = {wanted[row.identity]: _id_of(row) for row in _in(_sources(mapping, entity)[1], wanted).values()}
    for currency in {key.currency for key in wanted.values()}:
        references = [key.reference for key in wanted.values() if key.currency == currency and key not in known]
        found = queries.account_ids_by_reference(references, legal_entity_id=entity.id, currency=currency)
        known |= {PartyKey(reference, currency): account_id for reference, account_id in found.items()}
    return known


def _in(source: str, identities: Iterable[str]) -> dict[str, RowIn]:
    return rows_in(source=source, identities=identities)


def _id_of(row: RowIn) -> int:
    return int(row.subject.partition(":")[2])


def _drafts(
    missing: Mapping[PartyKey, Reading],
    entity: LegalEntityRow,
    mapping: ImportMapping,
    readings: Sequence[Reading],
    day: date,
) -> tuple[dict[PartyKey, _PartyDraft], dict[PartyKey, Fault]]:
    opened = _first_days(readings)
    numbers = {reading.text("account.number") for reading in missing.values()} - {""}
    taken = set(queries.account_ids_by_number(numbers))
    drafts: dict[PartyKey, _PartyDraft] = {}
    broken: dict[PartyKey, Fault] = {}
    for key, reading in missing.items():
        try:
            customer = _customer(reading, entity)
            account = _account(reading, entity, opened_on=opened.get(key, day))
            operations.require_valid(customer, account)
            if account.number and account.number in taken:
                raise Refusal(
                    "account.number_taken",
                    _("The number %(number)s belongs to another account.") % {"number": account.number},
                    field="account.number",
                    cure=_("Give another number, or leave it empty for one of ours."),
                )
            taken.add(account.number)
            drafts[key] = _PartyDraft(reading, customer, account)
        except Refusal as refused:
            broken[key] = Fault.of(reading.row, refused, field=mapping.column_of(refused.field))
    return drafts, broken


def _first_days(readings: Sequence[Reading]) -> dict[PartyKey, date]:
    days: dict[PartyKey, date] = {}
    for reading in readings:
        found = [reading.fields.get(name) for name in ("account.opened_on", "starts_on", "document_date", "value_date")]
        day = next((value for value in found if value is not None), None)
        if day is not None:
            days[key_of(reading)] = min(days.get(key_of(reading), day), day)
    return days


def _customer(reading: Reading, entity: LegalEntityRow) -> CustomerDraft:
    reference = reading.text("customer.reference")
    return CustomerDraft(
        name=reading.text("customer.name", reference),
        country=reading.text("customer.country", entity.country),
        timezone=reading.text("customer.timezone", entity.timezone),
        kind=choice_of(CustomerKind, reading, "customer.kind", CustomerKind.ORGANIZATION),
        language=reading.text("customer.language", entity.language),
        first_name=reading.text("customer.first_name"),
        last_name=reading.text("customer.last_name"),
        tax_number=reading.text("customer.tax_number"),
        registration_number=reading.text("customer.registration_number"),
        reference=reference,
    )


def _account(reading: Reading, entity: LegalEntityRow, *, opened_on: date) -> AccountDraft:
    country = reading.text("address.country") or reading.text("customer.country", entity.country)
    return AccountDraft(
        customer_id=0,
        legal_entity_id=entity.id,
        currency=reading.currency,
        opened_on=opened_on,
        number=reading.text("account.number"),
        name=reading.text("account.name"),
        cycle_day=reading.fields.get("account.cycle_day"),
        payment_terms_days=reading.fields.get("account.payment_terms_days"),
        delivery=choice_of(InvoiceDelivery, reading, "account.delivery", InvoiceDelivery.EMAIL),
        tax_treatment=choice_of(TaxTreatment, reading, "account.tax_treatment", TaxTreatment.DOMESTIC),
        place_of_supply=reading.text("account.place_of_supply"),
        credit_class=reading.text("account.credit_class", "STANDARD"),
        purchase_order=reading.text("account.purchase_order"),
        cost_center=reading.text("account.cost_center"),
        payment_method=reading.text("account.payment_method"),
        reference=reading.text("customer.reference"),
        contacts=_contacts(reading),
        addresses=_addresses(reading, country),
    )


def _contacts(reading: Reading) -> tuple[ContactDraft, ...]:
    contact = ContactDraft(
        name=reading.text("contact.name"), email=reading.text("contact.email"), phone=reading.text("contact.phone")
    )
    return () if contact == ContactDraft() else (contact,)


def _addresses(reading: Reading, country: str) -> tuple[AddressDraft, ...]:
    address = AddressDraft(
        country=country,
        addressee=reading.text("address.addressee"),
        street=reading.text("address.street"),
        postcode=reading.text("address.postcode"),
        city=reading.text("address.city"),
        region=reading.text("address.region"),
    )
    return () if address == AddressDraft(country=country) else (address,)


def choice_of(choices: Any, reading: Reading, field: str, default: Any = None) -> Any:
    """A field as a member of a closed list. Raises Refusal `import.choice_unknown` with the words there are."""
    text = reading.text(field, default.value if default is not None else "")
    if text not in choices.values:
        raise Refusal(
            "import.choice_unknown",
            _("%(text)r is not one of our words.") % {"text": text[:60]},
            field=field,
            cure=_("Translate it in the mapping under values: %(field)s:, to one of %(words)s.")
            % {"field": field, "words": ", ".join(choices.values)},
        )
    return choices(text)


def _make(
    act: Act, entity: LegalEntityRow, mapping: ImportMapping, job_id: int, drafts: Mapping[PartyKey, _PartyDraft]
) -> dict[PartyKey, int]:
    if not drafts:
        return {}
    customers_source, accounts_source = _sources(mapping, entity)
    references = {key.reference for key in drafts}
    customer_ids = {row.identity: _id_of(row) for row in _in(customers_source, references).values()}
    new = {key.reference: draft.customer for key, draft in drafts.items() if key.reference not in customer_ids}
    if new:
        made = operations.create_customers(act=act.nested(), drafts=tuple(new.values()), legal_entity_id=entity.id)
        fresh = dict(zip(new, (row.id for row in made), strict=True))
        rows = [RowIn(reference, f"customer:{id_}", _NO_DIGEST) for reference, id_ in fresh.items()]
        add_rows_in(source=customers_source, job_id=job_id, rows=rows)
        customer_ids |= fresh
    kept = queries.surviving_customers(customer_ids.values())
    accounts = operations.create_accounts(
        act=act.nested(),
        drafts=tuple(
            replace(draft.account, customer_id=kept[customer_ids[key.reference]]) for key, draft in drafts.items()
        ),
    )
    account_ids = dict(zip(drafts, (row.id for row in accounts), strict=True))
    rows = [RowIn(str(key), f"account:{id_}", _NO_DIGEST) for key, id_ in account_ids.items()]
    add_rows_in(source=accounts_source, job_id=job_id, rows=rows)
    return account_ids
