"""What the simulator tells by webhook: the bodies of each protocol, and the order in which they leave."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from billwright.connectors.payment_simulator.ledger import (
    FaultKind,
    Faults,
    SimulatedPayment,
    SimulatedPayout,
    SimulatedToken,
)
from billwright.payments.ports.gateways import last_day_of

EVIDENCE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Told:
    """An event that is to be sent; to the address of the gateway's set-up, where `url` names no other."""

    key: str
    about: dict[str, Any] = field(repr=False)
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """A webhook as it leaves."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def in_faulty_order(told: Sequence[Told], faults: Faults) -> list[Told]:
    """The order in which events leave: some twice, some behind later ones, some at the very end, some never."""
    leaving: list[tuple[float, Told]] = []
    for place, one in enumerate(told):
        if faults.strikes(FaultKind.LOST_WEBHOOK, one.key):
            continue
        rank = float(place)
        if faults.strikes(FaultKind.OUT_OF_ORDER, one.key):
            rank += 1 + 40 * faults.draw("behind", one.key)
        if faults.strikes(FaultKind.LATE, one.key):
            rank += len(told)
        leaving.append((rank, one))
        if faults.strikes(FaultKind.DUPLICATE, one.key):
            leaving.append((rank + 60 * faults.draw("again", one.key), one))
    return [one for _rank, one in sorted(leaving, key=lambda pair: pair[0])]


class StripeVoice:
    """Webhooks as Stripe sends them: JSON, signed over time and body."""

    header = "stripe-signature"
    signed_with = "webhook_secret"

    def payment(self, payment: SimulatedPayment) -> tuple[str, dict[str, Any]]:
        kind = "succeeded" if payment.succeeded else "payment_failed"
        return f"payment_intent.{kind}", intent_object(payment)

    def refund(self, payment: SimulatedPayment, key: str, reference: str, amount: int) -> tuple[str, dict[str, Any]]:
        return "refund.created", refund_object(payment, key, reference, amount)

    def chargeback(
        self, payment: SimulatedPayment, amount: int, *, at: datetime, is_won: bool | None
    ) -> tuple[str, dict[str, Any]]:
        status = {None: "needs_response", True: "won", False: "lost"}[is_won]
        about = {
            "object": "dispute",
            "id": payment.chargeback_key,
            "payment_intent": payment.key,
            "amount": amount,
            "currency": payment.currency.lower(),
            "reason": "fraudulent",
            "network_reason_code": "10.4",
            "status": status,
            "evidence_details": {"due_by": _seconds(at + timedelta(days=EVIDENCE_DAYS))},
        }
        return f"charge.dispute.{'created' if is_won is None else 'closed'}", about

    def payout(self, payout: SimulatedPayout, currency: str) -> tuple[str, dict[str, Any]]:
        return "payout.paid", payout_object(payout, currency)

    def body(self, key: str, kind: str, about: dict[str, Any], at: datetime) -> bytes:
        event = {"id": key, "object": "event", "type": kind, "created": _seconds(at), "data": {"object": about}}
        return json.dumps({**event, "livemode": False, "api_version": "SIMULATOR"}).encode()


class PageVoice:
    """Webhooks of the hosted page: JSON, signed over time and body."""

    header = "x-signature"
    signed_with = "signing_key"

    def payment(self, payment: SimulatedPayment) -> tuple[str, dict[str, Any]]:
        return f"payment.{'succeeded' if payment.succeeded else 'failed'}", page_payment(payment)

    def refund(self, payment: SimulatedPayment, key: str, reference: str, amount: int) -> tuple[str, dict[str, Any]]:
        about = {"payment": payment.key, "id": key, "reference": reference, "amount": amount}
        return "refund.succeeded", {**about, "currency": payment.currency}

    def chargeback(
        self, payment: SimulatedPayment, amount: int, *, at: datetime, is_won: bool | None
    ) -> tuple[str, dict[str, Any]]:
        about = {
            "payment": payment.key,
            "id": payment.chargeback_key,
            "amount": amount,
            "currency": payment.currency,
            "code": "10.4",
            "message": "fraudulent",
            "deadline": (at + timedelta(days=EVIDENCE_DAYS)).date().isoformat(),
        }
        word = {None: "opened", True: "won", False: "lost"}[is_won]
        return f"chargeback.{word}", about

    def payout(self, payout: SimulatedPayout, currency: str) -> tuple[str, dict[str, Any]]:
        return "payout.paid", {"id": payout.key, "amount": payout.net_minor, "currency": currency}

    def body(self, key: str, kind: str, about: dict[str, Any], at: datetime) -> bytes:
        return json.dumps({"id": key, "type": kind, "created": _seconds(at), "about": about}).encode()


def signed(body: bytes, secret: str, at: datetime) -> str:
    """`t=SECONDS,v1=HEX` over "SECONDS.BODY", as Stripe and the hosted page have it."""
    seconds = str(_seconds(at))
    digest = hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


def notification(pairs: Iterable[tuple[str, str]], passphrase: str) -> bytes:
    """A notification of the redirect gateway: a form whose last field is the MD5 of those before it."""
    text = "&".join(f"{name}={quote_plus(value.strip())}" for name, value in pairs)
    content = f"{text}&passphrase={quote_plus(passphrase)}".encode()
    return f"{text}&signature={hashlib.md5(content, usedforsecurity=False).hexdigest()}".encode()


def page_payment(payment: SimulatedPayment) -> dict[str, Any]:
    """A payment as the hosted page tells it."""
    return {
        "payment": payment.key,
        "id": payment.key,
        "reference": payment.reference,
        "amount": payment.amount_minor,
        "asked": payment.amount_minor,
        "currency": payment.currency,
        "method": "card",
        "network": payment.network,
        "bank": payment.bank,
        "code": payment.code,
        "message": payment.message,
        **_token_told(payment.token),
    }


def _token_told(token: SimulatedToken | None) -> dict[str, str]:
    if token is None:
        return {}
    expires = last_day_of(token.expiry_year, token.expiry_month).isoformat()
    return {"token": token.key, "token_label": f"{token.brand} •••• {token.last_digits}", "token_expires": expires}


def method_object(token: SimulatedToken) -> dict[str, Any]:
    """A payment method of Stripe."""
    card = {
        "brand": token.brand,
        "last4": token.last_digits,
        "exp_year": token.expiry_year,
        "exp_month": token.expiry_month,
    }
    return {
        "object": "payment_method",
        "id": token.key,
        "type": "card",
        "customer": token.customer_key,
        "card": card,
    }


def intent_object(payment: SimulatedPayment) -> dict[str, Any]:
    """A payment intent."""
    card = {"brand": payment.network, "network": payment.network, "issuer": payment.bank}
    error = {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "generic_decline",
        "network_decline_code": payment.code,
        "message": payment.message,
        "payment_method": {"object": "payment_method", "id": "pm_sim", "card": card},
    }
    kept = payment.token
    return {
        **(
            {"setup_future_usage": "off_session", "payment_method": kept.key, "customer": kept.customer_key}
            if kept
            else {}
        ),
        "object": "payment_intent",
        "id": payment.key,
        "amount": payment.amount_minor,
        "amount_received": payment.amount_minor if payment.succeeded else 0,
        "currency": payment.currency.lower(),
        "created": _seconds(payment.at),
        "status": "succeeded" if payment.succeeded else "requires_payment_method",
        "metadata": {"reference": payment.reference},
        "payment_method_types": ["card"],
        "last_payment_error": None if payment.succeeded else error,
        "latest_charge": {
            "object": "charge",
            "id": payment.key.replace("pi_", "ch_"),
            "payment_method_details": {"type": "card", "card": card},
        },
    }


def refund_object(payment: SimulatedPayment, key: str, reference: str, amount: int) -> dict[str, Any]:
    """A refund."""
    return {
        "object": "refund",
        "id": key,
        "payment_intent": payment.key,
        "amount": amount,
        "currency": payment.currency.lower(),
        "status": "succeeded",
        "metadata": {"reference": reference},
    }


def payout_object(payout: SimulatedPayout, currency: str) -> dict[str, Any]:
    """A payout."""
    return {
        "object": "payout",
        "id": payout.key,
        "amount": payout.net_minor,
        "currency": currency.lower(),
        "arrival_date": int(datetime.fromisoformat(f"{payout.paid_on}T12:00:00+00:00").timestamp()),
        "status": "paid",
        "statement_descriptor": payout.key,
    }


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
