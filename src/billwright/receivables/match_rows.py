"""What goes into and comes out of matching, as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from billwright.kernel.money import Money
from billwright.receivables.states import MatchState, Preference, SignKind, WriteOffKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyDiscount:
    """So many percent of a document's total may be kept when it is paid within so many days of its date."""

    percent: Decimal
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRuleIn:
    """How a company matches money of a currency from a day on; what is left out has the default of the table."""

    legal_entity_id: int
    currency: str
    valid_from: date
    tolerance: Money | None = None
    tolerance_percent: Decimal | None = None
    withheld_percents: tuple[Decimal, ...] = ()
    discounts: tuple[EarlyDiscount, ...] = ()
    prefer: Preference = Preference.OLDEST
    is_deciding: bool = False
    precision_min: Decimal | None = None
    history_min: int = 200
    target_days: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchItemRow:
    """One item of a finding, in the order in which the money goes to it."""

    open_item_id: int
    account_id: int
    invoice_id: int
    number: str
    due_date: date
    open: Money
    amount: Money
    write_off: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """What was found where: `field` of the receipt, from `start` up to but not including `end`, and what it means."""

    kind: str
    field: str
    start: int
    end: int
    found: str
    means: str
    account_id: int | None = None
    open_item_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRow:
    """A finding of matching with its items, its evidence and the receipt's own words."""

    match_id: int
    cash_id: int
    payment_id: int
    payment_number: str
    legal_entity_id: int
    account_id: int | None
    account_number: str
    account_name: str
    amount: Money
    left: Money
    value_date: date
    target_on: date
    owner: str
    state: MatchState
    reason: str
    evidence_kind: str
    evidence: tuple[EvidenceRow, ...]
    probability: Decimal
    is_deciding: bool
    write_off: Money
    write_off_kind: str
    items: tuple[MatchItemRow, ...]
    reference: str
    text: str
    payer_name: str
    decision: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchDraft:
    """A finding to be written. `shares`: (open item, minor units of money, minor units written off), in order."""

    cash_id: int
    payment_id: int
    legal_entity_id: int
    account_id: int | None
    amount: Money
    value_date: date
    target_on: date
    shares: tuple[tuple[int, int, int], ...]
    evidence_kind: str
    evidence: tuple[dict[str, Any], ...]
    probability: Decimal
    is_deciding: bool
    reason: str
    write_off_kind: str
    advice_id: int | None = None
    posts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign by which the payer of a match may be known again."""

    kind: SignKind
    sign: str
    account_id: int
    match_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAnswers:
    """How people answered one kind of evidence."""

    evidence_kind: str
    right: int
    wrong: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """What was given up as differences of one kind in a month, for the report."""

    legal_entity_id: int
    month: date
    kind: WriteOffKind
    count: int
    amount: Money
    largest: Money
    recorded_by: str
