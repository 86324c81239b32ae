"""Cheques: taken, brought to the bank on a slip, cleared, or not paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.counter_states import CHEQUE
from billwright.payments.operations import counter as rows
from billwright.payments.operations.bank import move_entries
from billwright.payments.queries.bank import get_bank_entries
from billwright.payments.queries.counter import AcceptedRow, ChequeRow, SlipRow, get_slip, require_accepted
from billwright.payments.states import PaymentMethod
from billwright.rating.operations import NewOneOff, add_one_off
from billwright.receivables.states import AllocationPolicy
from billwright.workflow.payment_intake import ReceiptIn, StatedPart, receive_payments, return_payment

METHOD = "cheque"
SOURCE = "cheque"
# Charging what the company has set for a cheque that was not paid is no act of whoever records it.
ACTOR = "system:counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChequeIn:
    """A cheque as it was handed over. `invoice_id`: what the payer says it is for."""

    account_id: int
    amount: Money
    number: str
    bank_name: str
    drawer: str
    drawn_on: date
    received_on: date
    invoice_id: int | None = None


@verb("cheque.receive", subject=lambda _, answer: f"cheque:{answer.id}", amount=lambda given: given["cheque"].amount)
def receive_cheque(*, act: Act, cheque: ChequeIn) -> ChequeRow:
    """Take a cheque: its receipt settles documents at once, against bank clearing until the bank has paid.

    The same number of the same bank for the same account is the same cheque. Raises Refusal `method.not_accepted`.
    """
    account = get_account(cheque.account_id)
    require_accepted(legal_entity_id=account.legal_entity_id, code=METHOD, on=cheque.received_on)
    if not cheque.number.strip():
        raise Refusal("cheque.without_number", _("A cheque has a number."), field="number")
    [receipt] = receive_payments(
        act=act,
        receipts=[
            ReceiptIn(
                source=SOURCE,
                source_key=f"{account.id}:{cheque.bank_name.casefold()}:{cheque.number}"[:140],
                amount=cheque.amount,
                value_date=cheque.received_on,
                method=PaymentMethod.CHEQUE,
                account_id=account.id,
                reference=cheque.number,
                payer_name=cheque.drawer,
                through_clearing=True,
                stated=(StatedPart(invoice_id=cheque.invoice_id),) if cheque.invoice_id else (),
            )
        ],
        policy=AllocationPolicy.OLDEST_FIRST,
    )
    row = rows.add_cheque(
        act=act,
        payment_id=receipt.payment_id,
        legal_entity_id=account.legal_entity_id,
        account_id=account.id,
        amount=cheque.amount,
        number=cheque.number,
        bank_name=cheque.bank_name,
        drawer=cheque.drawer or account.shown_name,
        drawn_on=cheque.drawn_on,
    )
    note_change(after={"number": cheque.number, "amount": str(cheque.amount)}, effective_on=cheque.received_on)
    return row


@verb("cheque.deposit", subject=lambda _, answer: f"deposit_slip:{answer.id}")
def deposit(*, act: Act, cheque_ids: Sequence[int], bank_account_id: int, on: date) -> SlipRow:
    """Bring cheques to the bank on one slip. Raises Refusal naming the cheque that does not belong on it."""
    bank = next((one for one in list_all_bank_accounts() if one.id == bank_account_id), None)
    cheques = rows.locked_cheques(cheque_ids)
    if bank is None:
        raise Refusal(
            "deposit_slip.no_bank",
            _("This is none of our bank accounts."),
            field="bank_account_id",
            cure=_("Choose an account of the company that holds the cheques."),
        )
    slip = rows.add_slip(
        act=act,
        legal_entity_id=bank.legal_entity_id,
        bank_account_id=bank.id,
        currency=bank.currency,
        on=on,
        cheques=cheques,
        cash=Money.zero(bank.currency),
    )
    note_change(after={"cheques": len(cheques), "total": str(slip.total)}, effective_on=on)
    return slip


@verb("deposit_slip.clear", subject=lambda arguments, _: f"deposit_slip:{arguments['slip_id']}")
def clear_slip(*, act: Act, slip_id: int, on: date, bank_entry_id: int | None = None) -> SlipRow:
    """The bank has credited a slip: its money stands at the bank, its cheques have cleared.

    `bank_entry_id` is the line of the statement, which is then dealt with. Raises Refusal when its amount is another.
    """
    before = get_slip(slip_id)
    if bank_entry_id is not None:
        [entry] = get_bank_entries([bank_entry_id])
        if entry.amount != before.total or entry.bank_account_id != before.bank_account_id:
            raise Refusal(
                "deposit_slip.other_amount", _("The bank credited %(theirs)s, the slip is of %(ours)s.")
                % {"theirs": entry.amount, "ours": before.total},
                field="bank_entry_id", cure=_("Return the cheque that was not paid first, or choose another line."),
            )  # fmt: skip
        move_entries(verb="handle", entry_ids=[bank_entry_id], reason=f"deposit_slip:{slip_id}")
    slip = rows.clear_slip(act=act, slip_id=slip_id, on=on)
    note_change(after={"total": str(slip.total), "state": slip.state}, effective_on=on)
    return slip


@verb("cheque.return", subject=lambda arguments, _: f"cheque:{arguments['cheque_id']}")
def return_cheque(*, act: Act, cheque_id: int, on: date, is_fee_waived: bool = False) -> ChequeRow:
    """A cheque was not paid: what it settled is open with its old due date, and the company's fee is charged.

    The act's reason is the bank's. The fee is billed with the next bill run, as the product that the company set for
    it. Raises NotFound, IllegalTransition, Refusal without a reason.
    """
    [cheque] = rows.locked_cheques([cheque_id])
    CHEQUE.enter("return", cheque.state)
    return_payment(act=act, payment_id=cheque.payment_id, value_date=on, reason_code="")
    method = require_method(cheque.legal_entity_id, on)
    fee = None if is_fee_waived or method is None else method.fee
    if fee is not None and method is not None and fee.currency == cheque.currency:
        add_one_off(
            act=Act(actor=ACTOR, at=act.at, reason=act.reason),
            one_off=NewOneOff(
                account_id=cheque.account_id,
                product=method.fee_product,
                text=_("Cheque %(number)s was not paid") % {"number": cheque.number},
                unit_price=Decimal(fee.decimal),
                bill_from=on,
            ),
        )
    else:
        fee = None
    row = rows.return_cheque(act=act, cheque=cheque, on=on, fee=fee)
    note_change(after={"state": row.state, "fee": str(fee or "")}, effective_on=on)
    return row


def require_method(legal_entity_id: int, on: date) -> AcceptedRow | None:
    """What the company has set for cheques; none: it takes them no more, so it has no fee for them either."""
    try:
        return require_accepted(legal_entity_id=legal_entity_id, code=METHOD, on=on)
    except Refusal:
        return None
