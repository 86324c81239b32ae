"""Webhooks that never came: a payout names what it is made of, and what of that is not known here is told by it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.payments.gateway_rows import GatewayRow, PayoutLineRow, PayoutRow
from billwright.payments.gateway_states import PayoutState
from billwright.payments.operations import gateways as operations
from billwright.payments.ports.gateways import Delivery, EventKind, GatewayEvent, LineKind, gateway_of_kind
from billwright.payments.queries.gateways import config_of, get_gateway, get_payout, list_payout_lines
from billwright.workflow.gateway_intake.paying_out import reconcile_payout
from billwright.workflow.gateway_intake.working import work_events

_KINDS: Final = {
    LineKind.REFUND: EventKind.REFUNDED,
    LineKind.CHARGEBACK: EventKind.CHARGEBACK_OPENED,
    LineKind.CHARGEBACK_WON: EventKind.CHARGEBACK_WON,
}


def fill_gaps(*, act: Act, payout_id: int) -> PayoutRow:
    """Let the lines of a payout that are not known here be told as webhooks would have been, and reconcile it again.

    To be called outside a transaction: about a payment the gateway is asked whose it is. A webhook that comes after all
    adds nothing, for it names the same payment, refund or chargeback. Raises NotFound, Refusal.
    """
    payout = get_payout(payout_id)
    lines = [line for line in list_payout_lines(payout_id) if line.unexplained.amount_minor]
    if not lines or payout.state not in (PayoutState.REPORTED, PayoutState.UNEXPLAINED):
        return payout
    gateway = get_gateway(payout.gateway_id)
    told = [event for event in (_told(gateway, line) for line in lines) if event is not None]
    with transaction.atomic():
        for event in told:
            operations.store_event(
                act=act, gateway_id=gateway.id, delivery=_delivery(act, payout, event), event=event, is_confirmed=True
            )
    # What waited for something that the payout tells is worked in the next round.
    worked = len(told)
    while worked:
        with transaction.atomic():
            worked = work_events(act=act, gateway_id=gateway.id).total
    with transaction.atomic():
        return reconcile_payout(act=act, payout_id=payout_id)


def _told(gateway: GatewayRow, line: PayoutLineRow) -> GatewayEvent | None:
    key = f"payout-line:{line.line_key}"
    if line.kind == LineKind.PAYMENT:
        if line.payment_id is not None or not line.payment_key:
            return None
        found = gateway_of_kind(gateway.kind).read_payment(
            config_of(gateway.id), reference="", gateway_key=line.payment_key
        )
        return replace(found, event_key=key) if found else None
    kind = _KINDS.get(LineKind(line.kind))
    if kind is None or not line.payment_key or not line.object_key:
        return None
    return GatewayEvent(
        event_key=key,
        kind=kind,
        happened_at=datetime.combine(line.happened_on, time(12), tzinfo=UTC),
        payment_key=line.payment_key,
        object_key=line.object_key,
        amount=abs(line.amount),
        message=_("Told by a payout: no webhook came."),
    )


def _delivery(act: Act, payout: PayoutRow, event: GatewayEvent) -> Delivery:
    body = json.dumps({"payout": payout.payout_key, "line": event.event_key, "kind": event.kind})
    return Delivery(headers={}, body=body.encode(), source_address="", at=act.at)
