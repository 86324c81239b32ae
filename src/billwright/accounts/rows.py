"""What goes into accounts and what comes out: frozen rows of plain values, alike for page, API, command, import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from billwright.accounts.layouts import USUAL_LAYOUT, DocumentLayout
from billwright.accounts.states import (
    AccountState,
    AddressKind,
    ContactRole,
    CustomerKind,
    InvoiceDelivery,
    SplitBy,
)
from billwright.org.states import TaxTreatment
from billwright.org.terms import TermsPart


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """A customer to be made. Empty language and time zone: those of the country's usual choice are not guessed."""

    name: str
    country: str
    timezone: str
    kind: CustomerKind = CustomerKind.ORGANIZATION
    language: str = "en"
    first_name: str = ""
    last_name: str = ""
    tax_number: str = ""
    registration_number: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """What is to change of a customer; None leaves a value as it is, an empty text clears it."""

    name: str | None = None
    kind: CustomerKind | None = None
    country: str | None = None
    timezone: str | None = None
    language: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    tax_number: str | None = None
    registration_number: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer as it stands. `merged_into_id` names the one that took its place."""

    id: int
    name: str
    kind: CustomerKind
    country: str
    timezone: str
    language: str
    first_name: str
    last_name: str
    tax_number: str
    registration_number: str
    reference: str
    merged_into_id: int | None
    merged_at: datetime | None
    version: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A person or mailbox that may be asked about an account."""

    name: str = ""
    email: str = ""
    phone: str = ""
    role: ContactRole = ContactRole.BILLING
    language: str = ""
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What is to change of a contact; None leaves a value as it is."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    role: ContactRole | None = None
    language: str | None = None
    timezone: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A contact of an account as it stands."""

    id: int
    account_id: int
    name: str
    email: str
    phone: str
    role: ContactRole
    language: str
    timezone: str
    active: bool
    version: int


@dataclass(frozen=True, slots=True)
class AddressDraft:
    """An address from a day on; it ends the present one of its kind."""

    country: str
    kind: AddressKind = AddressKind.BILLING
    addressee: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address of an account within [valid_from, valid_to)."""

    id: int
    account_id: int
    kind: AddressKind
    addressee: str
    street: str
    postcode: str
    city: str
    region: str
    country: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """A billing account to be made. `number` is given by another system or left empty for one of ours.

    Empty time zone and language are the customer's. Terms are `payment_terms_days` or `payment_parts`; neither: the
    entity's terms.
    """

    customer_id: int
    legal_entity_id: int
    currency: str
    opened_on: date
    number: str = ""
    name: str = ""
    cycle_day: int | None = None
    timezone: str = ""
    language: str = ""
    payment_terms_days: int | None = None
    delivery: InvoiceDelivery = InvoiceDelivery.EMAIL
    tax_treatment: TaxTreatment = TaxTreatment.DOMESTIC
    tax_exemption_reason: str = ""
    place_of_supply: str = ""
    credit_class: str = "STANDARD"
    purchase_order: str = ""
    cost_center: str = ""
    reference: str = ""
    payment_method: str = ""
    segment: str = ""
    conventions: Mapping[str, str] = field(default_factory=dict)
    contacts: tuple[ContactDraft, ...] = ()
    addresses: tuple[AddressDraft, ...] = ()
    payment_parts: tuple[TermsPart, ...] = ()
    split_by: SplitBy = SplitBy.NONE
    required_references: tuple[str, ...] = ()
    layout: DocumentLayout = USUAL_LAYOUT


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is to change of a billing account; None leaves a value as it is. Currency and entity never change.

    `clear` empties `cycle_day` or `payment_terms_days`, for which None means something. `payment_parts` take the place
    of days and days that of parts; no parts, or no days, means the entity's terms.
    """

    name: str | None = None
    cycle_day: int | None = None
    timezone: str | None = None
    language: str | None = None
    payment_terms_days: int | None = None
    delivery: InvoiceDelivery | None = None
    tax_treatment: TaxTreatment | None = None
    tax_exemption_reason: str | None = None
    place_of_supply: str | None = None
    credit_class: str | None = None
    purchase_order: str | None = None
    cost_center: str | None = None
    reference: str | None = None
    payment_method: str | None = None
    segment: str | None = None
    conventions: Mapping[str, str] | None = None
    payment_parts: tuple[TermsPart, ...] | None = None
    split_by: SplitBy | None = None
    required_references: tuple[str, ...] | None = None
    layout: DocumentLayout | None = None
    clear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountName:
    """What an account is called."""

    number: str
    shown_name: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A billing account as it stands, with the name that documents and lists show for it."""

    id: int
    number: str
    customer_id: int
    legal_entity_id: int
    currency: str
    shown_name: str
    name: str
    state: AccountState
    cycle_day: int | None
    timezone: str
    language: str
    payment_terms_days: int | None
    delivery: InvoiceDelivery
    tax_treatment: TaxTreatment
    tax_exemption_reason: str
    place_of_supply: str
    credit_class: str
    purchase_order: str
    cost_center: str
    reference: str
    payment_method: str
    opened_on: date
    closed_on: date | None
    version: int
    segment: str = ""
    conventions: Mapping[str, str] = field(default_factory=dict)
    payment_parts: tuple[TermsPart, ...] = ()
    split_by: SplitBy = SplitBy.NONE
    required_references: tuple[str, ...] = ()
    layout: DocumentLayout = USUAL_LAYOUT


@dataclass(frozen=True, slots=True)
class PartyRow:
    """What a document says about its buyer on a day: name, address, numbers, language and where to send it."""

    account_id: int
    account_number: str
    name: str
    addressee: str
    street: str
    postcode: str
    city: str
    region: str
    country: str
    tax_number: str
    registration_number: str
    email: str
    language: str
    references: tuple[tuple[str, str], ...]
    layout: DocumentLayout = USUAL_LAYOUT


@dataclass(frozen=True, slots=True)
class ParentLinkRow:
    """The parent account pays for the child within [valid_from, valid_to)."""

    id: int
    child_id: int
    parent_id: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """A reference that the customer wants on documents."""

    label: str
    value: str
    required: bool


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A remark on an account."""

    id: int
    account_id: int
    body: str
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class StatusNoteRow:
    """The structured note on top of an account, or an older one."""

    id: int
    account_id: int
    account_number: str
    account_name: str
    status: str
    cause: str
    next_action: str
    next_action_on: date | None
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change in the history of a customer or account: who, when, why, from when on, old and new values.

    `erased` says that its personal values were erased; the fact of the change stays.
    """

    id: int
    verb: str
    subject: str
    actor: str
    on_behalf_of: str
    at: datetime
    reason: str
    effective_on: date | None
    before: dict[str, str | int | bool | None]
    after: dict[str, str | int | bool | None]
    erased: bool


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """A customer that may be the same party as another: how likely (0 to 100) and why."""

    customer_id: int
    other_id: int
    name: str
    other_name: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MergeRow:
    """Two customers became one: the kept one and the accounts that moved to it."""

    kept_id: int
    merged_id: int
    account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AccountHit:
    """One line of a search or list of accounts."""

    id: int
    number: str
    shown_name: str
    customer_id: int
    customer_name: str
    legal_entity_id: int
    currency: str
    state: AccountState
    reference: str


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A page of accounts; `next_after` continues it, none on the last page."""

    rows: tuple[AccountHit, ...]
    next_after: int | None
