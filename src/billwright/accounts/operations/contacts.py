"""Contacts, dated addresses and reference fields of an account."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from billwright.accounts.models import Address, Contact, ReferenceField
from billwright.accounts.operations.billing_accounts import lock_account
from billwright.accounts.operations.changing import differences, note_difference, refresh_search, require_version
from billwright.accounts.operations.checking import address_values, contact_values
from billwright.accounts.policies import check_length
from billwright.accounts.queries.billing_accounts import address_row, contact_row
from billwright.accounts.rows import (
    AddressDraft,
    AddressRow,
    ContactChange,
    ContactDraft,
    ContactRow,
    ReferenceRow,
)
from billwright.kernel.acts import Act, verb
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.locking import lock_rows

CONTACT_PERSONAL = frozenset({"name", "email", "phone"})
ADDRESS_PERSONAL = frozenset({"addressee", "street", "postcode", "city", "region"})


@verb("account.add_contact", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def add_contact(*, act: Act, account_id: int, draft: ContactDraft) -> ContactRow:
    """Add a contact to an account. Raises `email.not_valid`, `phone.not_valid`, `contact.empty`."""
    account = lock_account(account_id)
    values = contact_values(draft, country=account.customer.country)
    contact = Contact.objects.create(account=account, **values)
    note_difference(
        before={},
        after=values | {"contact_id": contact.pk},
        personal_fields=CONTACT_PERSONAL,
        customer_id=account.customer_id,
        version=None,
        effective_on=None,
    )
    refresh_search([account_id])
    return contact_row(contact)


@verb("account.change_contact", subject=lambda _, row: f"contact:{row.id}")
def change_contact(*, act: Act, contact_id: int, version: int, change: ContactChange) -> ContactRow:
    """Change a contact that still stands at `version`, or retire it with `active=False`.

    Raises NotFound `contact.not_found`, Conflict `record.changed_meanwhile`, and the refusals of the checks.
    """
    found = lock_rows(Contact, [contact_id])
    if not found:
        raise NotFound("contact.not_found", _("There is no such contact."), field="contact_id")
    contact = found[0]
    require_version(subject=f"contact:{contact_id}", present=contact.version, seen=version)
    names = tuple(ContactDraft.__slots__)
    draft = ContactDraft(**{name: getattr(contact, name) for name in names})
    draft = replace(draft, **{name: getattr(change, name) for name in names if getattr(change, name) is not None})
    values = contact_values(draft, country=contact.account.customer.country)
    values["active"] = contact.active if change.active is None else change.active
    before, after = differences(contact, values)
    if not after:
        return contact_row(contact)
    for name, value in after.items():
        setattr(contact, name, value)
    contact.version += 1
    contact.save(update_fields=[*after, "version"])
    note_difference(
        before=before,
        after=after,
        personal_fields=CONTACT_PERSONAL,
        customer_id=contact.account.customer_id,
        version=contact.version,
        effective_on=None,
    )
    refresh_search([contact.account_id])
    return contact_row(contact)


@verb("account.change_address", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def change_address(*, act: Act, account_id: int, draft: AddressDraft, valid_from: date) -> AddressRow:
    """Let an address hold from a day on; the present one of its kind ends there.

    Raises Refusal `address.not_later` when an address of this kind already begins on that day or later.
    """
    account = lock_account(account_id)
    values = address_values(draft)
    present = Address.objects.filter(account=account, kind=draft.kind, valid_to=None).first()
    if present is not None and present.valid_from >= valid_from:
        raise Refusal(
            "address.not_later",
            _("An address of this kind begins on %(day)s.") % {"day": present.valid_from.isoformat()},
            field="valid_from",
            cure=_("Give a later day."),
        )
    if present is not None:
        Address.objects.filter(pk=present.pk).update(valid_to=valid_from)
    address = Address.objects.create(account=account, valid_from=valid_from, **values)
    before = {} if present is None else {name: getattr(present, name) for name in values}
    note_difference(
        before=before,
        after=values,
        personal_fields=ADDRESS_PERSONAL,
        customer_id=account.customer_id,
        version=None,
        effective_on=valid_from,
    )
    return address_row(address)


@verb("account.set_references", subject=lambda arguments, _: f"account:{arguments['account_id']}")
def set_references(*, act: Act, account_id: int, references: tuple[ReferenceRow, ...]) -> tuple[ReferenceRow, ...]:
    """Replace the references that the customer wants on documents. Raises Refusal `reference.twice`."""
    account = lock_account(account_id)
    wanted = tuple(
        ReferenceRow(
            label=check_length(row.label, field="label", length_max=60),
            value=check_length(row.value, field="value", length_max=120),
            required=row.required,
        )
        for row in references
    )
    labels = [row.label for row in wanted]
    for label in labels:
        if not label or labels.count(label) > 1:
            raise Refusal(
                "reference.twice",
                _("Each reference needs a label of its own, not %(label)r.") % {"label": label},
                field="label",
                cure=_("Give every reference another label."),
            )
    rows = ReferenceField.objects.filter(account=account)
    before = {row.label: row.value for row in rows}
    rows.delete()
    ReferenceField.objects.bulk_create(
        [ReferenceField(account=account, label=r.label, value=r.value, required=r.required) for r in wanted]
    )
    note_difference(
        before=before,
        after={row.label: row.value for row in wanted},
        personal_fields=frozenset(),
        customer_id=account.customer_id,
        version=None,
        effective_on=None,
    )
    refresh_search([account_id])
    return wanted
