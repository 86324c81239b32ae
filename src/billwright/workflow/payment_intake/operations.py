"""The verbs of money that comes and goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from billwright.accounts.queries import credit_use
from billwright.kernel import outbox
from billwright.kernel.acts import Act, Arguments, note_change, verb
from billwright.kernel.bulk import no_collection
from billwright.kernel.constraints import check_references_now
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments import watch
from billwright.payments.operations import BegunReceipts, begin_receipts, finish_receipts, record_return
from billwright.payments.rows import Receipt, RecordedReceipt, RecordedReturn, RefundRow
from billwright.payments.states import PaymentMethod, ReturnKind
from billwright.receivables import operations as receivables
from billwright.receivables.operations import NewCash
from billwright.receivables.queries import cash_by_payment
from billwright.receivables.rows import AllocationPart, AllocationRow
from billwright.receivables.states import AllocationPolicy

# From so many receipts on their foreign keys are checked before numbers are taken, not under the lock of the series.
MANY_RECEIPTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedPart:
    """What the payer says the money is for: an open item or a document, and how much of it.

    No amount: as far as the money reaches. Of a document in parts the one due first is paid first.
    """

    open_item_id: int | None = None
    invoice_id: int | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptIn(Receipt):
    """A receipt with what its payer stated; `stated` goes before any policy."""

    stated: tuple[StatedPart, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptOut:
    """A receipt as it stands after the intake. `repeated`: it was there before and nothing was written."""

    payment_id: int
    number: str
    account_id: int | None
    cash_id: int
    amount: Money
    allocated: Money
    unallocated: Money
    repeated: bool


def _subject(_arguments: Arguments, answer: Sequence[ReceiptOut]) -> str:
    return f"payment:{answer[0].payment_id}" if len(answer) == 1 else f"payments:{len(answer)}"


def _total(arguments: Arguments) -> Money | None:
    """The money of the batch, where it is in one currency: what authority limits are asked about."""
    amounts: list[Money] = [receipt.amount for receipt in arguments["receipts"]]
    if len({amount.currency for amount in amounts}) != 1:
        return None
    return Money(sum(amount.amount_minor for amount in amounts), amounts[0].currency)


@verb("payment.receive", subject=_subject, amount=_total)
def receive_payments(
    *, act: Act, receipts: Sequence[ReceiptIn], policy: AllocationPolicy | None = AllocationPolicy.OLDEST_FIRST
) -> tuple[ReceiptOut, ...]:
    """Record receipts, post them and allocate them; the answers stand in the order given.

    What a payer stated is allocated first, then `policy` decides over the rest on the payer's own account;
    STATED_BY_CUSTOMER or none leaves the rest unallocated, IMPORTED marks history and leaves it too. A receipt whose
    (source, source_key) is known is answered with what exists. Raises Refusal naming the row.
    """
    for row, receipt in enumerate(receipts, start=1):
        if receipt.method == PaymentMethod.CREDIT:
            raise Refusal(
                "payment.is_credit", _("Credit that we give is no money that came."), field="method", row=row,
                cure=_("Give the account credit instead."),
            )  # fmt: skip
    with no_collection():
        return _take_in(act, receipts, policy)


@verb(
    "account_credit.give",
    subject=lambda arguments, _: f"account:{arguments['account_id']}",
    amount=lambda arguments: arguments["amount"],
)
def give_credit(*, act: Act, account_id: int, amount: Money, on: date, key: str) -> ReceiptOut:
    """Give an account credit without a document; `key` makes it the same credit when it is asked for twice.

    It settles what is open, the earliest due first, or by the convention `credit_use` waits for the next invoice. It is
    an expense of ours and leaves output tax as it is: a credit note is for what was billed wrongly. Raises NotFound
    `account.not_found`; Refusal `credit.reason`, and what a receipt raises.
    """
    act.require_reason("credit.reason", _("A credit needs a reason."))
    open_first = credit_use(account_id, on=on) == "open_first"
    given = ReceiptIn(
        source="credit",
        source_key=key,
        amount=amount,
        value_date=on,
        method=PaymentMethod.CREDIT,
        account_id=account_id,
        text=act.reason,
    )
    [answer] = _take_in(act, [given], AllocationPolicy.OLDEST_FIRST if open_first else None)
    return answer


def _take_in(act: Act, receipts: Sequence[ReceiptIn], policy: AllocationPolicy | None) -> tuple[ReceiptOut, ...]:
    begun = begin_receipts(act=act, receipts=receipts)
    cash_ids = _begin_cash(act, begun)
    rows = _allocate_stated(act, receipts, begun.payment_ids, cash_ids, policy)
    if policy in (AllocationPolicy.OLDEST_FIRST, AllocationPolicy.COSTS_INTEREST_PRINCIPAL):
        left = _left_over(begun, cash_ids, rows)
        rows += receivables.distribute_cash(act=act, cash_ids=left, policy=policy) if left else []
    outbox.emit_all(
        topic="payment.received",
        at=act.at,
        events=[
            (f"payment:{row.payment_id}", {"account_id": row.receipt.account_id, "amount": str(row.receipt.amount)})
            for row in begun.fresh.values()
        ],
    )
    if len(begun.fresh) >= MANY_RECEIPTS:
        check_references_now(tables=["receivables_unallocated_cash"], except_to="payments_payment")
    recorded = finish_receipts(act=act, begun=begun)
    note_change(
        after={"receipts": len(begun.fresh), "repeated": len(recorded) - len(begun.fresh), "allocations": len(rows)}
    )
    return _answers(recorded, {} if rows else cash_ids)


def _begin_cash(act: Act, begun: BegunReceipts) -> dict[int, int]:
    """The piece that each new receipt starts as, by payment id."""
    return receivables.begin_cash(
        act=act,
        pieces=[
            NewCash(
                payment_id=row.payment_id,
                account_id=row.receipt.account_id,
                legal_entity_id=row.legal_entity_id,
                amount=row.receipt.amount,
                value_date=row.receipt.value_date,
                accounting_date=row.accounting_date,
            )
            for row in begun.fresh.values()
        ],
    )


def _left_over(begun: BegunReceipts, cash_ids: dict[int, int], allocated: Sequence[AllocationRow]) -> list[int]:
    """The new pieces that what their payers stated has not used up."""
    left = {cash_ids[row.payment_id]: row.receipt.amount.amount_minor for row in begun.fresh.values()}
    for one in allocated:
        # Money brought over from another company is allocated from a piece of its own: its first one is looked at.
        if one.cash_id in left:
            left[one.cash_id] -= one.amount.amount_minor
    return [cash_id for cash_id, minor in left.items() if minor > 0]


def _allocate_stated(
    act: Act,
    receipts: Sequence[ReceiptIn],
    payment_ids: Sequence[int],
    cash_ids: dict[int, int],
    policy: AllocationPolicy | None,
) -> list[AllocationRow]:
    """What payers stated, in the order of the batch. A refusal names the receipt's row, not the part's."""
    parts, rows = [], []
    seen: set[int] = set()
    for row, (receipt, payment_id) in enumerate(zip(receipts, payment_ids, strict=True), start=1):
        if payment_id not in cash_ids or payment_id in seen:
            continue
        seen.add(payment_id)
        for stated in receipt.stated:
            parts.append(
                AllocationPart(
                    open_item_id=stated.open_item_id,
                    invoice_id=stated.invoice_id,
                    cash_id=cash_ids[payment_id],
                    amount=stated.amount,
                )
            )
            rows.append(row)
    label = AllocationPolicy.IMPORTED if policy == AllocationPolicy.IMPORTED else AllocationPolicy.STATED_BY_CUSTOMER
    try:
        return receivables.allocate_parts(act=act, parts=parts, policy=label, as_far_as_possible=True)
    except Refusal as refusal:
        if refusal.row is not None:
            refusal.row = rows[refusal.row - 1]
        raise


def _answers(recorded: Sequence[RecordedReceipt], untouched: dict[int, int]) -> tuple[ReceiptOut, ...]:
    """The receipts as they stand; `untouched`: the pieces of those of which nothing was allocated, by payment id."""
    cash = cash_by_payment([row.payment_id for row in recorded if row.payment_id not in untouched])
    answers = []
    for row in recorded:
        if row.payment_id in untouched:
            first_id, unallocated_minor = untouched[row.payment_id], row.amount.amount_minor
        else:
            first_id, unallocated_minor = cash[row.payment_id]
        unallocated = Money(unallocated_minor, row.amount.currency)
        answers.append(
            ReceiptOut(
                payment_id=row.payment_id,
                number=row.number,
                account_id=row.account_id,
                cash_id=first_id,
                amount=row.amount,
                allocated=row.amount - unallocated,
                unallocated=unallocated,
                repeated=row.repeated,
            )
        )
    return tuple(answers)


@verb("payment.return", subject=lambda arguments, _: f"payment:{arguments['payment_id']}")
def return_payment(
    *,
    act: Act,
    payment_id: int,
    value_date: date,
    kind: ReturnKind = ReturnKind.RETURNED,
    reason_code: str = "",
) -> RecordedReturn:
    """Undo a receipt: what it settled is open again with its original due date, and the money leaves the books.

    The bank took it back (`RETURNED`, on `value_date`), or it never came (`RECORDED_WRONGLY`, on the receipt's own
    day). The act's reason is kept. Raises NotFound; Conflict when it was undone before or partly refunded.
    """
    act.require_reason(
        "payment.without_reason",
        _("Undoing a receipt needs a reason."),
        cure=_("Say what the bank or the payer told you."),
    )
    receivables.free_cash(
        act=act,
        payment_id=payment_id,
        not_before=value_date if kind == ReturnKind.RETURNED else date.min,
    )
    returned = record_return(act=act, payment_id=payment_id, kind=kind, value_date=value_date, reason_code=reason_code)
    receivables.end_cash(act=act, payment_id=payment_id, day=returned.accounting_date, entry_id=returned.entry_id)
    outbox.emit(
        topic="payment.returned", subject=f"payment:{payment_id}", at=act.at, payload={"reason_code": reason_code}
    )
    note_change(after={"kind": kind, "reason_code": reason_code}, effective_on=returned.accounting_date)
    return returned


@verb(
    "payment.refund",
    subject=lambda _, answer: f"refund:{answer.refund_id}",
    amount=lambda arguments: arguments["amount"],
)
def refund(
    *,
    act: Act,
    amount: Money,
    value_date: date,
    cash_id: int | None = None,
    credit_item_id: int | None = None,
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER,
    reference: str = "",
    through_clearing: bool = False,
) -> RefundRow:
    """Send money back out of unallocated cash or an unapplied credit note, never more than is left of it.

    Raises Refusal naming field and cure, Conflict `fraud.held` for an account that is to be looked at twice; the act
    needs a reason, and authority limits look at `amount`.
    """
    act.require_reason("refund.without_reason", _("A refund needs a reason."), cure=_("Say why the money goes back."))
    source = receivables.lock_refundable(cash_id=cash_id, credit_item_id=credit_item_id, amount=amount)
    watch.refuse_refund_without_order(act=act, legal_entity_id=source.legal_entity_id, account_id=source.account_id)
    row = receivables.refund_source(
        act=act,
        cash_id=cash_id,
        credit_item_id=credit_item_id,
        amount=amount,
        method=method,
        value_date=value_date,
        reference=reference,
        through_clearing=through_clearing,
    )
    outbox.emit(
        topic="payment.refunded",
        subject=f"refund:{row.refund_id}",
        at=act.at,
        payload={"account_id": row.account_id, "amount": str(amount)},
    )
    note_change(after={"amount": str(amount), "number": row.number}, effective_on=row.accounting_date)
    return row
