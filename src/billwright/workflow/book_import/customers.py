"""Writing customers with their billing accounts: the parties of a file are the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.operations import (
    add_contact,
    change_address,
    change_contact,
    update_account,
    update_customer,
)
from billwright.accounts.queries import (
    account_ids_by_number,
    account_ids_by_reference,
    get_account,
    get_accounts,
    get_customer,
    list_addresses,
    list_contacts,
)
from billwright.accounts.rows import AccountChange, AddressDraft, ContactChange, ContactDraft, CustomerChange
from billwright.accounts.states import AddressKind, CustomerKind, InvoiceDelivery
from billwright.files.operations import add_rows_in
from billwright.files.queries import rows_in
from billwright.files.rows import RowIn
from billwright.kernel.errors import Refusal
from billwright.org.states import TaxTreatment
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.kinds import Context, Judged, Ours, changed_since
from billwright.workflow.book_import.parties import Parties, PartyKey, choice_of, find_accounts, key_of
from billwright.workflow.book_import.reading import Reading

_CHOICES = {
    "customer.kind": CustomerKind,
    "account.delivery": InvoiceDelivery,
    "account.tax_treatment": TaxTreatment,
}
# The number names the account, the opening is history, the reference is how the row was found.
_FIXED = frozenset({"customer.reference", "account.number", "account.opened_on"})


class Customers:
    """Customers and accounts of another system; the tie-out counts accounts."""

    measures: tuple[str, ...] = ()
    rough_field = ""

    def __init__(self) -> None:
        # Of each account the row that makes it.
        self._first_rows: dict[PartyKey, int] = {}

    def judge(self, context: Context, readings: Sequence[Reading]) -> tuple[list[Judged], list[Fault]]:  # noqa: ARG002
        """Whether a customer is valid is judged where it is made."""
        return [Judged(reading, None, {}) for reading in readings], []

    def found(self, context: Context, judged: Sequence[Judged]) -> dict[str, RowIn]:
        """With `changed: update`, accounts that a row names by number, or else by reference within the entity."""
        if context.mapping.options.changed != "update":
            return {}
        by_number = account_ids_by_number({row.reading.text("account.number") for row in judged} - {""})
        by_reference: dict[tuple[str, str], int] = {}
        for currency in {row.reading.currency for row in judged}:
            found = account_ids_by_reference(
                {row.reading.text("customer.reference") for row in judged},
                legal_entity_id=context.entity.id,
                currency=currency,
            )
            by_reference |= {(reference, currency): account_id for reference, account_id in found.items()}
        known: dict[str, RowIn] = {}
        for row in judged:
            key = (row.reading.text("customer.reference"), row.reading.currency)
            account_id = by_number.get(row.reading.text("account.number"), by_reference.get(key))
            if account_id is not None:
                known[row.reading.identity] = RowIn(row.reading.identity, f"account:{account_id}", "")
        return known

    def amend(self, context: Context, judged: Sequence[Judged], known: dict[str, RowIn]) -> list[Fault]:
        """With `changed: update`, give customers and accounts the values of the file; each is an act of its own."""
        if context.mapping.options.changed != "update":
            return [changed_since(row) for row in judged]
        source = context.mapping.identity_source
        seen = rows_in(source=source, identities=[row.reading.identity for row in judged])
        faults: list[Fault] = []
        for row in judged:
            try:
                with transaction.atomic():
                    _update(context, row.reading, account_id=_account_id(known[row.reading.identity]))
            except Refusal as refused:
                faults.append(Fault.of(row.reading.row, refused, field=context.mapping.column_of(refused.field)))
        refused_rows = {fault.row for fault in faults}
        fresh = [
            RowIn(row.reading.identity, known[row.reading.identity].subject, row.reading.digest)
            for row in judged
            if row.reading.identity not in seen and row.reading.row not in refused_rows
        ]
        add_rows_in(source=source, job_id=context.job_id, rows=fresh)
        return faults

    def refuse(self, context: Context, judged: Sequence[Judged]) -> tuple[list[Judged], list[Fault]]:
        """Refuse rows about an account that is there, or that another row makes: what they say would be lost."""
        keys = {key_of(row.reading) for row in judged}
        present = find_accounts(context.entity, context.mapping, keys - self._first_rows.keys())
        good: list[Judged] = []
        faults: list[Fault] = []
        for row in judged:
            key = key_of(row.reading)
            first = self._first_rows.setdefault(key, row.reading.row)
            if key not in present and first == row.reading.row:
                good.append(row)
                continue
            faults.append(_there_already(context, row, first_row=first))
        return good, faults

    def write(self, context: Context, judged: Sequence[Judged], parties: Parties) -> None:
        """Remember which account each row became; the accounts themselves were made with the parties."""
        rows = [
            RowIn(row.reading.identity, f"account:{parties.account_ids[key_of(row.reading)]}", row.reading.digest)
            for row in judged
        ]
        add_rows_in(source=context.mapping.identity_source, job_id=context.job_id, rows=rows)

    def ours(self, context: Context, identities: Sequence[str]) -> list[Ours]:
        """Rows whose account is in the books, by currency."""
        known = rows_in(source=context.mapping.identity_source, identities=identities)
        ids = [int(row.subject.removeprefix("account:")) for row in known.values()]
        accounts = get_accounts(set(ids))
        counts = Counter(accounts[account_id].currency for account_id in ids if account_id in accounts)
        return [Ours(currency, count, {}) for currency, count in sorted(counts.items())]


def _there_already(context: Context, row: Judged, *, first_row: int) -> Fault:
    reference = row.reading.text("customer.reference")[:60]
    if first_row == row.reading.row:
        message = _("There is an account of %(reference)s in %(currency)s already.")
        words = {"reference": reference, "currency": row.reading.currency}
    else:
        message = _("Row %(row)s is about the same account of %(reference)s.")
        words = {"reference": reference, "row": str(first_row)}
    cure = _("Take the row out; or let the file change what is there: options: {changed: update}.")
    return Fault(row.reading.row, context.mapping.column_of("customer.reference"), message % words, cure)


def _account_id(row: RowIn) -> int:
    return int(row.subject.removeprefix("account:"))


def _update(context: Context, reading: Reading, *, account_id: int) -> None:
    """Give the record what the row's filled cells say; empty cells change nothing."""
    act = context.act.nested()
    account = get_account(account_id)
    customer = get_customer(account.customer_id)
    wanted = _wanted(reading, "customer")
    if wanted:
        update_customer(act=act, customer_id=customer.id, version=customer.version, change=CustomerChange(**wanted))
    wanted = _wanted(reading, "account")
    if wanted:
        update_account(act=act, account_id=account_id, version=account.version, change=AccountChange(**wanted))
    _update_contact(context, reading, account_id=account_id)
    _update_address(context, reading, account_id=account_id)


def _update_contact(context: Context, reading: Reading, *, account_id: int) -> None:
    """Change the first contact, or add one where there is none."""
    act, wanted = context.act.nested(), _wanted(reading, "contact")
    if not wanted:
        return
    contacts = list_contacts(account_id)
    if contacts:
        first = contacts[0]
        change_contact(act=act, contact_id=first.id, version=first.version, change=ContactChange(**wanted))
    else:
        add_contact(act=act, account_id=account_id, draft=ContactDraft(**wanted))


def _update_address(context: Context, reading: Reading, *, account_id: int) -> None:
    """Let another billing address hold from today on, where the row says another one."""
    wanted = _wanted(reading, "address")
    present = [row for row in list_addresses(account_id, on=context.as_of) if row.kind is AddressKind.BILLING]
    known = {name: getattr(present[0], name) for name in AddressDraft.__slots__} if present else {}
    if not wanted or all(known.get(name) == value for name, value in wanted.items()):
        return
    country = reading.text("customer.country", context.entity.country)
    draft = AddressDraft(**{"country": country, **known, **wanted})
    change_address(act=context.act.nested(), account_id=account_id, draft=draft, valid_from=context.as_of)


def _wanted(reading: Reading, part: str) -> dict[str, Any]:
    fields = [name for name in reading.fields if name.startswith(f"{part}.") and name not in _FIXED]
    return {
        name.removeprefix(f"{part}."): (
            choice_of(_CHOICES[name], reading, name) if name in _CHOICES else reading.fields[name]
        )
        for name in fields
    }
