"""What goes into and comes out of collecting, as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from billwright.kernel.money import Money
from billwright.payments.states import BankDetailsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class BankDetails:
    """A bank account as its country names it. Never shown whole; see `label_of`.

    IBAN: `iban`, perhaps `bic`. ZA: `branch` of six digits, `number`, `account_type` 1 current, 2 savings,
    3 transmission. US: `branch` is the routing number, `account_type` checking or savings. IN: `branch` is the IFSC.
    """

    kind: BankDetailsKind
    iban: str = ""
    bic: str = ""
    branch: str = ""
    number: str = ""
    account_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMethodRow:
    """A stored means of paying, as people may see it: masked."""

    id: int
    legal_entity_id: int
    account_id: int
    kind: str
    provider: str
    details_kind: str
    label: str
    holder: str
    currency: str
    rank: int
    pay_day: int | None
    valid_from: date
    expires_on: date | None
    warned_at: datetime | None
    bank_change: str
    state: str
    state_reason: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateRow:
    """A mandate with the masked label of its account."""

    id: int
    legal_entity_id: int
    account_id: int
    stored_method_id: int
    method_label: str
    holder: str
    scheme: str
    reference: str
    bank_reference: str
    signed_on: date
    authenticated_on: date | None
    authenticated_how: str
    limit: Money | None
    category: str
    currency: str
    frequency: str
    collection_day: int | None
    first_on: date | None
    ends_on: date | None
    last_collected_on: date | None
    state: str
    state_reason: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRow:
    """What a company agreed with its bank about a scheme."""

    id: int
    legal_entity_id: int
    scheme: str
    bank_account_id: int
    creditor_id: str
    creditor_name: str
    terms: dict[str, str]
    notice_days: int | None
    fee_minor: int | None
    valid_from: date
    is_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRunRow:
    """A collection run, for lists and its page. Of kept cards: without agreement and bank account."""

    id: int
    legal_entity_id: int
    scheme: str
    agreement_id: int | None
    bank_account_id: int | None
    action_day: date
    submit_by: date
    state: str
    collection_count: int
    total: Money
    message_id: str
    stored_file_id: int | None
    file_sha256: str
    prepared_by: str
    prepared_at: datetime
    approved_by: str
    approved_at: datetime | None
    submitted_by: str
    submitted_at: datetime | None
    closed_at: datetime | None
    cleared: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionFindingRow:
    """Something due that a run left out."""

    id: int
    run_id: int
    account_id: int
    mandate_id: int | None
    kind: str
    amount: Money
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionRow:
    """One debit: what is asked for, how it ended, what happens then."""

    id: int
    run_id: int | None
    legal_entity_id: int
    account_id: int
    stored_method_id: int
    method_label: str
    mandate_id: int | None
    scheme: str
    amount: Money
    action_day: date
    sequence: str
    attempt_no: int
    first_attempt_id: int | None
    takes_up_id: int | None
    end_to_end: str
    state: str
    code: str
    kind: str
    says: str
    failed_on: date | None
    payment_id: int | None
    plan: str
    plan_says: str
    retry_on: date | None
    fallback_method_id: int | None
    resolved_at: datetime | None
    recorded_at: datetime
