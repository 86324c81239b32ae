"""Refunds through the gateway that took the money, as `workflow.refunding` asks for them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.gateway_rows import GatewayRow
from billwright.payments.ports.gateways import ChargeState, RefundOrderIn, gateway_of_kind
from billwright.payments.ports.refunds import SourceAnswer, SourceOutcome
from billwright.payments.queries.gateways import config_of, find_gateway, key_of_receipt

_ANSWERS = {
    ChargeState.SUCCEEDED: SourceAnswer.ACCEPTED,
    ChargeState.PENDING: SourceAnswer.PENDING,
    ChargeState.FAILED: SourceAnswer.DECLINED,
    ChargeState.UNKNOWN: SourceAnswer.UNKNOWN,
}


class GatewayRefunds:
    """Sends money back to the card or wallet it came from."""

    def took(self, payment_id: int) -> bool:
        """Whether a receipt came by a gateway that is set up here."""
        return self._gateway(payment_id)[0] is not None

    def send_back(self, *, payment_id: int, amount: Money, reference: str, reason: str) -> SourceOutcome:
        """Ask the gateway, under our reference: the same one is the same refund, however often it is asked."""
        gateway, key = self._gateway(payment_id)
        if gateway is None:
            raise Refusal(
                "refund.no_gateway",
                _("This money did not come by a gateway."),
                field="payment_id",
                cure=_("Send it to a bank account."),
            )
        out = gateway_of_kind(gateway.kind).refund(
            config_of(gateway.id),
            RefundOrderIn(reference=reference, gateway_key=key, amount=amount, reason=reason),
        )
        return SourceOutcome(answer=_ANSWERS[out.state], reference=out.gateway_key, message=out.message)

    def _gateway(self, payment_id: int) -> tuple[GatewayRow | None, str]:
        source, key = key_of_receipt(payment_id)
        beginning, _colon, name = source.partition(":")
        return (find_gateway(name=name) if beginning == "gateway" and name else None), key
