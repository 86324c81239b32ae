"""Sending what was agreed: by hand with its proof, in a file for the bank, or by the gateway; and what comes back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from billwright.files.operations import keep_file
from billwright.files.states import RetentionClass
from billwright.kernel import outbox
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments import watch
from billwright.payments.operations import refunds as orders
from billwright.payments.ports.refunds import (
    CreditTransfer,
    SourceAnswer,
    credit_transfer_files,
    refunds_to_source,
)
from billwright.payments.queries import bank_account_entities
from billwright.payments.queries.refunds import RefundOrderRow, destination_of, get_refund_order, order_row
from billwright.payments.states import REFUND_ORDER, PaymentMethod, RefundOrderState, RefundRoute
from billwright.receivables import operations as receivables
from billwright.workflow.payment_intake import ReceiptIn, receive_payments
from billwright.workflow.refunding.asking import subject_of

if TYPE_CHECKING:
    from billwright.kernel.models import OutboxEvent

COME_BACK = "refund-came-back"
ACTOR = "system:refunding"
METHODS = {RefundRoute.TO_GATEWAY: PaymentMethod.CARD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A file that shows that the money left: the bank's confirmation, a picture of the slip."""

    name: str
    media_type: str
    content: bytes


def _book(act: Act, order: Any, *, value_date: date, reference: str, through_clearing: bool) -> int:
    """The money fact: what we owed the customer is paid back. Never more than is left now. Returns the refund's id."""
    watch.refuse_held(f"refund_order:{order.pk}")
    route = RefundRoute(order.route)
    refund = receivables.refund_source(
        act=Act(actor=act.actor, at=act.at, reason=order.reason, on_behalf_of=act.on_behalf_of),
        cash_id=order.cash_id,
        credit_item_id=order.credit_item_id,
        amount=Money(order.amount_minor, order.currency),
        method=METHODS.get(route, PaymentMethod.BANK_TRANSFER),
        value_date=value_date,
        reference=reference or order.end_to_end,
        through_clearing=through_clearing,
    )
    return refund.refund_id


def _tell(act: Act, row: RefundOrderRow) -> None:
    outbox.emit(
        topic=f"refund_order.{row.state.lower()}", subject=f"refund_order:{row.id}", at=act.at,
        payload={"account_id": row.account_id, "amount": str(row.amount)},
    )  # fmt: skip


@verb("refund_order.send_by_hand", subject=subject_of)
def send_refund_by_hand(
    *, act: Act, refund_order_id: int, value_date: date, reference: str, proof: Proof
) -> RefundOrderRow:
    """Record that somebody paid it out at the bank, with the proof; it is then done.

    Raises NotFound, IllegalTransition, Refusal `file.empty`, and above what is left of the source.
    """
    order = orders.locked_order(refund_order_id)
    # Before the books are touched: an order that nobody agreed to leaves no trace.
    REFUND_ORDER.enter("send", order.state)
    refund_id = _book(act, order, value_date=value_date, reference=reference, through_clearing=False)
    orders.send_order(act=act, order=order, refund_id=refund_id, reference=reference)
    row = orders.confirm_order(order=order, proof_file_id=_kept(act, order.pk, proof))
    _tell(act, row)
    note_change(after={"state": row.state, "reference": reference, "how": "by hand"}, effective_on=value_date)
    return row


def _kept(act: Act, refund_order_id: int, proof: Proof) -> int:
    file = keep_file(
        act=act,
        name=proof.name,
        media_type=proof.media_type,
        content=proof.content,
        retention_class=RetentionClass.TAX_DOCUMENT,
        about=f"refund_order:{refund_order_id}",
    )
    return file.id


@verb("refund_order.send_by_file", subject=lambda arguments, _: f"bank_account:{arguments['bank_account_id']}")
def send_refunds_by_file(
    *, act: Act, refund_order_ids: Sequence[int], bank_account_id: int, execute_on: date
) -> tuple[RefundOrderRow, ...]:
    """Put agreed orders into one file for the bank, and book them against bank clearing until the statement tells.

    Raises Refusal naming the row of an order that belongs to another company, goes by gateway, or is not agreed.
    """
    files = credit_transfer_files()
    if files is None:
        raise Refusal(
            "refund_order.no_files", _("This installation writes no files of credit transfers."),
            cure=_("Pay it out at the bank and record it with its proof."),
        )  # fmt: skip
    if not refund_order_ids or len(set(refund_order_ids)) != len(refund_order_ids):
        raise Refusal("refund_order.none_chosen", _("Choose each order once."), field="refund_order_ids")
    entity = bank_account_entities([bank_account_id]).get(bank_account_id)
    locked = [orders.locked_order(id_) for id_ in sorted(refund_order_ids)]
    for row, order in enumerate(locked, start=1):
        _refuse_for_file(order, entity, row)
    file = files.write(
        bank_account_id=bank_account_id,
        message_id=_message_id(locked),
        execute_on=execute_on,
        at=act.at,
        transfers=[_transfer(order_row(order)) for order in locked],
    )
    kept = keep_file(
        act=act, name=file.name, media_type=file.media_type, content=file.content,
        retention_class=RetentionClass.TAX_DOCUMENT, about=f"bank_account:{bank_account_id}",
    )  # fmt: skip
    rows = []
    for order in locked:
        refund_id = _book(act, order, value_date=execute_on, reference=order.end_to_end, through_clearing=True)
        rows.append(orders.send_order(act=act, order=order, refund_id=refund_id, sent_file_id=kept.id))
        _tell(act, rows[-1])
    note_change(after={"orders": len(rows), "file": kept.id}, effective_on=execute_on)
    return tuple(rows)


def _refuse_for_file(order: Any, legal_entity_id: int | None, row: int) -> None:
    REFUND_ORDER.enter("send", order.state)
    if order.route == RefundRoute.TO_GATEWAY:
        raise Refusal(
            "refund_order.goes_by_gateway", _("This order goes by the gateway."), field="refund_order_ids", row=row,
            cure=_("Send it there, and leave it out of the file."),
        )  # fmt: skip
    if order.legal_entity_id != legal_entity_id:
        raise Refusal(
            "refund_order.other_entity", _("The bank account belongs to another company than the order."),
            field="bank_account_id", row=row, cure=_("Choose a bank account of the company that owes the money."),
        )  # fmt: skip


def _message_id(locked: Sequence[Any]) -> str:
    """The same orders make the same message, so that a bank that sees a file twice knows it."""
    told = "|".join(order.end_to_end for order in locked)
    return f"BWR{hashlib.sha256(told.encode()).hexdigest()[:24].upper()}"


def _transfer(order: RefundOrderRow) -> CreditTransfer:
    target = destination_of(order.id)
    return CreditTransfer(
        end_to_end=order.end_to_end,
        amount=order.amount,
        holder=target.holder,
        account_number=target.plain_number,
        bank_code=target.bank_code,
        remittance=_("Refund %(reference)s") % {"reference": order.end_to_end},
    )


@verb("refund_order.send_to_source", subject=subject_of)
def send_refund_to_source(*, act: Act, refund_order_id: int, value_date: date) -> RefundOrderRow:
    """Let an agreed order go back by the gateway: booked now, asked for once this is committed.

    What the gateway answers confirms the order or lets the money come back. Raises NotFound, IllegalTransition.
    """
    order = orders.locked_order(refund_order_id)
    REFUND_ORDER.enter("send", order.state)
    if order.route != RefundRoute.TO_GATEWAY or refunds_to_source() is None:
        raise Refusal(
            "refund_order.not_by_gateway", _("This order does not go by a gateway."), field="refund_order_id",
            cure=_("Send it in a file for the bank, or by hand with its proof."),
        )  # fmt: skip
    refund_id = _book(act, order, value_date=value_date, reference=order.end_to_end, through_clearing=True)
    row = orders.send_order(act=act, order=order, refund_id=refund_id)
    _tell(act, row)
    note_change(after={"state": row.state, "how": "gateway"}, effective_on=value_date)
    return row


@verb("refund_order.confirm", subject=subject_of)
def confirm_refund(
    *, act: Act, refund_order_id: int, reference: str = "", proof: Proof | None = None
) -> RefundOrderRow:
    """Say that what was sent has arrived: the statement shows it, or a proof. Raises NotFound, IllegalTransition."""
    order = orders.locked_order(refund_order_id)
    file_id = _kept(act, order.pk, proof) if proof else None
    row = orders.confirm_order(order=order, reference=reference, proof_file_id=file_id)
    note_change(after={"state": row.state, "reference": row.reference})
    return row


@verb("refund_order.fail", subject=subject_of)
def fail_refund(*, act: Act, refund_order_id: int, value_date: date) -> RefundOrderRow:
    """What was sent came back on a day: a receipt of its own, which waits on the account for another way.

    The act's reason says what the bank or the gateway said. Raises NotFound, IllegalTransition.
    """
    act.require_reason("refund_order.without_reason", _("Say why it came back."))
    order = orders.locked_order(refund_order_id)
    REFUND_ORDER.enter("fail", order.state)
    by_clearing = order.sent_file_id is not None or order.route == RefundRoute.TO_GATEWAY
    receipt = ReceiptIn(
        source=COME_BACK,
        source_key=order.end_to_end,
        amount=Money(order.amount_minor, order.currency),
        value_date=value_date,
        method=METHODS.get(RefundRoute(order.route), PaymentMethod.BANK_TRANSFER),
        account_id=order.account_id,
        reference=order.end_to_end,
        text=act.reason[:400],
        # A transfer that never left the clearing account comes back to it.
        through_clearing=by_clearing and order.state == RefundOrderState.SENT,
    )
    [back] = receive_payments(act=act, receipts=[receipt], policy=None)
    row = orders.fail_order(act=act, order=order, came_back_id=back.payment_id)
    _tell(act, row)
    note_change(after={"state": row.state, "payment": back.payment_id}, effective_on=value_date)
    return row


def ask_source_of(event: OutboxEvent, at: datetime) -> None:
    """Hear that an order was sent, and ask the gateway if it goes there; wired to the outbox."""
    ask_source(act=Act(actor=ACTOR, at=at), refund_order_id=int(event.subject.partition(":")[2]))


def ask_source(*, act: Act, refund_order_id: int) -> RefundOrderRow:
    """Ask the gateway for an order that was sent to it, and do what it answers; asked again it changes nothing.

    Raises Refusal `refund_order.unanswered` while no answer is known, so that whoever called tries again.
    """
    order = get_refund_order(refund_order_id)
    gateways = refunds_to_source()
    is_theirs = order.route == RefundRoute.TO_GATEWAY and order.state == RefundOrderState.SENT
    if not is_theirs or order.payment_id is None or gateways is None:
        return order
    outcome = gateways.send_back(
        payment_id=order.payment_id, amount=order.amount, reference=order.end_to_end, reason=order.reason
    )
    if outcome.answer == SourceAnswer.UNKNOWN:
        raise Refusal(
            "refund_order.unanswered",
            _("The gateway has not answered yet."),
            field="refund_order_id",
            cure=_("It is asked again by itself."),
        )
    if outcome.answer == SourceAnswer.PENDING:
        return order
    if outcome.answer == SourceAnswer.ACCEPTED:
        return confirm_refund(act=act, refund_order_id=order.id, reference=outcome.reference)
    told = Act(actor=act.actor, at=act.at, reason=(outcome.message or _("Declined."))[:200])
    return fail_refund(act=told, refund_order_id=order.id, value_date=act.at.date())
