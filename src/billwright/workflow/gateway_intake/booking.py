"""Successes of gateways as receipts: each once, under the gateway's own key, whoever tells of it first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.gateway_rows import SIMULATOR, GatewayEventRow, GatewayPaymentRow, GatewayRow
from billwright.payments.gateway_states import GatewayPaymentState
from billwright.payments.operations import gateways as operations
from billwright.payments.queries import receipts_by_key
from billwright.payments.states import PaymentMethod
from billwright.workflow.gateway_intake import following
from billwright.workflow.payment_intake import ReceiptIn, StatedPart, receive_payments

# Why an event that was worked is shown to a person all the same: its money is of nobody known.
UNKNOWN_REFERENCE: Final = "webhook.unknown_reference"
METHODS: Final = {
    "card": PaymentMethod.CARD,
    "cc": PaymentMethod.CARD,
    "dc": PaymentMethod.CARD,
    "eft": PaymentMethod.BANK_TRANSFER,
    "bank_transfer": PaymentMethod.BANK_TRANSFER,
    "sepa_debit": PaymentMethod.DIRECT_DEBIT,
    "us_bank_account": PaymentMethod.DIRECT_DEBIT,
    "wallet": PaymentMethod.WALLET,
    "paypal": PaymentMethod.WALLET,
    "link": PaymentMethod.WALLET,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What became of one event: in the books (or nothing to do), waiting, or set aside by `code` and `reason`.

    With a payment, code and reason are what a person should know of it.
    """

    payment_id: int | None = None
    code: str = ""
    reason: str = ""
    waits: bool = False


def method_of(word: str) -> PaymentMethod:
    """The gateway's word for a means of paying, in ours."""
    return METHODS.get(word.lower(), PaymentMethod.OTHER)


def day_of(gateway: GatewayRow, at: datetime) -> date:
    """The civil day of the company on which something happened at the gateway."""
    return business_date(at, get_legal_entity(legal_entity_id=gateway.legal_entity_id).timezone)


def receive_successes(act: Act, gateway: GatewayRow, events: Sequence[GatewayEventRow]) -> dict[int, Entered]:
    """Record what is new as receipts in one batch, each for what it was asked for; answers by id of the event.

    Money that nobody asked for is there all the same: it waits in suspense until somebody knows whose it is.
    Raises Refusal where a receipt cannot be recorded; nothing has been written then.
    """
    asked = operations.payments_asked(gateway_id=gateway.id, events=events)
    known = receipts_by_key([(gateway.source, event.payment_key) for event in events])
    ended: dict[int, Entered] = {}
    fresh: dict[str, GatewayEventRow] = {}
    for event in events:
        receipt = known.get((gateway.source, event.payment_key))
        why = _unfit(event, asked.get(event.id), None if receipt is None else _amount_of(receipt))
        if why is not None:
            ended[event.id] = why
        elif receipt is not None:
            ended[event.id] = Entered(payment_id=receipt.pk)
        else:
            fresh.setdefault(event.payment_key, event)
    recorded = _record(act, gateway, list(fresh.values()), asked)
    for event in events:
        if event.id not in ended:
            code, reason = ("", "") if event.id in asked else (UNKNOWN_REFERENCE, _nobody_asked(event))
            ended[event.id] = Entered(payment_id=recorded[event.payment_key], code=code, reason=reason)
    paid = {
        asked[event.id].id: (ended[event.id].payment_id, event)
        for event in events
        if event.id in asked and ended[event.id].payment_id is not None
    }
    operations.settle_gateway_payments(act=act, paid=paid, failed={})
    return ended


def _amount_of(receipt: object) -> Money:
    return Money(receipt.amount_minor, receipt.currency)  # type: ignore[attr-defined]


def _unfit(event: GatewayEventRow, row: GatewayPaymentRow | None, recorded: Money | None) -> Entered | None:
    """Why a success is not entered: it names no money, or another amount than was asked for or recorded."""
    if event.amount is None or event.amount.amount_minor <= 0 or not event.payment_key:
        return Entered(code="webhook.incomplete", reason=_("It names no payment, or no amount above zero."))
    if recorded is not None:
        if recorded == event.amount:
            return None
        reason = _("%(recorded)s is recorded for this payment, now it says %(amount)s.")
        words = {"recorded": recorded, "amount": event.amount}
        return Entered(code="webhook.other_amount", reason=reason % words)
    if row is None:
        return None
    wanted = event.asked or event.amount
    if wanted != row.amount or event.amount.amount_minor > row.amount.amount_minor:
        reason = _("%(asked)s was asked for, it says %(amount)s.") % {"asked": row.amount, "amount": wanted}
        return Entered(code="webhook.other_amount", reason=reason)
    return None


def _record(
    act: Act, gateway: GatewayRow, events: Sequence[GatewayEventRow], asked: dict[int, GatewayPaymentRow]
) -> dict[str, int]:
    """Receipts by the gateway's key of the payment."""
    if not events:
        return {}
    settled: set[int] = set()
    receipts, own = [], []
    zone = get_legal_entity(legal_entity_id=gateway.legal_entity_id).timezone
    for event in events:
        assert event.happened_at is not None, "a believed event says when it happened"
        on, row = business_date(event.happened_at, zone), asked.get(event.id)
        if row is None:
            receipts.append(_in_suspense(gateway, event, on))
            continue
        # Paid a second time under the same reference: the money is there, but what it was for is paid already.
        is_first = row.state != GatewayPaymentState.PAID and row.id not in settled
        settled.add(row.id)
        receipts.append(_receipt(gateway, event, row, on, is_first=is_first))
        own.append(len(receipts) - 1)
    debits = following.free_held(act=act, references={receipts[n].reference: receipts[n].value_date for n in own})
    answers = receive_payments(act=act.nested(), receipts=receipts)
    paid = {receipts[n].reference: answers[n].payment_id for n in own}
    following.note_paid(act=act, debits=debits, receipts=paid)
    return {event.payment_key: answer.payment_id for event, answer in zip(events, answers, strict=True)}


def _nobody_asked(event: GatewayEventRow) -> str:
    reason = _("Nobody asked for a payment under the reference %(reference)s: the money waits in suspense.")
    return reason % {"reference": event.reference or "–"}


def _in_suspense(gateway: GatewayRow, event: GatewayEventRow, on: date) -> ReceiptIn:
    """Money that came and of which nobody here knows: a receipt of the company, of no account."""
    assert event.amount is not None, "an event without an amount was set aside"
    return ReceiptIn(
        source=gateway.source,
        source_key=event.payment_key,
        amount=event.amount,
        value_date=on,
        method=method_of(event.method),
        legal_entity_id=gateway.legal_entity_id,
        reference=event.reference,
        text=_text(gateway, event, event.message),
        through_clearing=True,
    )


def _text(gateway: GatewayRow, event: GatewayEventRow, *more: str) -> str:
    words = [SIMULATOR if gateway.is_simulator else "", gateway.name, event.method, event.network, event.bank, *more]
    return " ".join(word for word in words if word)[:400]


def _receipt(
    gateway: GatewayRow, event: GatewayEventRow, row: GatewayPaymentRow, on: date, *, is_first: bool
) -> ReceiptIn:
    assert event.amount is not None, "an event without an amount was set aside"
    stated = [
        StatedPart(
            open_item_id=part.open_item_id,
            invoice_id=part.invoice_id,
            amount=None if part.amount_minor is None else Money(part.amount_minor, event.amount.currency),
        )
        for part in row.stated
        if is_first
    ]
    return ReceiptIn(
        source=gateway.source,
        source_key=event.payment_key,
        amount=event.amount,
        value_date=on,
        method=method_of(event.method),
        account_id=row.account_id,
        reference=row.reference,
        text=_text(gateway, event),
        through_clearing=True,
        stated=tuple(stated),
    )
