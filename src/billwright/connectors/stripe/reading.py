"""Objects of Stripe as events, outcomes and payouts in our words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from billwright.kernel.money import Money
from billwright.payments.ports.gateways import (
    UNREADABLE,
    ChargeOut,
    ChargeState,
    EventKind,
    GatewayEvent,
    LineKind,
    PayoutIn,
    PayoutLineIn,
    TokenFacts,
    last_day_of,
    unverified,
)

Object = dict[str, Any]

INTENT_STATES: Final = {
    "succeeded": ChargeState.SUCCEEDED,
    "processing": ChargeState.PENDING,
    "requires_capture": ChargeState.PENDING,
}
# Reporting categories of balance transactions; what is not named moves the payout all the same.
LINE_KINDS: Final = {
    "charge": LineKind.PAYMENT,
    "refund": LineKind.REFUND,
    "partial_capture_reversal": LineKind.REFUND,
    "dispute": LineKind.CHARGEBACK,
    "dispute_reversal": LineKind.CHARGEBACK_WON,
    "fee": LineKind.FEE,
    "network_cost": LineKind.FEE,
}


def _money(minor: Any, currency: Any) -> Money:
    return Money(int(minor), str(currency).upper())


def _instant(seconds: Any) -> datetime:
    return datetime.fromtimestamp(int(seconds), tz=UTC)


def _day(seconds: Any) -> date:
    return _instant(seconds).date()


def _key(value: Any) -> str:
    """The key of an object that may be there in full or by its key alone."""
    return str(value.get("id", "")) if isinstance(value, dict) else str(value or "")


def _network_code(error: Object) -> str:
    """The network's own code where Stripe passes it on, else its advice, else Stripe's word."""
    return str(error.get("network_decline_code") or error.get("decline_code") or error.get("code") or "")


def _card(intent: Object, error: Object) -> Object:
    charge = intent.get("latest_charge")
    details = charge.get("payment_method_details") or {} if isinstance(charge, dict) else {}
    method = error.get("payment_method") or {}
    return dict(details.get("card") or method.get("card") or {})


def _method(intent: Object, card: Object) -> str:
    types = intent.get("payment_method_types") or ["card"]
    return "card" if card else str(types[0])


def charge_out(intent: Object, *, error: Object | None) -> ChargeOut:
    """What became of a payment intent that was confirmed."""
    error = error or intent.get("last_payment_error") or {}
    card = _card(intent, error)
    state = INTENT_STATES.get(str(intent.get("status")), ChargeState.FAILED)
    received = intent.get("amount_received")
    return ChargeOut(
        state=state,
        gateway_key=str(intent.get("id", "")),
        amount=_money(received, intent["currency"]) if state == ChargeState.SUCCEEDED and received else None,
        code=_network_code(error) if state == ChargeState.FAILED else "",
        message=str(error.get("message", ""))[:200] if state == ChargeState.FAILED else "",
        network=str(card.get("network") or card.get("brand") or ""),
        method=_method(intent, card),
        bank=str(card.get("issuer") or ""),
    )


def payment_event(intent: Object, *, event_key: str = "", at: Any = None) -> GatewayEvent | None:
    """A payment intent as an event; None while nothing final is known."""
    out = charge_out(intent, error=None)
    has_failed = intent.get("status") == "canceled" or bool(intent.get("last_payment_error"))
    if out.state != ChargeState.SUCCEEDED and not has_failed:
        return None
    kind = EventKind.PAYMENT_SUCCEEDED if out.state == ChargeState.SUCCEEDED else EventKind.PAYMENT_FAILED
    asked = _money(intent["amount"], intent["currency"])
    is_kept = bool(intent.get("setup_future_usage")) and kind == EventKind.PAYMENT_SUCCEEDED
    return GatewayEvent(
        event_key=event_key or f"{intent['id']}:{intent['status']}",
        kind=kind,
        happened_at=_instant(at or intent["created"]),
        payment_key=str(intent["id"]),
        reference=str((intent.get("metadata") or {}).get("reference", "")),
        amount=out.amount or asked,
        asked=asked,
        code=out.code,
        network=out.network,
        method=out.method,
        bank=out.bank,
        message=out.message,
        token=_key(intent.get("payment_method")) if is_kept else "",
        customer_token=_key(intent.get("customer")) if is_kept else "",
    )


def token_facts(method: Object) -> TokenFacts:
    """What is shown of a payment method: a card by brand, last digits and expiry, anything else by its type."""
    card = method.get("card")
    if not isinstance(card, dict):
        return TokenFacts(label=str(method.get("type") or "")[:80])
    label = f"{card.get('brand') or 'card'} •••• {card.get('last4') or ''}".strip()
    year, month = card.get("exp_year"), card.get("exp_month")
    return TokenFacts(label=label, expires_on=last_day_of(int(year), int(month)) if year and month else None)


def event_of(body: bytes) -> GatewayEvent:
    """A verified webhook. Raises UnableToVerify when it is no event of Stripe."""
    try:
        event = json.loads(body)
        subject: Object = event["data"]["object"]
        about, key, created = str(event["type"]), str(event["id"]), event["created"]
        reader = _READERS.get(about)
        found = reader(subject, key, created) if reader else None
        return found or GatewayEvent(event_key=key, kind=EventKind.OTHER, happened_at=_instant(created), message=about)
    except UNREADABLE as error:
        raise unverified("unreadable", _("It is no event of Stripe."), field="body") from error


def _intent_event(intent: Object, key: str, created: Any) -> GatewayEvent | None:
    return payment_event(intent, event_key=key, at=created)


def _refund_event(refund: Object, key: str, created: Any) -> GatewayEvent | None:
    failed = refund.get("status") in ("failed", "canceled")
    if refund.get("status") != "succeeded" and not failed:
        return None
    return GatewayEvent(
        event_key=key,
        kind=EventKind.REFUND_FAILED if failed else EventKind.REFUNDED,
        happened_at=_instant(created),
        payment_key=_key(refund.get("payment_intent")),
        reference=str((refund.get("metadata") or {}).get("reference", "")),
        object_key=str(refund["id"]),
        amount=_money(refund["amount"], refund["currency"]),
        message=str(refund.get("failure_reason") or (refund.get("metadata") or {}).get("reason") or "")[:200],
    )


def _dispute_event(dispute: Object, key: str, created: Any) -> GatewayEvent | None:
    kinds = {"won": EventKind.CHARGEBACK_WON, "lost": EventKind.CHARGEBACK_LOST}
    due_by = (dispute.get("evidence_details") or {}).get("due_by")
    return GatewayEvent(
        event_key=key,
        kind=kinds.get(str(dispute.get("status")), EventKind.CHARGEBACK_OPENED),
        happened_at=_instant(created),
        payment_key=_key(dispute.get("payment_intent")),
        object_key=str(dispute["id"]),
        amount=_money(dispute["amount"], dispute["currency"]),
        code=str(dispute.get("network_reason_code") or dispute.get("reason") or ""),
        message=str(dispute.get("reason") or ""),
        deadline=_day(due_by) if due_by else None,
    )


def _payout_event(payout: Object, key: str, created: Any) -> GatewayEvent:
    return GatewayEvent(
        event_key=key,
        kind=EventKind.PAYOUT_PAID,
        happened_at=_instant(created),
        object_key=str(payout["id"]),
        amount=_money(payout["amount"], payout["currency"]),
    )


_READERS: Final = {
    "payment_intent.succeeded": _intent_event,
    "payment_intent.payment_failed": _intent_event,
    "payment_intent.canceled": _intent_event,
    "refund.created": _refund_event,
    "refund.updated": _refund_event,
    "refund.failed": _refund_event,
    "charge.dispute.created": _dispute_event,
    "charge.dispute.closed": _dispute_event,
    "payout.paid": _payout_event,
}


def payout_in(payout: Object, lines: tuple[PayoutLineIn, ...]) -> PayoutIn:
    """A payout with its lines."""
    return PayoutIn(
        payout_key=str(payout["id"]),
        net=_money(payout["amount"], payout["currency"]),
        paid_on=_day(payout["arrival_date"]),
        bank_reference=str(payout.get("statement_descriptor") or payout["id"]),
        lines=lines,
    )


def payout_line(moved: Object) -> PayoutLineIn:
    """A balance transaction as a line; a fee that stands alone is a negative amount of its own."""
    source = moved.get("source")
    source = source if isinstance(source, dict) else {"id": source}
    kind = LINE_KINDS.get(str(moved.get("reporting_category")), LineKind.OTHER)
    object_key = _key(source)
    return PayoutLineIn(
        kind=kind,
        line_key=str(moved["id"]),
        amount=_money(moved["amount"], moved["currency"]),
        fee=_money(moved.get("fee") or 0, moved["currency"]),
        payment_key=_key(source.get("payment_intent")),
        object_key=object_key,
        happened_on=_day(moved["created"]),
        text=str(moved.get("description") or "")[:200],
    )
