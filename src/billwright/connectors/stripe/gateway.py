"""Stripe as a `Gateway`. The library speaks; here its objects become our words.

Facts and their sources stand in docs/connectors/stripe.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from billwright.connectors.stripe.reading import (
    charge_out,
    event_of,
    payment_event,
    payout_in,
    payout_line,
    token_facts,
)
from billwright.kernel.errors import Refusal
from billwright.kernel.money import exponent
from billwright.payments.ports.gateways import (
    ChargeOut,
    ChargeState,
    Delivery,
    GatewayConfig,
    GatewayEvent,
    HostedPaymentIn,
    PayoutIn,
    RefundOrderIn,
    RefundOut,
    StartedPage,
    TokenChargeIn,
    TokenFacts,
    refuse_old,
    unverified,
)

if TYPE_CHECKING:
    from stripe import StripeClient, StripeError

TIMEOUT_SECONDS: Final = 20
# Stripe counts these in hundredths although ISO 4217 has no decimals for them; three decimals must end in zero.
ODD_CURRENCIES: Final = frozenset({"ISK", "UGX"})
TWO_DECIMALS: Final = 2
REFUND_STATES: Final = {
    "succeeded": ChargeState.SUCCEEDED,
    "pending": ChargeState.PENDING,
    "requires_action": ChargeState.PENDING,
}


class StripeGateway:
    """The gateway of kind `stripe`."""

    kind = "stripe"
    title = "Stripe"
    settings: Mapping[str, str] = {}
    secrets: Mapping[str, str] = {
        "api_key": "Secret key (sk_… or a restricted rk_…)",
        "webhook_secret": "Signing secret of the webhook endpoint (whsec_…)",
    }
    currencies: tuple[str, ...] = ()

    confirms = False

    def refuse_unfit(self, config: GatewayConfig) -> None:
        """Keys of the wrong kind, and currencies that Stripe counts in another way than ISO 4217."""
        for name, beginnings in (("api_key", ("sk_", "rk_")), ("webhook_secret", ("whsec_",))):
            if not config.secrets.get(name, "").startswith(beginnings):
                raise Refusal(
                    "gateway.secret_unfit",
                    _("This secret begins with %(beginnings)s.") % {"beginnings": " / ".join(beginnings)},
                    field=name,
                    cure=_("Copy it from the developers' page of Stripe."),
                )
        if config.currency in ODD_CURRENCIES or exponent(config.currency) > TWO_DECIMALS:
            raise Refusal(
                "gateway.currency_unfit",
                _("Stripe counts %(currency)s in other units than its smallest.") % {"currency": config.currency},
                field="currency",
                cure=_("Use another gateway for this currency."),
            )

    def start_payment(self, config: GatewayConfig, wanted: HostedPaymentIn) -> StartedPage:
        """A Checkout session; its payment intent carries our reference."""
        marked = {"reference": wanted.reference}
        intent: dict[str, Any] = {"metadata": marked, "description": wanted.description}
        if wanted.keep_token:
            intent["setup_future_usage"] = "off_session"
        asked: dict[str, Any] = {
            "mode": "payment",
            "client_reference_id": wanted.reference,
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": wanted.amount.currency.lower(),
                        "unit_amount": wanted.amount.amount_minor,
                        "product_data": {"name": wanted.description},
                    },
                }
            ],
            "payment_intent_data": intent,
            "metadata": marked,
            "success_url": wanted.return_url,
            "cancel_url": wanted.cancel_url,
        }
        if wanted.keep_token:
            # A payment method can be used again only with the customer whom it is attached to.
            asked["customer_creation"] = "always"
        if wanted.payer_email:
            asked["customer_email"] = wanted.payer_email
        session = _asked(
            lambda client: client.v1.checkout.sessions.create(
                params=asked,  # type: ignore[arg-type]
                options={"idempotency_key": wanted.reference},
            ),
            config,
        )
        return StartedPage(url=str(session.url), gateway_key=str(session.id))

    def charge_token(self, config: GatewayConfig, charge: TokenChargeIn) -> ChargeOut:
        """A confirmed payment intent off session. The reference is Stripe's idempotency key."""
        import stripe

        asked: dict[str, Any] = {
            "amount": charge.amount.amount_minor,
            "currency": charge.amount.currency.lower(),
            "payment_method": charge.token,
            "off_session": True,
            "confirm": True,
            "description": charge.description,
            "metadata": {"reference": charge.reference},
            "expand": ["latest_charge"],
        }
        if charge.customer_token:
            asked["customer"] = charge.customer_token
        try:
            intent = _library(config).v1.payment_intents.create(
                params=asked,  # type: ignore[arg-type]
                options={"idempotency_key": charge.reference},
            )
        except stripe.CardError as declined:
            return charge_out(_body(declined).get("payment_intent") or {}, error=_body(declined))
        except (stripe.APIConnectionError, stripe.APIError, stripe.RateLimitError) as error:
            return ChargeOut(state=ChargeState.UNKNOWN, message=str(error)[:200])
        except stripe.StripeError as error:
            return ChargeOut(state=ChargeState.FAILED, code=error.code or "refused", message=str(error)[:200])
        return charge_out(intent.to_dict(), error=None)

    def describe_token(self, config: GatewayConfig, token: str) -> TokenFacts:
        """Brand and last four digits of a card, and the last day of its month."""
        found = _asked(lambda client: client.v1.payment_methods.retrieve(token), config)
        return token_facts(found.to_dict())

    def refund(self, config: GatewayConfig, order: RefundOrderIn) -> RefundOut:
        """A refund of a payment intent, in full or part."""
        import stripe

        try:
            refund = _library(config).v1.refunds.create(
                params={
                    "payment_intent": order.gateway_key,
                    "amount": order.amount.amount_minor,
                    "metadata": {"reference": order.reference, "reason": order.reason[:200]},
                },
                options={"idempotency_key": order.reference},
            )
        except (stripe.APIConnectionError, stripe.APIError) as error:
            return RefundOut(state=ChargeState.UNKNOWN, message=str(error)[:200])
        except stripe.StripeError as error:
            return RefundOut(state=ChargeState.FAILED, message=str(error)[:200])
        state = REFUND_STATES.get(refund.status or "", ChargeState.FAILED)
        return RefundOut(state=state, gateway_key=refund.id, message=refund.failure_reason or "")

    def read_webhook(self, config: GatewayConfig, delivery: Delivery) -> GatewayEvent:
        """The signature is judged by Stripe's library, its time by the clock of the request."""
        import stripe

        header = delivery.headers.get("stripe-signature", "")
        try:
            stripe.WebhookSignature.verify_header(delivery.body, header, config.secrets["webhook_secret"])
        except (stripe.SignatureVerificationError, UnicodeDecodeError) as error:
            raise unverified("signature", _("The signature is not Stripe's.")) from error
        parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
        refuse_old(datetime.fromtimestamp(int(parts["t"]), tz=UTC), at=delivery.at)
        return event_of(delivery.body)

    def confirm_webhook(self, config: GatewayConfig, body: bytes) -> bool:  # noqa: ARG002 -- the protocol's
        """Its signature is enough."""
        return True

    def read_payment(self, config: GatewayConfig, *, reference: str, gateway_key: str) -> GatewayEvent | None:
        """By the key of its page or intent; a debit without any is searched by our reference."""
        if gateway_key.startswith("cs_"):
            session = _asked(
                lambda client: client.v1.checkout.sessions.retrieve(gateway_key, params={"expand": ["payment_intent"]}),
                config,
            )
            intent = session.to_dict().get("payment_intent")
        elif gateway_key:
            intent = _asked(lambda client: client.v1.payment_intents.retrieve(gateway_key), config).to_dict()
        else:
            found = _asked(
                lambda client: client.v1.payment_intents.search(
                    params={"query": f"metadata['reference']:'{reference}'", "limit": 10}
                ),
                config,
            )
            intents = [one.to_dict() for one in found.data]
            intent = next((one for one in intents if one["status"] == "succeeded"), intents[0] if intents else None)
        return payment_event(intent) if isinstance(intent, dict) else None

    def list_payouts(self, config: GatewayConfig, *, since: date) -> Sequence[PayoutIn]:
        """Those that arrive on `since` or later and were paid."""
        earliest = int(datetime.combine(since, time(), tzinfo=UTC).timestamp())
        found = _asked(
            lambda client: client.v1.payouts.list(
                params={"arrival_date": {"gte": earliest}, "status": "paid", "limit": 100}
            ),
            config,
        )
        return [payout_in(one.to_dict(), ()) for one in found.auto_paging_iter()]

    def read_payout(self, config: GatewayConfig, payout_key: str) -> PayoutIn:
        """The payout and the balance transactions that it is made of."""
        payout = _asked(lambda client: client.v1.payouts.retrieve(payout_key), config)
        found = _asked(
            lambda client: client.v1.balance_transactions.list(
                params={"payout": payout_key, "limit": 100, "expand": ["data.source"]}
            ),
            config,
        )
        lines = [payout_line(one.to_dict()) for one in found.auto_paging_iter() if one.type != "payout"]
        return payout_in(payout.to_dict(), tuple(lines))


def _library(config: GatewayConfig) -> StripeClient:
    """The official client. It repeats nothing by itself: what is not known is asked again under its reference."""
    import stripe

    return stripe.StripeClient(
        config.secrets["api_key"],
        base_addresses={"api": config.base_url} if config.base_url else {},
        max_network_retries=0,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
    )


def _asked(question: Callable[[StripeClient], Any], config: GatewayConfig) -> Any:
    """The answer of Stripe. Raises Refusal `gateway.not_answering` or `gateway.refused` in its words."""
    import stripe

    try:
        return question(_library(config))
    except (stripe.APIConnectionError, stripe.APIError) as error:
        raise Refusal(
            "gateway.not_answering",
            _("Stripe does not answer: %(why)s.") % {"why": str(error)[:200]},
            cure=_("Try again in a minute; nothing happens twice."),
        ) from error
    except stripe.StripeError as error:
        raise Refusal(
            "gateway.refused",
            _("Stripe refuses: %(why)s.") % {"why": str(error)[:200]},
            cure=_("Compare the keys of the gateway with those on its own page, then try again."),
        ) from error


def _body(error: StripeError) -> dict[str, Any]:
    found = error.json_body or {}
    return dict(found.get("error") or {}) if isinstance(found, dict) else {}
