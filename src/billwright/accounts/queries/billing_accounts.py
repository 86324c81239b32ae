"""Reads of billing accounts and of what hangs on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.accounts.layouts import read_layout
from billwright.accounts.models import Address, BillingAccount, Contact, ParentLink, ReferenceField
from billwright.accounts.rows import (
    AccountName,
    AccountRow,
    AddressRow,
    ContactRow,
    ParentLinkRow,
    PartyRow,
    ReferenceRow,
)
from billwright.accounts.states import AccountState, AddressKind, ContactRole, CustomerKind, InvoiceDelivery, SplitBy
from billwright.kernel.errors import NotFound
from billwright.org import conventions, terms
from billwright.org.queries import get_convention, get_legal_entity, list_conventions
from billwright.org.states import TaxTreatment
from billwright.org.terms import Terms


def account_row(account: BillingAccount, customer_name: str) -> AccountRow:
    """The account as a frozen row."""
    return AccountRow(
        id=account.pk,
        number=account.number,
        customer_id=account.customer_id,
        legal_entity_id=account.legal_entity_id,
        currency=account.currency_id,
        shown_name=account.name or customer_name,
        name=account.name,
        state=AccountState(account.state),
        cycle_day=account.cycle_day,
        timezone=account.timezone,
        language=account.language,
        payment_terms_days=account.payment_terms_days,
        delivery=InvoiceDelivery(account.delivery),
        tax_treatment=TaxTreatment(account.tax_treatment),
        tax_exemption_reason=account.tax_exemption_reason,
        place_of_supply=account.place_of_supply,
        credit_class=account.credit_class,
        purchase_order=account.purchase_order,
        cost_center=account.cost_center,
        reference=account.reference,
        payment_method=account.payment_method,
        opened_on=account.opened_on,
        closed_on=account.closed_on,
        version=account.version,
        segment=account.segment,
        conventions=dict(account.conventions),
        payment_parts=terms.read(account.payment_parts),
        split_by=SplitBy(account.split_by),
        required_references=tuple(account.required_references),
        layout=read_layout(account.layout),
    )


def terms_of(account: AccountRow) -> Terms:
    """The payment terms that hold for an account: its own days or parts, else its company's."""
    if account.payment_terms_days is not None or account.payment_parts:
        return Terms(account.payment_terms_days or 0, account.payment_parts)
    entity = get_legal_entity(legal_entity_id=account.legal_entity_id)
    return Terms(entity.payment_terms_days, entity.payment_parts)


def find_account(account_id: int) -> AccountRow | None:
    """The account, or None."""
    return get_accounts([account_id]).get(account_id)


def get_account(account_id: int) -> AccountRow:
    """The account. Raises NotFound `account.not_found`."""
    row = find_account(account_id)
    if row is None:
        raise NotFound("account.not_found", _("There is no such account."), field="account_id")
    return row


def credit_use(account_id: int, *, on: date) -> str:
    """What credit of an account settles on a day, by the convention `credit_use` of it, else of its company.

    Raises NotFound.
    """
    account = get_account(account_id)
    company = list_conventions(legal_entity_id=account.legal_entity_id, on=on)
    if "credit_use" in account.conventions:
        return account.conventions["credit_use"]
    return company["credit_use"].value if "credit_use" in company else conventions.default("credit_use")


def owes_e_invoice(account_id: int, *, on: date) -> bool:
    """Whether the customer of an account must get electronic invoices on a day (docs/conventions/e_invoice.md)."""
    account = BillingAccount.objects.select_related("customer").get(id=account_id)
    return e_invoice_is_owed(
        account.conventions, kind=account.customer.kind, legal_entity_id=account.legal_entity_id, on=on
    )


def e_invoice_is_owed(own: Mapping[str, str], *, kind: str, legal_entity_id: int, on: date) -> bool:
    """What the account's own conventions say of it, else its company's, for a customer of this kind."""
    value = own.get("e_invoice") or get_convention(legal_entity_id=legal_entity_id, option="e_invoice", on=on)
    return conventions.owes_e_invoice(value, is_organization=kind == CustomerKind.ORGANIZATION)


def get_accounts(account_ids: Iterable[int]) -> dict[int, AccountRow]:
    """Accounts by id; those that do not exist are left out."""
    rows = BillingAccount.objects.filter(id__in=list(account_ids)).select_related("customer")
    return {account.pk: account_row(account, account.customer.name) for account in rows}


def account_names(account_ids: Iterable[int]) -> dict[int, AccountName]:
    """What accounts are called, by id; those that do not exist are left out."""
    rows = BillingAccount.objects.filter(id__in=set(account_ids)).values_list("id", "number", "name", "customer__name")
    return {id_: AccountName(number, name or customer_name) for id_, number, name, customer_name in rows}


def organization_ids(account_ids: Iterable[int]) -> set[int]:
    """Those of the accounts whose customer is an organization, not a person."""
    rows = BillingAccount.objects.filter(id__in=list(account_ids), customer__kind=CustomerKind.ORGANIZATION)
    return set(rows.values_list("id", flat=True))


def account_ids_by_number(numbers: Iterable[str]) -> dict[str, int]:
    """Accounts by number; unknown numbers are left out."""
    return dict(BillingAccount.objects.filter(number__in=list(numbers)).values_list("number", "id"))


def account_ids_by_reference(references: Iterable[str], *, legal_entity_id: int, currency: str) -> dict[str, int]:
    """Accounts of one entity and currency by their number in another system; of several the first."""
    rows = BillingAccount.objects.filter(
        reference__in=list(references), legal_entity_id=legal_entity_id, currency_id=currency
    )
    return dict(rows.order_by("-id").values_list("reference", "id"))


def contact_row(contact: Contact) -> ContactRow:
    """The contact as a frozen row."""
    return ContactRow(
        id=contact.pk,
        account_id=contact.account_id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        role=ContactRole(contact.role),
        language=contact.language,
        timezone=contact.timezone,
        active=contact.active,
        version=contact.version,
    )


def list_contacts(account_id: int, *, with_retired: bool = False) -> list[ContactRow]:
    """The contacts of an account, by role."""
    rows = Contact.objects.filter(account_id=account_id).order_by("role", "id")
    return [contact_row(contact) for contact in (rows if with_retired else rows.filter(active=True))]


def address_row(address: Address) -> AddressRow:
    """The address as a frozen row."""
    return AddressRow(
        id=address.pk,
        account_id=address.account_id,
        kind=AddressKind(address.kind),
        addressee=address.addressee,
        street=address.street,
        postcode=address.postcode,
        city=address.city,
        region=address.region,
        country=address.country,
        valid_from=address.valid_from,
        valid_to=address.valid_to,
    )


def list_addresses(account_id: int, *, on: date | None = None) -> list[AddressRow]:
    """The addresses of an account: those of a day, or all, newest first within a kind."""
    rows = Address.objects.filter(account_id=account_id).order_by("kind", "-valid_from")
    if on is not None:
        rows = rows.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    return [address_row(address) for address in rows]


def list_references(account_id: int) -> tuple[ReferenceRow, ...]:
    """The references that the customer wants on documents, by label."""
    rows = ReferenceField.objects.filter(account_id=account_id).order_by("label")
    return tuple(ReferenceRow(label=row.label, value=row.value, required=row.required) for row in rows)


def parties(account_ids: Sequence[int], *, on: date) -> dict[int, PartyRow]:
    """What documents of a day say about their buyers, in five queries whatever the number of accounts.

    The address is the billing address of that day, else the earliest one. Mail goes to the first billing contact.
    """
    ids = list(account_ids)
    accounts = BillingAccount.objects.filter(id__in=ids).select_related("customer")
    addresses: dict[int, Address] = {}
    for address in Address.objects.filter(account_id__in=ids, kind=AddressKind.BILLING).order_by("valid_from"):
        if address.valid_from <= on or address.account_id not in addresses:
            addresses[address.account_id] = address
    emails: dict[int, str] = {}
    mailboxes = Contact.objects.filter(account_id__in=ids, active=True, role=ContactRole.BILLING).exclude(email="")
    for contact in mailboxes.order_by("-id"):
        emails[contact.account_id] = contact.email
    references: dict[int, list[tuple[str, str]]] = {}
    for row in ReferenceField.objects.filter(account_id__in=ids).order_by("label"):
        references.setdefault(row.account_id, []).append((row.label, row.value))
    return {
        account.pk: _party(
            account, addresses.get(account.pk), emails.get(account.pk, ""), tuple(references.get(account.pk, []))
        )
        for account in accounts
    }


def _party(
    account: BillingAccount, address: Address | None, email: str, references: tuple[tuple[str, str], ...]
) -> PartyRow:
    customer = account.customer
    return PartyRow(
        account_id=account.pk,
        account_number=account.number,
        name=account.name or customer.name,
        addressee=address.addressee if address else "",
        street=address.street if address else "",
        postcode=address.postcode if address else "",
        city=address.city if address else "",
        region=address.region if address else "",
        country=address.country if address else customer.country,
        tax_number=customer.tax_number,
        registration_number=customer.registration_number,
        email=email,
        language=account.language,
        references=references,
        layout=read_layout(account.layout),
    )


def parent_link_row(link: ParentLink) -> ParentLinkRow:
    """The link as a frozen row."""
    return ParentLinkRow(
        id=link.pk,
        child_id=link.child_id,
        parent_id=link.parent_id,
        valid_from=link.valid_from,
        valid_to=link.valid_to,
    )


def parent_on(child_id: int, *, on: date) -> ParentLinkRow | None:
    """The link by which a parent pays for the account on a day, or None."""
    link = ParentLink.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), child_id=child_id, valid_from__lte=on
    ).first()
    return None if link is None else parent_link_row(link)


def ever_paid_for(parent_id: int) -> set[int]:
    """The accounts that an account has ever paid for, whatever the day."""
    return set(ParentLink.objects.filter(parent_id=parent_id).values_list("child_id", flat=True))


def list_children(parent_id: int, *, on: date) -> list[ParentLinkRow]:
    """The links by which an account pays for others on a day."""
    links = ParentLink.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), parent_id=parent_id, valid_from__lte=on
    ).order_by("child_id")
    return [parent_link_row(link) for link in links]
