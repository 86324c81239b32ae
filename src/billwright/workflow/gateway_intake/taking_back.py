"""Money that leaves through a gateway: refunds made there, chargebacks, and chargebacks that are won."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _

from billwright.kernel import outbox
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.payments.gateway_rows import ChargebackRow, GatewayEventRow, GatewayRow
from billwright.payments.gateway_states import ChargebackState
from billwright.payments.operations import chargebacks
from billwright.payments.ports.gateways import EventKind
from billwright.payments.queries import get_payment
from billwright.payments.queries.gateways import find_chargeback, find_receipt, has_refunds, is_refund_booked
from billwright.payments.rows import PaymentRow
from billwright.payments.states import PaymentMethod, PaymentState
from billwright.receivables import operations as receivables
from billwright.receivables.queries import list_cash
from billwright.receivables.states import AllocationPolicy
from billwright.workflow.gateway_intake import following
from billwright.workflow.gateway_intake.booking import Entered, day_of
from billwright.workflow.payment_intake import ReceiptIn, receive_payments, return_payment

REASON_LETTERS = 200


def _not_told(event: GatewayEventRow) -> Entered:
    return Entered(
        waits=True,
        code="webhook.waits",
        reason=_("The payment %(key)s has not been told yet.") % {"key": event.payment_key or "–"},
    )


def book_refund(act: Act, gateway: GatewayRow, event: GatewayEventRow) -> Entered:
    """Enter money that the gateway sent back, unless our own order for it is in the books already."""
    payment = find_receipt(source=gateway.source, source_key=event.payment_key)
    if payment is None or event.amount is None or event.happened_at is None:
        return _not_told(event)
    if not is_refund_booked(payment_id=payment.payment_id, references=(event.object_key, event.reference)):
        on, reason = day_of(gateway, event.happened_at), event.message or _("Refunded at the gateway.")
        if event.amount == payment.amount and _waits_in_suspense(payment):
            _return_whole(act, payment, on=on, reason=reason, code="REFUND")
        else:
            take_part_back(act, payment=payment, amount=event.amount, on=on, reference=event.object_key, reason=reason)
    return Entered(payment_id=payment.payment_id)


def _waits_in_suspense(payment: PaymentRow) -> bool:
    """Whether nobody knows yet whose money it is: then nobody is refunded, and what came goes back as it came."""
    if payment.account_id is not None or payment.state != PaymentState.RECEIVED:
        return False
    pieces = list_cash(payment_id=payment.payment_id)
    return [piece.account_id for piece in pieces] == [None] and pieces[0].left == payment.amount


def _return_whole(act: Act, payment: PaymentRow, *, on: date, reason: str, code: str) -> None:
    return_payment(
        act=replace(act.nested(), reason=reason[:REASON_LETTERS]),
        payment_id=payment.payment_id,
        value_date=on,
        reason_code=code[:20],
    )


def take_part_back(act: Act, *, payment: PaymentRow, amount: Money, on: date, reference: str, reason: str) -> None:
    """Take so much of a receipt out of the books: what it settled is open again as far as needed.

    What was undone and is left over settles the oldest items again. Raises Refusal `refund.exceeds_left`.
    """
    act = replace(act.nested(), reason=reason[:REASON_LETTERS])
    freed = receivables.free_cash_part(act=act, payment_id=payment.payment_id, amount=amount, not_before=on)
    for piece in freed:
        receivables.refund_source(
            act=act,
            cash_id=piece.cash_id,
            credit_item_id=None,
            amount=piece.amount,
            method=PaymentMethod(payment.method),
            value_date=max(on, piece.not_before),
            reference=reference[:140],
            through_clearing=True,
        )
    receivables.distribute_cash(
        act=act,
        cash_ids=[piece.cash_id for piece in freed if piece.was_allocated],
        policy=AllocationPolicy.OLDEST_FIRST,
    )
    outbox.emit(
        topic="payment.refunded",
        subject=f"payment:{payment.payment_id}",
        at=act.at,
        payload={"account_id": payment.account_id, "amount": str(amount), "reference": reference},
    )


def open_chargeback(act: Act, gateway: GatewayRow, event: GatewayEventRow) -> Entered:
    """Enter a chargeback once: the whole receipt is returned, or the part that was taken is."""
    if find_chargeback(gateway_id=gateway.id, chargeback_key=event.object_key) is not None:
        return Entered()
    payment = find_receipt(source=gateway.source, source_key=event.payment_key)
    if payment is None or event.amount is None or event.happened_at is None:
        return _not_told(event)
    on = day_of(gateway, event.happened_at)
    reason = _("Chargeback %(code)s: %(why)s") % {"code": event.code, "why": event.message}
    is_whole = event.amount == payment.amount and not has_refunds(payment.payment_id)
    if is_whole and payment.state == PaymentState.RECEIVED:
        _return_whole(act, payment, on=on, reason=reason, code=event.code)
    else:
        take_part_back(act, payment=payment, amount=event.amount, on=on, reference=event.object_key, reason=reason)
    following.note_taken_back(act=act, reference=payment.reference, event=event, on=on)
    chargebacks.add_chargeback(
        act=act, gateway_id=gateway.id, event=event, payment_id=payment.payment_id, account_id=payment.account_id, on=on
    )
    outbox.emit(
        topic="chargeback.opened",
        subject=f"payment:{payment.payment_id}",
        at=act.at,
        payload={"account_id": payment.account_id, "amount": str(event.amount), "code": event.code},
    )
    return Entered(payment_id=payment.payment_id)


def close_chargeback(act: Act, gateway: GatewayRow, event: GatewayEventRow) -> Entered:
    """Enter how a chargeback ended; money that comes back is a receipt of its own. It waits for its opening."""
    row = find_chargeback(gateway_id=gateway.id, chargeback_key=event.object_key)
    if row is None:
        return Entered(
            waits=True,
            code="webhook.waits",
            reason=_("The chargeback %(key)s has not been told yet.") % {"key": event.object_key or "–"},
        )
    is_won = event.kind == EventKind.CHARGEBACK_WON
    if not chargebacks.may_end(row, is_won=is_won):
        is_told = row.state == (ChargebackState.WON if is_won else ChargebackState.LOST)
        return Entered() if is_told else Entered(
            code="chargeback.decided", reason=_("It was decided otherwise before.")
        )  # fmt: skip
    regained = None
    if is_won:
        assert event.happened_at is not None, "a believed event says when it happened"
        regained = _regain(act, gateway, row, on=day_of(gateway, event.happened_at))
    chargebacks.move_chargeback(
        act=act, chargeback_id=row.id, verb="win" if is_won else "lose", regained_by_id=regained
    )
    return Entered(payment_id=regained)


def _regain(act: Act, gateway: GatewayRow, row: ChargebackRow, *, on: date) -> int:
    payment = get_payment(row.payment_id)
    receipt = ReceiptIn(
        source=gateway.source,
        source_key=f"{row.chargeback_key}:won",
        amount=row.amount,
        value_date=max(on, payment.value_date),
        method=PaymentMethod(payment.method),
        account_id=payment.account_id,
        legal_entity_id=payment.legal_entity_id,
        reference=payment.reference,
        text=_("Chargeback %(key)s won: the money is back.") % {"key": row.chargeback_key},
        through_clearing=True,
    )
    [answer] = receive_payments(act=act.nested(), receipts=[receipt])
    return answer.payment_id
