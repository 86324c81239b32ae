"""The door of webhooks: believed or not, each is kept once; what is believed is worked by a job."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.kernel.acts import Act
from billwright.kernel.errors import NotFound
from billwright.payments.card_numbers import has_card_number
from billwright.payments.gateway_rows import GatewayEventRow, GatewayRow
from billwright.payments.operations import gateways as operations
from billwright.payments.ports.gateways import (
    Delivery,
    Gateway,
    GatewayConfig,
    GatewayEvent,
    UnableToVerify,
    gateway_of_kind,
    kept_event,
)
from billwright.payments.queries.gateways import config_of, find_gateway

ACTOR = "system:gateways"
BODY_BYTES_MAX = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenWebhook:
    """What the door answers. `is_new`: there is work for the job; `is_believed`: the sender need not try again."""

    gateway: GatewayRow
    event: GatewayEventRow
    is_new: bool
    is_believed: bool


def take_webhook(*, webhook_key: str, delivery: Delivery) -> TakenWebhook:
    """Verify a delivery and keep it; nobody outside is asked and nothing is posted, so that the answer is fast.

    No verb: its caller is nobody whom the house knows, and the row that is kept is the record of it. What cannot be
    believed is kept with the reason. Raises NotFound for an address that is none of ours.
    """
    gateway = find_gateway(webhook_key=webhook_key)
    if gateway is None:
        raise NotFound("gateway.not_found", _("Nothing listens here."))
    act = Act(actor=ACTOR, at=delivery.at)
    kind = gateway_of_kind(gateway.kind)
    try:
        event = read_delivery(kind, config_of(gateway.id), delivery)
    except UnableToVerify as refused:
        kept = operations.refuse_delivery(
            act=act, gateway_id=gateway.id, delivery=delivery, code=refused.code, reason=refused.message
        )
        return TakenWebhook(gateway=gateway, event=kept, is_new=False, is_believed=False)
    row, is_new = operations.store_event(
        act=act, gateway_id=gateway.id, delivery=delivery, event=event, is_confirmed=not kind.confirms
    )
    if is_new and has_card_number(delivery.body.decode("utf-8", errors="replace")):
        why = _("It holds what looks like a card number, which was struck out of what is kept.")
        [row] = operations.move_events(
            act=act, verb="quarantine", event_ids=[row.id], why={row.id: ("webhook.card_number", why)}
        )
    return TakenWebhook(gateway=gateway, event=row, is_new=is_new, is_believed=True)


def read_delivery(kind: Gateway, config: GatewayConfig, delivery: Delivery) -> GatewayEvent:
    """What a delivery says, in texts and amounts that can be kept. Raises UnableToVerify."""
    return kept_event(kind.read_webhook(config, delivery))
