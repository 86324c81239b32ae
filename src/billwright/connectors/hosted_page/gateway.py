"""The generic hosted page as a `Gateway`. Its whole protocol stands in docs/connectors/hosted-page.md."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from billwright.kernel import outgoing
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.ports.gateways import (
    UNREADABLE,
    ChargeOut,
    ChargeState,
    Delivery,
    EventKind,
    GatewayConfig,
    GatewayEvent,
    HostedPaymentIn,
    LineKind,
    PayoutIn,
    PayoutLineIn,
    RefundOrderIn,
    RefundOut,
    StartedPage,
    TokenChargeIn,
    TokenFacts,
    refuse_old,
    unverified,
)

SECRET_LETTERS_MIN: Final = 32
OK, CREATED, SERVER_FAULTS = 200, 201, 500
KINDS: Final = {
    "payment.succeeded": EventKind.PAYMENT_SUCCEEDED,
    "payment.failed": EventKind.PAYMENT_FAILED,
    "refund.succeeded": EventKind.REFUNDED,
    "refund.failed": EventKind.REFUND_FAILED,
    "chargeback.opened": EventKind.CHARGEBACK_OPENED,
    "chargeback.won": EventKind.CHARGEBACK_WON,
    "chargeback.lost": EventKind.CHARGEBACK_LOST,
    "payout.paid": EventKind.PAYOUT_PAID,
}


class HostedPageGateway:
    """The gateway of kind `hosted_page`."""

    kind = "hosted_page"
    title = "Hosted page"
    settings: Mapping[str, str] = {"merchant": "Merchant name or number"}
    secrets: Mapping[str, str] = {"signing_key": "Signing key, at least 32 characters"}
    currencies: tuple[str, ...] = ()

    confirms = False

    def refuse_unfit(self, config: GatewayConfig) -> None:
        """A short key could be guessed; without an address there is no page."""
        if len(config.secrets.get("signing_key", "")) < SECRET_LETTERS_MIN:
            raise Refusal(
                "gateway.secret_unfit",
                _("The signing key has at least %(count)d characters.") % {"count": SECRET_LETTERS_MIN},
                field="signing_key",
            )
        if not config.base_url:
            raise Refusal("gateway.address_missing", _("The address of the page is needed."), field="base_url")
        if not config.settings.get("merchant"):
            raise Refusal("gateway.setting_missing", _("The merchant is needed."), field="merchant")

    def start_payment(self, config: GatewayConfig, wanted: HostedPaymentIn) -> StartedPage:
        """A signed address; nobody is asked before."""
        fields = {
            "merchant": config.settings["merchant"],
            "reference": wanted.reference,
            "amount": str(wanted.amount.amount_minor),
            "currency": wanted.amount.currency,
            "description": wanted.description,
            "return_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
            "notify_url": wanted.notify_url,
            "keep_token": "1" if wanted.keep_token else "",
        }
        fields = {name: value for name, value in fields.items() if value}
        signature = sign(config.secrets["signing_key"], canonical(fields))
        return StartedPage(url=f"{config.base_url}/pay?{urlencode({**fields, 'signature': signature})}")

    def charge_token(self, config: GatewayConfig, charge: TokenChargeIn) -> ChargeOut:
        """A debit of a stored token; the reference makes it the same debit when it is asked again."""
        body = {
            "token": charge.token,
            "reference": charge.reference,
            "amount": charge.amount.amount_minor,
            "currency": charge.amount.currency,
            "description": charge.description,
        }
        try:
            status, said = _called(config, "POST", "/charges", body)
        except outgoing.NoAnswer as error:
            return ChargeOut(state=ChargeState.UNKNOWN, message=error.message[:200])
        except outgoing.Unreachable as error:
            return ChargeOut(state=ChargeState.FAILED, code="unreachable", message=error.message[:200])
        if status >= SERVER_FAULTS:
            return ChargeOut(state=ChargeState.UNKNOWN, message=str(status))
        states = {"succeeded": ChargeState.SUCCEEDED, "pending": ChargeState.PENDING}
        state = states.get(str(said.get("status")), ChargeState.FAILED)
        return ChargeOut(
            state=state,
            gateway_key=str(said.get("id", "")),
            amount=_money(said) if state == ChargeState.SUCCEEDED else None,
            code=str(said.get("code", "")),
            message=str(said.get("message", ""))[:200],
            network=str(said.get("network", "")),
            method=str(said.get("method", "")),
            bank=str(said.get("bank", "")),
        )

    def describe_token(self, config: GatewayConfig, token: str) -> TokenFacts:  # noqa: ARG002 -- the protocol's
        """Its webhook says all there is."""
        return TokenFacts()

    def refund(self, config: GatewayConfig, order: RefundOrderIn) -> RefundOut:
        """A refund of a payment, in full or part."""
        body = {
            "reference": order.reference,
            "payment": order.gateway_key,
            "amount": order.amount.amount_minor,
            "currency": order.amount.currency,
            "reason": order.reason[:200],
        }
        try:
            status, said = _called(config, "POST", "/refunds", body)
        except outgoing.NoAnswer as error:
            return RefundOut(state=ChargeState.UNKNOWN, message=error.message[:200])
        except outgoing.Unreachable as error:
            return RefundOut(state=ChargeState.FAILED, message=error.message[:200])
        if status >= SERVER_FAULTS:
            return RefundOut(state=ChargeState.UNKNOWN, message=str(status))
        done = status in (OK, CREATED) and said.get("status") == "succeeded"
        return RefundOut(
            state=ChargeState.SUCCEEDED if done else ChargeState.FAILED,
            gateway_key=str(said.get("id", "")),
            message=str(said.get("message", ""))[:200],
        )

    def read_webhook(self, config: GatewayConfig, delivery: Delivery) -> GatewayEvent:
        """The signature over time and body, then the time."""
        verify(config.secrets["signing_key"], delivery.headers.get("x-signature", ""), delivery)
        try:
            return _event(json.loads(delivery.body))
        except UNREADABLE as error:
            raise unverified("unreadable", _("It is no event of this protocol."), field="body") from error

    def confirm_webhook(self, config: GatewayConfig, body: bytes) -> bool:  # noqa: ARG002 -- the protocol's
        """Its signature is enough."""
        return True

    def read_payment(self, config: GatewayConfig, *, reference: str, gateway_key: str) -> GatewayEvent | None:
        """By the gateway's key, or by our reference."""
        key = quote(gateway_key or reference, safe="")
        status, said = _called(config, "GET", f"/payments/{key}", {})
        if status != OK or said.get("type") not in KINDS:
            return None
        return _event(said)

    def list_payouts(self, config: GatewayConfig, *, since: date) -> Sequence[PayoutIn]:
        """Payouts of `since` or later."""
        _status, said = _called(config, "GET", f"/payouts?since={since.isoformat()}", {})
        return [_payout(one) for one in said.get("payouts", [])]

    def read_payout(self, config: GatewayConfig, payout_key: str) -> PayoutIn:
        """One payout with its lines."""
        status, said = _called(config, "GET", f"/payouts/{quote(payout_key, safe='')}", {})
        if status != OK:
            raise Refusal(
                "payout.not_found",
                _("The gateway names no such payout."),
                field="payout_key",
                cure=_("Give the key by which the gateway lists it."),
            )
        return _payout(said)


def canonical(fields: Mapping[str, str]) -> bytes:
    """The fields by the alphabet, encoded as a query."""
    return urlencode(sorted(fields.items())).encode()


def sign(key: str, content: bytes) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(key.encode(), content, hashlib.sha256).hexdigest()


def verify(key: str, header: str, delivery: Delivery) -> None:
    """Raise UnableToVerify unless `t=SECONDS,v1=HEX` is the key's signature of "SECONDS.BODY" and of now."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    seconds = parts.get("t", "")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12):
        raise unverified("signature", _("The signature names no time."))
    wanted = sign(key, seconds.encode() + b"." + delivery.body)
    if not hmac.compare_digest(parts.get("v1", "").encode(), wanted.encode()):
        raise unverified("signature", _("The signature is wrong."))
    refuse_old(datetime.fromtimestamp(int(seconds), tz=UTC), at=delivery.at)


def _money(said: Mapping[str, Any], name: str = "amount") -> Money:
    return Money(int(said[name]), str(said["currency"]))


def _event(said: Mapping[str, Any]) -> GatewayEvent:
    about = said["about"]
    deadline, expires = about.get("deadline"), about.get("token_expires")
    return GatewayEvent(
        event_key=str(said["id"]),
        kind=KINDS.get(str(said["type"]), EventKind.OTHER),
        happened_at=datetime.fromtimestamp(int(said["created"]), tz=UTC),
        payment_key=str(about.get("payment", "")),
        reference=str(about.get("reference", "")),
        object_key=str(about.get("id", "")),
        amount=_money(about) if "amount" in about else None,
        asked=_money(about, "asked") if "asked" in about else None,
        code=str(about.get("code", "")),
        network=str(about.get("network", "")),
        method=str(about.get("method", ""))[:40],
        bank=str(about.get("bank", ""))[:80],
        message=str(about.get("message", ""))[:200],
        deadline=date.fromisoformat(deadline) if deadline else None,
        token=str(about.get("token", "")),
        token_label=str(about.get("token_label", ""))[:80],
        token_expires_on=date.fromisoformat(expires) if expires else None,
    )


def _payout(said: Mapping[str, Any]) -> PayoutIn:
    currency = str(said["currency"])
    return PayoutIn(
        payout_key=str(said["id"]),
        net=Money(int(said["net"]), currency),
        paid_on=date.fromisoformat(said["paid_on"]),
        bank_reference=str(said.get("bank_reference", "")),
        lines=tuple(
            PayoutLineIn(
                kind=LineKind(line["kind"]) if line["kind"] in LineKind.__members__ else LineKind.OTHER,
                line_key=str(line["id"]),
                amount=Money(int(line["amount"]), currency),
                fee=Money(int(line.get("fee", 0)), currency),
                payment_key=str(line.get("payment", "")),
                object_key=str(line.get("about", "")),
                happened_on=date.fromisoformat(line["on"]),
                text=str(line.get("text", ""))[:200],
            )
            for line in said.get("lines", [])
        ),
    )


def _called(config: GatewayConfig, method: str, path: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """One signed call. Its timestamp is that of the wire, which no fact of ours depends on."""
    content = json.dumps(body).encode() if body else b""
    seconds = str(int(datetime.now(UTC).timestamp()))
    signed = sign(config.secrets["signing_key"], f"{seconds}.{method} {path}\n".encode() + content)
    answer = outgoing.send(
        method=method,
        url=f"{config.base_url}{path}",
        body=content,
        headers={
            "content-type": "application/json",
            "x-merchant": config.settings["merchant"],
            "x-signature": f"t={seconds},v1={signed}",
        },
    )
    try:
        read = json.loads(answer.body or b"{}")
    except ValueError as error:
        raise outgoing.NoAnswer("outgoing.no_answer", _("The gateway's answer cannot be read.")) from error
    return answer.status, read if isinstance(read, dict) else {}
