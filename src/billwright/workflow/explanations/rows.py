"""What an explanation says: frozen rows for pages, the API and the command line. Amounts are money, prices decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billwright.invoicing.queries.rebillings import RebillingRow
from billwright.kernel.money import Money
from billwright.rating.evaluator import Mismatch


@dataclass(frozen=True, slots=True)
class PriceShown:
    """The version of the price that a line was reckoned with, in major units."""

    id: int
    version: int
    valid_from: date
    scope: str
    unit_price: Decimal
    says: str


@dataclass(frozen=True, slots=True)
class ClauseShown:
    """The clause of the contract that set the price or quantity of a line."""

    name: str
    text: str
    parameter: str
    value: str
    contract_id: int | None


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """One record behind a metered line."""

    id: int
    key: str
    happened_at: datetime
    quantity: Decimal
    is_change: bool
    properties: dict[str, str]


@dataclass(frozen=True, slots=True)
class UsageShown:
    """The events that a line bills: how many when it was billed, their digest, and the first of them as stored."""

    meter: str
    record_count: int
    digest: str
    first_at: datetime | None
    last_at: datetime | None
    events: tuple[UsageEvent, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class PartShown:
    """One tier, band or property value; amounts in major units, not rounded."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class DiscountShown:
    """One discount, in the order in which they were taken."""

    name: str
    percent: Decimal | None
    amount: Money


@dataclass(frozen=True, slots=True)
class PostingShown:
    """A posting of the journal entry that a line went into."""

    entry_id: int
    ledger_account_id: int
    code: str
    name: str
    amount: Money


@dataclass(frozen=True, slots=True)
class LineExplanation:
    """One line, from the clause to the ledger. `sentences` say it in the customer's language, one step each."""

    line_no: int
    text: str
    kind: str
    subscription_id: int | None
    subscription: str
    charge: str
    service_from: date
    service_to: date
    period_from: date | None
    period_to: date | None
    formula: int
    formula_code: str
    expression: str
    quantity: Decimal
    billed_quantity: Decimal | None
    unit_price: Decimal
    days: int | None
    base_days: int | None
    share_percent: Decimal | None
    amount: Money
    discount: Money
    net: Money
    tax_code: str
    tax_percent: Decimal
    tax: Money
    tax_point: date
    tax_reason: str
    deferred: bool
    credits_invoice_id: int | None
    credits_line_no: int | None
    price: PriceShown | None
    clause: ClauseShown | None
    usage: UsageShown | None
    parts: tuple[PartShown, ...]
    discounts: tuple[DiscountShown, ...]
    postings: tuple[PostingShown, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A whole document explained, and whether the independent evaluator found every figure again."""

    invoice_id: int
    number: str
    kind: str
    language: str
    net: Money
    tax: Money
    total: Money
    digest: str
    mismatches: tuple[Mismatch, ...]
    lines: tuple[LineExplanation, ...]
    rebillings: tuple[RebillingRow, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.mismatches
