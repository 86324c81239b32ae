"""What goes into documents and what comes out: frozen rows of plain values, alike for page, API, command and job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from billwright.accounts.layouts import DocumentLayout
from billwright.invoicing.states import LineKind
from billwright.kernel.money import Money
from billwright.org.states import DocumentKind
from billwright.org.terms import Installment

# No period has so many days: what is counted then are seconds (convention day_count).
DAYS_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """A line of a manual invoice or debit note: quantity x unit price (major units), or an amount.

    Discount and surcharge are percent of that amount, rounded once each. The product decides revenue family and tax
    category unless they are given. Service days are [service_from, service_to); none: the document's day.
    """

    text: str
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    amount: Money | None = None
    discount_percent: Decimal = Decimal(0)
    surcharge_percent: Decimal = Decimal(0)
    product: str = ""
    family: str = ""
    tax_category: str | None = None
    service_from: date | None = None
    service_to: date | None = None
    account_id: int | None = None
    cost_center: str = ""
    purchase_order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """A manual or one-off invoice before it is written. Empty references are the account's."""

    account_id: int
    document_date: date
    lines: tuple[NewLine, ...]
    due_date: date | None = None
    purchase_order: str = ""
    cost_center: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditLine:
    """What is credited of a line: an amount (positive, before its discount), its days from `credit_from` on, or all.

    Discount and tax follow in proportion; the last share takes what rounding left.
    """

    line_no: int
    amount: Money | None = None
    credit_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """A credit note or debit note before it is written. The reason code is one of CORRECTION_REASONS."""

    invoice_id: int
    document_date: date
    reason_code: str
    reason: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line with what its amount follows from; amounts in minor units, signed as the customer owes them."""

    line_no: int
    account_id: int
    item_id: int | None
    charge_id: int | None
    kind: str
    text: str
    service_from: date
    service_to: date
    price_id: int | None
    formula: int
    quantity: Decimal
    unit_price: Decimal
    days: int | None
    base_days: int | None
    amount_minor: int
    discount_minor: int
    net_minor: int
    tax_code: str
    tax_percent: Decimal
    tax_minor: int
    tax_point: date
    revenue_account_id: int
    deferred: bool
    clause: str
    usage_count: int
    credits_invoice_id: int | None
    credits_line_no: int | None
    cost_center: str
    product_code: str
    gross_minor: int | None = None
    gross_discount_minor: int | None = None
    purchase_order: str = ""
    subscription_id: int | None = None

    @property
    def days_served(self) -> tuple[int, int] | None:
        """The days that count and of how many, where that is not the whole; those of metered usage do not count.

        Seconds (convention `day_count`) are no days, and none are told.
        """
        if self.days is None or self.base_days is None or self.kind == LineKind.USAGE:
            return None
        return (self.days, self.base_days) if self.days != self.base_days <= DAYS_MAX else None

    @property
    def priced_minor(self) -> int:
        """The amount as priced: with its tax where prices include tax."""
        return self.amount_minor if self.gross_minor is None else self.gross_minor

    @property
    def priced_discount_minor(self) -> int:
        return self.discount_minor if self.gross_discount_minor is None else self.gross_discount_minor


@dataclass(frozen=True, slots=True)
class TaxRow:
    """The tax of a document by code and component; a withheld one is taken off the total."""

    tax_code: str
    component: str
    percent: Decimal
    net_minor: int
    tax_minor: int
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice, credit note or debit note without its lines.

    `split_key`: what a run split it off by; empty for the one document of a payer. `installments`: its parts where it
    is due in parts, the earliest first; `due_date` is the day of the last.
    """

    id: int
    kind: DocumentKind
    state: str
    origin: str
    number: str
    legal_entity_id: int
    account_id: int
    currency: str
    document_date: date
    due_date: date
    accounting_date: date
    net: Money
    tax: Money
    withheld: Money
    total: Money
    entry_id: int | None
    run_id: int | None
    split_key: str
    corrects_id: int | None
    reason_code: str
    reason: str
    purchase_order: str
    cost_center: str
    language: str
    place_of_supply: str
    text: str
    issued_at: datetime | None
    issued_by: str
    version: int
    installments: tuple[Installment, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A document that corrects another."""

    id: int
    kind: str
    number: str
    document_date: date
    total: Money


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A whole document: head, lines, taxes, its original, and the parties as frozen on it (as present on a draft)."""

    invoice: InvoiceRow
    lines: tuple[LineRow, ...]
    taxes: tuple[TaxRow, ...]
    seller: dict[str, str]
    buyer: dict[str, str]
    references: tuple[tuple[str, str], ...]
    layout: DocumentLayout
    original: CorrectionRow | None
    corrections: tuple[CorrectionRow, ...]


@dataclass(frozen=True, slots=True)
class CreditableRow:
    """How much of a line may still be credited, in minor units before and after its discount and its tax."""

    line_no: int
    text: str
    amount_left_minor: int
    net_left_minor: int
