"""What goes into and comes out of payments, as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from billwright.kernel.money import Money
from billwright.ledger.states import LedgerRole
from billwright.payments.states import PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One receipt of money to be recorded.

    `source` and `source_key` say where it came from and make it the same receipt when it is sent twice. `account_id`
    is the payer's account; none means that nobody knows yet who paid: then `legal_entity_id` says whose bank
    account it reached, and the money waits in suspense. `through_clearing`: announced, not yet on a bank statement.
    `imported`: history of another system, which keeps its `number` and is posted against migration clearing.
    `payment_id`: the id under which it is recorded, where one was taken before (`operations.take_payment_ids`).
    """

    source: str
    source_key: str
    amount: Money
    value_date: date
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER
    account_id: int | None = None
    legal_entity_id: int | None = None
    reference: str = ""
    text: str = ""
    payer_name: str = ""
    bank_account_id: int | None = None
    through_clearing: bool = False
    imported: bool = False
    number: str = ""
    payment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReceipt:
    """A receipt as it stands in the books. `repeated`: it was there before and nothing was written."""

    payment_id: int
    number: str
    legal_entity_id: int
    account_id: int | None
    amount: Money
    value_date: date
    accounting_date: date
    entry_id: int
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One receipt, for lists and pages."""

    payment_id: int
    number: str
    legal_entity_id: int
    account_id: int | None
    amount: Money
    method: str
    reference: str
    text: str
    payer_name: str
    value_date: date
    accounting_date: date
    state: str
    entry_id: int
    source: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReturn:
    """The undoing of a receipt as it stands in the books."""

    payment_id: int
    accounting_date: date
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundIn:
    """Money to be sent back. `out_of` is the ledger role that owed it to the customer.

    `base_minor`: what it came at in base currency, where that is another currency; what both differ by is realized.
    """

    legal_entity_id: int
    account_id: int
    payment_id: int | None
    out_of: LedgerRole
    amount: Money
    method: PaymentMethod
    value_date: date
    reference: str = ""
    through_clearing: bool = False
    base_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
    """A refund as it stands in the books."""

    refund_id: int
    number: str
    legal_entity_id: int
    account_id: int
    payment_id: int | None
    amount: Money
    value_date: date
    accounting_date: date
    entry_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankFileRow:
    """A bank file, and what became of it. `repeated`: the same bytes were taken before and nothing was written."""

    id: int
    stored_file_id: int
    name: str
    sha256: str
    format: str
    state: str
    reason_code: str
    reason: str
    place: str
    statement_count: int
    entry_count: int
    new_count: int
    taken_by: str
    taken_at: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BankStatementRow:
    """A statement of a taken file. `new_count`: how many of its entries no other file had told."""

    id: int
    file_id: int
    bank_account_id: int
    number: str
    currency: str
    opening: Money | None
    closing: Money | None
    first_day: date | None
    last_day: date | None
    entry_count: int
    new_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BankEntryRow:
    """One line of a bank account."""

    id: int
    bank_account_id: int
    statement_id: int
    booking_date: date
    value_date: date
    amount: Money
    bank_reference: str
    end_to_end: str
    counterparty: str
    counterparty_account: str
    remittance: str
    code: str
    return_reason: str
    mandate: str
    digest: str
    occurrence: int
    state: str
    reason: str
    payment_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementGap:
    """A statement that does not go on where another one ended: between them something is missing."""

    bank_account_id: int
    statement_id: int
    number: str
    first_day: date | None
    opening: Money
    expected: Money
