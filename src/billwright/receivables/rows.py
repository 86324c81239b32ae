"""What goes into and comes out of receivables, as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.kernel.money import Money
from billwright.receivables.states import HoldReason, UseKind, WriteOffKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationPart:
    """One part of an allocation by hand: money from one source to one open item, or to the items of a document.

    A document is named by `invoice_id` instead of an item; of its items the one due first is settled first. The source
    is a piece of unallocated cash or a credit note's open item. `amount` none means as much as both sides allow.
    """

    open_item_id: int | None = None
    invoice_id: int | None = None
    cash_id: int | None = None
    credit_item_id: int | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationRow:
    """An allocation as it stands in the books; a reversing one is negative and names what it reverses."""

    allocation_id: int
    account_id: int
    open_item_id: int
    cash_id: int | None
    credit_item_id: int | None
    amount: Money
    policy: str
    accounting_date: date
    entry_id: int | None
    reverses_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashShare:
    """A share of a piece of cash that belongs to another account."""

    account_id: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRow:
    """A piece of a receipt on one account (none: in suspense), and what is left of it."""

    cash_id: int
    payment_id: int
    account_id: int | None
    legal_entity_id: int
    amount: Money
    left: Money
    value_date: date
    accounting_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionRow:
    """Money changed into another currency: what was given, the piece it became, and by what rate of whom."""

    use_id: int
    from_cash_id: int
    given: Money
    became: CashRow
    rate: Decimal
    rate_from: date
    rate_source: str
    accounting_date: date
    entry_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """What became of money or credit other than settling a claim: refunded, moved to `to_account_id`, taken back.

    `to_entry_id` is the entry in the books of another company that it went to; `rate` is what one unit of it was worth
    in the currency of `to_amount`, by the row that holds from `rate_from` on.
    """

    use_id: int
    kind: UseKind
    account_id: int | None
    cash_id: int | None
    credit_item_id: int | None
    to_cash_id: int | None
    to_account_id: int | None
    to_amount: Money | None
    to_entry_id: int | None
    rate: Decimal | None
    rate_from: date | None
    rate_source: str
    refund_id: int | None
    amount: Money
    accounting_date: date
    entry_id: int
    reason: str
    recorded_by: str

    @property
    def rate_shown(self) -> str:
        """The rate without the zeros that its column keeps."""
        return "" if self.rate is None else f"{self.rate.normalize():f}"


def _item_name(number: str, part_no: int | None) -> str:
    """What people call an item: its document's number, and which part of it where it is due in parts."""
    return number if part_no is None else _("%(number)s, part %(part)d") % {"number": number, "part": part_no}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItemRow:
    """An open item with its document, and how much of it is open, held, disputed, covered and chaseable.

    `part_no` counts the parts of a document that is due in parts, from 1 by due date; none: the document in one sum.
    """

    open_item_id: int
    account_id: int
    legal_entity_id: int
    invoice_id: int
    part_no: int | None
    document_kind: str
    document_number: str
    claim_class: str
    document_date: date
    due_date: date
    accounting_date: date
    amount: Money
    open: Money
    held: Money
    disputed: Money
    covered: Money
    chaseable: Money

    @property
    def shown_name(self) -> str:
        return _item_name(self.document_number, self.part_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item of an account, open or settled, with its document; `part_no` as in `OpenItemRow`."""

    open_item_id: int
    account_id: int
    invoice_id: int
    part_no: int | None
    document_kind: str
    document_number: str
    document_date: date
    due_date: date
    amount: Money
    open: Money

    @property
    def shown_name(self) -> str:
        return _item_name(self.document_number, self.part_no)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFigures:
    """How many items of one account are open, and how much of them: all, and the claims overdue on a day.

    `amount` is what they were once, `open` what is left. Credit notes count negative. `buckets` shares out `open` by
    days overdue.
    """

    count: int
    amount: Money
    open: Money
    claim_count: int
    overdue_count: int
    overdue_amount: Money
    overdue: Money
    buckets: tuple[Money, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One hold in force or gone. `amount` none: all of the item."""

    hold_id: int
    open_item_id: int
    reason: HoldReason
    amount: Money | None
    source: str
    note: str
    valid_from: date
    valid_until: date | None
    placed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffPart:
    """A claim to be given up, or so much of it (none: all that is open). `payment_id`: the receipt that was short."""

    open_item_id: int
    amount: Money | None = None
    payment_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffRow:
    """A claim given up, as it stands in the books; `amount` is zero again once it was taken back."""

    write_off_id: int
    allocation_id: int
    open_item_id: int
    account_id: int
    kind: WriteOffKind
    amount: Money
    accounting_date: date
    payment_id: int | None
    reason: str
    recorded_by: str
    recorded_at: datetime
