"""The redirect gateway as a `Gateway`: form, notification, token debits, refunds, and its history as payouts."""

from __future__ import annotations

import csv
import io
import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from billwright.connectors.payfast_style import signing
from billwright.connectors.payfast_style.history import payouts_of
from billwright.kernel import outgoing
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.ports.gateways import (
    ChargeOut,
    ChargeState,
    Delivery,
    EventKind,
    GatewayConfig,
    GatewayEvent,
    HostedPaymentIn,
    PayoutIn,
    RefundOrderIn,
    RefundOut,
    StartedPage,
    TokenChargeIn,
    TokenFacts,
    unverified,
)

CURRENCY: Final = "ZAR"
PAGE_ADDRESS: Final = "https://www.payfast.co.za"
API_ADDRESS: Final = "https://api.payfast.co.za"
API_VERSION: Final = "v1"
# A notification carries no time of its own: it is known once by its payment and state, whenever it comes.
STATES: Final = {
    "COMPLETE": EventKind.PAYMENT_SUCCEEDED,
    "FAILED": EventKind.PAYMENT_FAILED,
    "CANCELLED": EventKind.PAYMENT_FAILED,
}
NAME_LETTERS_MAX, ITEM_LETTERS_MAX = 100, 100
OK = 200


class PayfastStyleGateway:
    """The gateway of kind `payfast_style`."""

    kind = "payfast_style"
    title = "Payfast style"
    settings: Mapping[str, str] = {
        "merchant_id": "Merchant id",
        "sources": "Addresses or networks that notifications come from, separated by commas",
    }
    secrets: Mapping[str, str] = {"merchant_key": "Merchant key", "passphrase": "Passphrase"}
    currencies: tuple[str, ...] = (CURRENCY,)

    confirms = True

    def refuse_unfit(self, config: GatewayConfig) -> None:
        """A passphrase is not optional here, and without known sources no notification could be believed."""
        for name in ("merchant_key", "passphrase"):
            if not config.secrets.get(name):
                raise Refusal("gateway.secret_missing", _("This secret is needed."), field=name)
        if not config.settings.get("merchant_id", "").isdecimal():
            raise Refusal("gateway.setting_unfit", _("The merchant id is a number."), field="merchant_id")
        if not _networks(config):
            raise Refusal(
                "gateway.setting_unfit",
                _("At least one address is needed that notifications come from."),
                field="sources",
                cure=_("Give the addresses that the gateway publishes, such as 197.97.145.144/28."),
            )

    def start_payment(self, config: GatewayConfig, wanted: HostedPaymentIn) -> StartedPage:
        """A signed form that the browser posts; nobody is asked before."""
        first, _space, last = wanted.payer_name.strip().rpartition(" ")
        fields = {
            "merchant_id": config.settings["merchant_id"],
            "merchant_key": config.secrets["merchant_key"],
            "return_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
            "notify_url": wanted.notify_url,
            "name_first": (first or last)[:NAME_LETTERS_MAX],
            "name_last": (last if first else "")[:NAME_LETTERS_MAX],
            "email_address": wanted.payer_email,
            "m_payment_id": wanted.reference,
            "amount": str(wanted.amount.decimal),
            "item_name": wanted.description[:ITEM_LETTERS_MAX],
            "subscription_type": "2" if wanted.keep_token else "",
        }
        fields = {name: value for name, value in fields.items() if value}
        fields["signature"] = signing.form_signature(fields, config.secrets["passphrase"])
        return StartedPage(url=f"{config.base_url or PAGE_ADDRESS}/eng/process", method="POST", fields=fields)

    def charge_token(self, config: GatewayConfig, charge: TokenChargeIn) -> ChargeOut:
        """A debit of an agreement that the customer made on the page."""
        body = {
            "amount": str(charge.amount.amount_minor),
            "item_name": charge.description[:ITEM_LETTERS_MAX],
            "m_payment_id": charge.reference,
        }
        try:
            status, answer = _called(config, "POST", f"/subscriptions/{quote(charge.token, safe='')}/adhoc", body)
        except outgoing.NoAnswer as error:
            return ChargeOut(state=ChargeState.UNKNOWN, message=error.message[:200])
        except outgoing.Unreachable as error:
            return ChargeOut(state=ChargeState.FAILED, code="unreachable", message=error.message[:200])
        said = answer.get("data") or {}
        code, message = str(said.get("code") or ""), str(said.get("message") or "")[:200]
        if status != OK or said.get("response") is not True:
            return ChargeOut(state=ChargeState.FAILED, code=code or str(status), message=message)
        return ChargeOut(
            state=ChargeState.SUCCEEDED,
            gateway_key=str(said.get("pf_payment_id", "")),
            amount=charge.amount,
            method="card",
        )

    def describe_token(self, config: GatewayConfig, token: str) -> TokenFacts:  # noqa: ARG002 -- the protocol's
        """It shows nothing of the card that an agreement stands for."""
        return TokenFacts()

    def refund(self, config: GatewayConfig, order: RefundOrderIn) -> RefundOut:
        """A refund of a payment, in full or part."""
        body = {
            "amount": str(order.amount.amount_minor),
            "reason": order.reason[:200],
            "m_refund_id": order.reference,
        }
        try:
            status, answer = _called(config, "POST", f"/refunds/{quote(order.gateway_key, safe='')}", body)
        except outgoing.NoAnswer as error:
            return RefundOut(state=ChargeState.UNKNOWN, message=error.message[:200])
        except outgoing.Unreachable as error:
            return RefundOut(state=ChargeState.FAILED, message=error.message[:200])
        said = answer.get("data") or {}
        done = status == OK and said.get("response") is True
        return RefundOut(
            state=ChargeState.SUCCEEDED if done else ChargeState.FAILED,
            gateway_key=str(said.get("refund_id", "")),
            message=str(said.get("message") or "")[:200],
        )

    def read_webhook(self, config: GatewayConfig, delivery: Delivery) -> GatewayEvent:
        """Source, signature and merchant. The amount is held against what was asked when it is worked."""
        _refuse_source(config, delivery.source_address)
        try:
            pairs = signing.pairs_of(delivery.body)
        except (UnicodeDecodeError, ValueError) as error:
            raise unverified("unreadable", _("It is no notification."), field="body") from error
        fields = dict(pairs)
        wanted = signing.notification_signature(pairs, config.secrets["passphrase"])
        if not signing.same(fields.get("signature", ""), wanted):
            raise unverified("signature", _("The signature is wrong."))
        if fields.get("merchant_id") != config.settings["merchant_id"]:
            raise unverified("merchant", _("It is for another merchant."), field="merchant_id")
        return _event(fields, at=delivery.at)

    def confirm_webhook(self, config: GatewayConfig, body: bytes) -> bool:
        """The fourth check: the gateway is asked whether it sent exactly this."""
        answer = outgoing.send(
            method="POST",
            url=f"{config.base_url or PAGE_ADDRESS}/eng/query/validate",
            body=body,
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        return answer.status == OK and answer.text.strip() == "VALID"

    def read_payment(self, config: GatewayConfig, *, reference: str, gateway_key: str) -> GatewayEvent | None:
        """What the gateway answers about a payment of ours; None while it is not final."""
        key = gateway_key or reference
        _status, answer = _called(config, "GET", f"/process/query/{quote(key, safe='')}", {})
        said = answer.get("data") or {}
        found = said.get("response")
        if not isinstance(found, dict) or found.get("payment_status") not in STATES:
            return None
        return _event({name: str(value) for name, value in found.items()}, at=_instant(found))

    def list_payouts(self, config: GatewayConfig, *, since: date) -> Sequence[PayoutIn]:
        """The payouts of the history from a day on."""
        text = _history(config, since=since)
        return [payout for payout in payouts_of(text) if payout.paid_on >= since]

    def read_payout(self, config: GatewayConfig, payout_key: str) -> PayoutIn:
        """One payout with the lines since the one before. Raises Refusal when the history does not hold it."""
        # A payout key of this style is its day and a number; its lines lie within the month before.
        try:
            day = date.fromisoformat(payout_key[:10])
        except ValueError as error:
            raise Refusal(
                "payout.not_found",
                _("The history names no such payout."),
                field="payout_key",
                cure=_("Give the key by which the gateway lists it."),
            ) from error
        for payout in payouts_of(_history(config, since=day - timedelta(days=31))):
            if payout.payout_key == payout_key:
                return payout
        raise Refusal(
            "payout.not_found",
            _("The history names no such payout."),
            field="payout_key",
            cure=_("Give the key by which the gateway lists it."),
        )


def _networks(config: GatewayConfig) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for text in config.settings.get("sources", "").split(","):
        if not text.strip():
            continue
        try:
            found.append(ipaddress.ip_network(text.strip(), strict=False))
        except ValueError as error:
            raise Refusal(
                "gateway.setting_unfit",
                _("%(text)s is no address or network.") % {"text": text.strip()},
                field="sources",
                cure=_("Write it as 197.97.145.144/28."),
            ) from error
    return found


def _refuse_source(config: GatewayConfig, address: str) -> None:
    try:
        source = ipaddress.ip_address(address)
    except ValueError as error:
        raise unverified("source", _("Where it came from is not known."), field="source_address") from error
    if not any(source in network for network in _networks(config)):
        raise unverified("source", _("It came from another address than the gateway's."), field="source_address")


def _event(fields: Mapping[str, str], *, at: datetime) -> GatewayEvent:
    status = fields.get("payment_status", "")
    try:
        gross = Money.of(Decimal(fields.get("amount_gross", "")), CURRENCY)
    except (InvalidOperation, Refusal) as error:
        raise unverified("unreadable", _("Its amount cannot be read."), field="amount_gross") from error
    key = fields.get("pf_payment_id", "")
    if not key:
        raise unverified("unreadable", _("It names no payment."), field="pf_payment_id")
    return GatewayEvent(
        event_key=f"{key}:{status}",
        kind=STATES.get(status, EventKind.OTHER),
        happened_at=at,
        payment_key=key,
        reference=fields.get("m_payment_id", ""),
        amount=gross,
        asked=gross,
        code=fields.get("reason_code", ""),
        method=fields.get("payment_method", "")[:40],
        bank=fields.get("bank", "")[:80],
        message=fields.get("reason", "")[:200],
        token=fields.get("token", ""),
    )


def _instant(found: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(found["updated_at"])).astimezone(UTC)


def _called(config: GatewayConfig, method: str, path: str, body: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
    answer = _sent(config, method, path, body)
    try:
        read = json.loads(answer.body or b"{}")
    except ValueError as error:
        raise outgoing.NoAnswer("outgoing.no_answer", _("The gateway's answer cannot be read.")) from error
    return answer.status, read if isinstance(read, dict) else {}


def _sent(config: GatewayConfig, method: str, path: str, body: Mapping[str, str]) -> outgoing.Answer:
    """One signed call. Its timestamp is that of the connector's own wire, which no fact of ours depends on."""
    headers = {
        "merchant-id": config.settings["merchant_id"],
        "version": API_VERSION,
        "timestamp": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    headers["signature"] = signing.call_signature({**headers, **body}, config.secrets["passphrase"])
    query = f"?{urlencode(body)}" if method == "GET" and body else ""
    return outgoing.send(
        method=method,
        url=f"{config.base_url or API_ADDRESS}{path}{query}",
        body=b"" if method == "GET" else json.dumps(body).encode(),
        headers={**headers, "content-type": "application/json"},
    )


def _history(config: GatewayConfig, *, since: date) -> list[dict[str, str]]:
    answer = _sent(config, "GET", "/transactions/history", {"from": since.isoformat()})
    if answer.status != OK:
        raise Refusal(
            "gateway.refused",
            _("The gateway does not give its history: %(why)s.") % {"why": answer.status},
            cure=_("Compare the keys of the gateway with those on its own page, then try again."),
        )
    return list(csv.DictReader(io.StringIO(answer.text)))
