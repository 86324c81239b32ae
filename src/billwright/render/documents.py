"""What is printed, as frozen rows: the document's facts, independent of any business model.

Callers fill these from issued documents; nothing here is computed, formatted or translated, and no field is
fetched. The required contents of tax invoices decide the shape: EU VAT Directive art. 226, the South African VAT
Act s20 and s21 (credit and debit notes), and the Indian CGST Rules 46, 49 and 53.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billwright.kernel.money import Money
from billwright.kernel.periods import Period
from billwright.render.formats import NumberStyle


class DocumentKind(StrEnum):
    """Decides the title; the country's legal word for it is in `words/`."""

    INVOICE = "INVOICE"
    TAX_INVOICE = "TAX_INVOICE"  # the words that South Africa and India require
    BILL_OF_SUPPLY = "BILL_OF_SUPPLY"  # India, exempt supplies or composition dealers (rule 49)
    CREDIT_NOTE = "CREDIT_NOTE"
    DEBIT_NOTE = "DEBIT_NOTE"


class SettlementKind(StrEnum):
    """Documents about money and the documents it pays."""

    RECEIPT = "RECEIPT"  # money we have received
    DEPOSIT_SLIP = "DEPOSIT_SLIP"  # goes to the bank with cheques and cash
    REMITTANCE_SLIP = "REMITTANCE_SLIP"  # goes back with a payment and says what it pays


class CopyMark(StrEnum):
    """One original per supply; every further print says that it is a copy (South Africa, VAT Act s20(1))."""

    NONE = "NONE"
    ORIGINAL = "ORIGINAL"
    COPY = "COPY"
    DRAFT = "DRAFT"  # not issued: no claim, no tax document


class FactLabel(StrEnum):
    """Reference fields whose label we can translate; any other label is printed as given."""

    PURCHASE_ORDER = "PURCHASE_ORDER"
    COST_CENTRE = "COST_CENTRE"
    CONTRACT = "CONTRACT"
    SUBSCRIPTION = "SUBSCRIPTION"
    YOUR_REFERENCE = "YOUR_REFERENCE"
    OUR_CONTACT = "OUR_CONTACT"
    BILLING_ACCOUNT = "BILLING_ACCOUNT"
    PAYMENT_TERMS = "PAYMENT_TERMS"
    PAYMENT_METHOD = "PAYMENT_METHOD"
    EXCHANGE_RATE = "EXCHANGE_RATE"


class LegalStatement(StrEnum):
    """Sentences that the law wants on the document, in its words (EU art. 226 (11) to (13); India rule 46 (p))."""

    REVERSE_CHARGE = "REVERSE_CHARGE"  # the customer owes the tax
    INTRA_COMMUNITY = "INTRA_COMMUNITY"  # exempt supply between member states
    EXPORT = "EXPORT"  # zero rated, leaves the tax territory
    SELF_BILLING = "SELF_BILLING"  # the customer wrote this invoice
    CASH_ACCOUNTING = "CASH_ACCOUNTING"  # tax falls due when paid


class TotalRole(StrEnum):
    """What a row of the totals means; TOTAL and AMOUNT_DUE are printed strong."""

    SUBTOTAL = "SUBTOTAL"
    DISCOUNT = "DISCOUNT"
    NET = "NET"
    TAX = "TAX"
    ROUNDING = "ROUNDING"
    TOTAL = "TOTAL"
    PREVIOUS_BALANCE = "PREVIOUS_BALANCE"
    PAID = "PAID"
    CREDITED = "CREDITED"
    WITHHELD = "WITHHELD"
    AMOUNT_DUE = "AMOUNT_DUE"
    AMOUNT_RECEIVED = "AMOUNT_RECEIVED"
    UNALLOCATED = "UNALLOCATED"


@dataclass(frozen=True, slots=True)
class Logo:
    """The seller's mark: SVG or PNG bytes, at most 512 KiB."""

    content: bytes
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class PartyBlock:
    """Seller or buyer as frozen on the document."""

    name: str
    address: tuple[str, ...] = ()
    country: str = ""  # ISO 3166; decides what the tax number is called
    tax_number: str = ""
    company_number: str = ""
    customer_number: str = ""
    attention: str = ""
    delivery_address: tuple[str, ...] = ()
    email: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A labelled value in the head of the document: a purchase order, a cost centre, a customer's own field."""

    label: FactLabel | str
    value: str


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One charge. `net` is signed; `discount` is what `net` already leaves out."""

    description: str
    net: Money
    days: tuple[int, int] | None = None  # served of how many, where the price is not that of a whole period
    period: Period | None = None
    code: str = ""  # HSN or SAC in India, the seller's own code elsewhere
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    discount: Money | None = None
    tax_rate: Decimal | None = None  # in per cent; none where no tax applies
    tax_code: str = ""  # printed instead of a rate: "E", "AE"
    facts: tuple[Fact, ...] = ()  # references of this line alone
    group: str = ""  # neighbours of one group stand under its heading (a site, a cost centre); others come first
    subgroup: str = ""  # within its group, likewise


@dataclass(frozen=True, slots=True)
class TaxLine:
    """The tax of one name and rate over the whole document; CGST and SGST are two lines."""

    name: str
    taxable: Money
    tax: Money
    rate: Decimal | None = None  # in per cent
    reason: str = ""  # why no tax is charged, naming the law
    tax_in_base: Money | None = None  # where law wants it in the national currency too (EU art. 230)


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A row of the totals; `label` replaces the word of its role."""

    role: TotalRole
    amount: Money
    label: str = ""


@dataclass(frozen=True, slots=True)
class BankDetails:
    """Where to pay: an IBAN, or an account with the code of its bank or branch."""

    account_holder: str
    bank_name: str = ""
    iban: str = ""
    bic: str = ""
    account_number: str = ""
    branch_code: str = ""  # South Africa: universal branch code
    ifsc: str = ""  # India
    upi_id: str = ""  # India: virtual payment address
    # Where codes of schemes are scanned: the scheme's identifier, a slash, the merchant's in it; or a link.
    merchant: str = ""
    merchant_city: str = ""


@dataclass(frozen=True, slots=True)
class PaymentBlock:
    """How to pay. The QR code is made from these by `qr.py`; `qr_payload` replaces it, empty means none."""

    amount: Money
    reference: str
    bank: BankDetails | None = None
    due_date: date | None = None
    pay_url: str = ""
    note: str = ""
    qr_payload: str | None = None


@dataclass(frozen=True, slots=True)
class InstallmentLine:
    """So much of the document is to be paid by a day."""

    due_date: date
    amount: Money


@dataclass(frozen=True, slots=True)
class OriginalReference:
    """The document that a credit or debit note changes, and why (EU art. 219, South Africa s21, India rule 53)."""

    number: str
    issued_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EInvoice:
    """What the authority's portal answered (India: IRN, acknowledgement and signed QR, rule 46 (r))."""

    reference: str
    acknowledgement: str = ""
    qr_payload: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What every printed paper has."""

    number: str
    issued_on: date
    seller: PartyBlock
    buyer: PartyBlock
    language: str  # en, af, bg, de, hi
    currency: str
    number_style: NumberStyle | None = None
    logo: Logo | None = None
    accent: str = "#1f4fa3"  # the seller's colour, #rrggbb
    copy_mark: CopyMark = CopyMark.NONE
    facts: tuple[Fact, ...] = ()
    introduction: str = ""
    notes: tuple[str, ...] = ()
    payment: PaymentBlock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedDocument(Letterhead):
    """An invoice, credit note or debit note.

    `columns_hidden` of `quantity`, `unit_price`, `discount` are said beneath the text instead. `subtotals`: a sum under
    each group. `reference_box`: the facts stand in a box of their own above the lines, under its title.

    Amounts are printed as given. A credit note's title says that it reduces: its amounts are handed over positive.
    """

    kind: DocumentKind
    lines: tuple[DocumentLine, ...]
    taxes: tuple[TaxLine, ...]
    totals: tuple[TotalLine, ...]
    due_date: date | None = None
    installments: tuple[InstallmentLine, ...] = ()  # where it is due in parts; due_date is then the last day
    supply_date: date | None = None  # tax point, where it differs from the date of issue
    period: Period | None = None
    original: OriginalReference | None = None
    place_of_supply: str = ""  # India: state and its code
    reverse_charge: bool | None = None  # India prints yes or no; elsewhere only the statement
    statements: tuple[LegalStatement, ...] = ()
    amounts_include_tax: bool = False
    e_invoice: EInvoice | None = None
    signatory: str = ""  # India, unless an e-invoice
    columns_hidden: tuple[str, ...] = ()
    subtotals: bool = False
    reference_box: str | None = None


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A document that money pays: its amount, and how much of the money goes to it."""

    document: str
    issued_on: date | None
    amount: Money
    applied: Money
    due_date: date | None = None
    remaining: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedSettlement(Letterhead):
    """A receipt, or a remittance slip that goes back with a payment."""

    kind: SettlementKind
    rows: tuple[SettlementRow, ...]
    totals: tuple[TotalLine, ...]
    received_on: date | None = None
    method: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement of the account; `balance` is the balance after it."""

    on: date
    document: str
    text: str
    balance: Money
    due_date: date | None = None
    debit: Money | None = None
    credit: Money | None = None


@dataclass(frozen=True, slots=True)
class AgeingBucket:
    """What is open by days overdue, both ends included; no `days_from` means not yet due, no `days_to` no end."""

    amount: Money
    days_from: int | None = None
    days_to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedStatement(Letterhead):
    """What the account did in a period, what is open by age, and a slip to pay with."""

    period: Period
    opening: Money
    closing: Money
    movements: tuple[MovementRow, ...]
    ageing: tuple[AgeingBucket, ...] = ()
    unallocated: Money | None = None  # money received and not yet allocated: its own column, never netted


Printable = PrintedDocument | PrintedSettlement | PrintedStatement
