"""Writes of gateways: parts of the acts of `workflow.gateway_intake`; none of them is a verb."""

from __future__ import annotations

import hashlib
import json
import secrets as randomness
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict

from django.db.models import F
from django.utils.translation import gettext as _

from billwright.kernel import vault
from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, NotFound
from billwright.kernel.locking import lock_names, lock_rows
from billwright.kernel.money import Money
from billwright.payments.card_numbers import masked
from billwright.payments.gateway_rows import (
    GatewayEventRow,
    GatewayIn,
    GatewayPaymentRow,
    GatewayRow,
    PartAsked,
)
from billwright.payments.gateway_states import (
    GATEWAY,
    GATEWAY_EVENT,
    GATEWAY_PAYMENT,
    GatewayEventState,
    GatewayPaymentKind,
    GatewayPaymentState,
)
from billwright.payments.models import Gateway, GatewayEvent, GatewayPayment
from billwright.payments.ports.gateways import ChargeOut, ChargeState, Delivery
from billwright.payments.ports.gateways import GatewayEvent as EventIn
from billwright.payments.queries.gateways import (
    event_row,
    gateway_payment_row,
    gateway_row,
    opened_secrets,
)

WEBHOOK_KEY_BYTES = 24
BODY_LETTERS_MAX = 200_000
# What others write is cut to the width of its column, the same in every table of gateways.
_WIDTHS = {
    "payment_key": 100,
    "gateway_key": 100,
    "object_key": 100,
    "reference": 60,
    "code": 40,
    "network": 20,
    "method": 40,
    "bank": 80,
    "message": 200,
}


def add_gateway(*, act: Act, wanted: GatewayIn) -> GatewayRow:
    """Write a gateway whose set-up has been checked. Raises Conflict `gateway.name_taken`."""
    if Gateway.objects.filter(name=wanted.name).exists():
        raise Conflict(
            "gateway.name_taken", _("There is a gateway of this name."), field="name", cure=_("Choose another name.")
        )
    return gateway_row(
        Gateway.objects.create(
            legal_entity_id=wanted.legal_entity_id,
            name=wanted.name,
            kind=wanted.kind,
            is_simulator=wanted.is_simulator,
            base_url=wanted.base_url,
            currency=wanted.currency,
            settings=dict(wanted.settings),
            sealed_secrets=vault.seal_text(json.dumps(dict(wanted.secrets))),
            webhook_key=randomness.token_urlsafe(WEBHOOK_KEY_BYTES),
            bank_account_id=wanted.bank_account_id,
            settlement_days=wanted.settlement_days,
            created_by=act.actor,
            created_at=act.at,
        )
    )


def _locked(gateway_id: int) -> Gateway:
    found = lock_rows(Gateway, [gateway_id])
    if not found:
        raise NotFound("gateway.not_found", _("There is no such gateway."), field="gateway_id")
    return found[0]


def write_gateway(
    *, gateway_id: int, settings: Mapping[str, str], secrets: Mapping[str, str], bank_account_id: int | None
) -> GatewayRow:
    """Change settings and the secrets that are given; those left out stay as they are."""
    gateway = _locked(gateway_id)
    gateway.settings = dict(settings)
    gateway.bank_account_id = bank_account_id
    gateway.sealed_secrets = vault.seal_text(json.dumps({**opened_secrets(gateway), **secrets}))
    gateway.save(update_fields=["settings", "bank_account", "sealed_secrets"])
    return gateway_row(gateway)


def move_gateway(*, gateway_id: int, verb: str) -> GatewayRow:
    """Suspend or resume. Raises IllegalTransition."""
    gateway = _locked(gateway_id)
    gateway.state = GATEWAY.enter(verb, gateway.state)
    gateway.save(update_fields=["state"])
    return gateway_row(gateway)


def add_gateway_payment(
    *,
    act: Act,
    gateway_id: int,
    reference: str,
    kind: GatewayPaymentKind,
    account_id: int,
    amount: Money,
    stated: Sequence[PartAsked],
    description: str,
    keeps_token: bool = False,
) -> GatewayPaymentRow:
    """What a gateway is about to be asked for, once by its reference. Raises Conflict for another payment.

    `keeps_token`: the payer agreed that a token of his means of paying is kept.
    """
    lock_names(f"gateway_payment:{reference}")
    known = GatewayPayment.objects.filter(reference=reference).first()
    if known is None:
        known = GatewayPayment.objects.create(
            gateway_id=gateway_id,
            reference=reference,
            kind=kind,
            account_id=account_id,
            currency=amount.currency,
            amount_minor=amount.amount_minor,
            stated=[asdict(part) for part in stated],
            description=description[:200],
            keep_token_at=act.at if keeps_token else None,
            started_by=act.actor,
            started_at=act.at,
        )
    row = gateway_payment_row(known)
    if (row.gateway_id, row.account_id, row.amount) != (gateway_id, account_id, amount):
        raise _asked_otherwise(reference)
    return row


def _asked_otherwise(reference: str) -> Conflict:
    return Conflict(
        "gateway_payment.asked_otherwise",
        _("The reference %(reference)s was used for another payment.") % {"reference": reference},
        field="reference",
        cure=_("Take a new reference."),
    )


def note_page(*, gateway_payment_id: int, page_key: str) -> None:
    """The gateway's key of the page, so that it can be asked what became of it."""
    GatewayPayment.objects.filter(pk=gateway_payment_id).update(page_key=page_key[:100])


_OUTCOMES: Mapping[ChargeState, str] = {
    ChargeState.PENDING: "accept",
    ChargeState.UNKNOWN: "lose",
    ChargeState.FAILED: "fail",
}


def note_outcome(*, act: Act, gateway_payment_id: int, out: ChargeOut) -> GatewayPaymentRow:
    """What the gateway answered, where no money moved. What a webhook has told meanwhile goes before it."""
    [row] = lock_rows(GatewayPayment, [gateway_payment_id])
    verb = _OUTCOMES[out.state]
    if GATEWAY_PAYMENT.allows(verb, row.state):
        row.state = GATEWAY_PAYMENT.enter(verb, row.state)
        row.ended_at = act.at if row.state == GatewayPaymentState.FAILED else None
    for name in ("gateway_key", "code", "network", "method", "bank", "message"):
        if value := getattr(out, name):
            setattr(row, name, value[: _WIDTHS[name]])
    row.save()
    return gateway_payment_row(row)


def settle_gateway_payments(
    *, act: Act, paid: Mapping[int, tuple[int | None, EventIn | GatewayEventRow]], failed: Mapping[int, GatewayEventRow]
) -> None:
    """Enter what events say: by id of what was asked, the receipt and the event. Success goes before failure."""
    if not paid and not failed:
        return
    rows = lock_rows(GatewayPayment, {*paid, *failed})
    for row in rows:
        verb = "pay" if row.pk in paid else "fail"
        payment_id, event = paid[row.pk] if row.pk in paid else (None, failed[row.pk])
        if GATEWAY_PAYMENT.allows(verb, row.state):
            row.state = GATEWAY_PAYMENT.enter(verb, row.state)
            row.ended_at = act.at
            row.payment_id = payment_id
            for name in ("code", "network", "method", "bank", "message"):
                setattr(row, name, masked(getattr(event, name))[: _WIDTHS[name]])
            row.gateway_key = event.payment_key[:100] or row.gateway_key
    GatewayPayment.objects.bulk_update(
        rows, ["state", "ended_at", "payment", "code", "network", "method", "bank", "message", "gateway_key"]
    )


def payments_asked(*, gateway_id: int, events: Collection[GatewayEventRow]) -> dict[int, GatewayPaymentRow]:
    """What was asked for, by id of the event that is about it: by our reference, else by the gateway's key."""
    rows = GatewayPayment.objects.filter(gateway_id=gateway_id)
    by_reference = {
        row.reference: row for row in rows.filter(reference__in={event.reference for event in events} - {""})
    }
    keys = {event.payment_key for event in events if event.reference not in by_reference} - {""}
    by_key = {row.gateway_key: row for row in rows.filter(gateway_key__in=keys)}
    found = {event.id: by_reference.get(event.reference) or by_key.get(event.payment_key) for event in events}
    return {event_id: gateway_payment_row(row) for event_id, row in found.items() if row is not None}


def store_event(
    *, act: Act, gateway_id: int, delivery: Delivery, event: EventIn, is_confirmed: bool
) -> tuple[GatewayEventRow, bool]:
    """Keep a verified webhook, once by its key; the flag says whether it is new.

    Under a key that stands for another content it is set aside: one of the two is not what it says. Repeats are
    counted.
    """
    body_hash = hashlib.sha256(delivery.body).hexdigest()
    key = event.event_key[:140]
    lock_names(f"gateway_event:{gateway_id}:{key}")
    known = GatewayEvent.objects.filter(gateway_id=gateway_id, event_key=key).first()
    if known is None:
        fresh = _event(act, gateway_id, delivery, body_hash, event)
        fresh.sealed_token = _token_to_keep(gateway_id, event)
        fresh.event_key = key
        fresh.is_confirmed = is_confirmed
        fresh.state = GatewayEventState.RECEIVED
        fresh.save(force_insert=True)
        return event_row(fresh), True
    if known.body_hash == body_hash or _says_the_same(known, event):
        GatewayEvent.objects.filter(pk=known.pk).update(delivery_count=F("delivery_count") + 1)
        return event_row(known), False
    other = _event(act, gateway_id, delivery, body_hash, event)
    other.state = GatewayEventState.QUARANTINED
    other.reason_code = "webhook.key_used"
    other.reason = _("Another webhook came under the key %(key)s and said something else.") % {"key": key[:80]}
    return _kept_once(other)


def refuse_delivery(*, act: Act, gateway_id: int, delivery: Delivery, code: str, reason: str) -> GatewayEventRow:
    """Keep a delivery that is not to be believed with its reason, once, however often it is sent."""
    row = _event(act, gateway_id, delivery, hashlib.sha256(delivery.body).hexdigest(), None)
    row.is_verified, row.state = False, GatewayEventState.REFUSED
    row.reason_code, row.reason = code[:60], reason[:300]
    return _kept_once(row)[0]


def _kept_once(row: GatewayEvent) -> tuple[GatewayEventRow, bool]:
    lock_names(f"gateway_event:{row.gateway_id}:{row.body_hash}")
    known = GatewayEvent.objects.filter(gateway_id=row.gateway_id, event_key="", body_hash=row.body_hash).first()
    if known is not None:
        GatewayEvent.objects.filter(pk=known.pk).update(delivery_count=F("delivery_count") + 1)
        return event_row(known), False
    row.save(force_insert=True)
    return event_row(row), True


def _token_to_keep(gateway_id: int, event: EventIn) -> bytes | None:
    """The token of an event, sealed, where its payer agreed that it is kept; else it is passed over."""
    asked = GatewayPayment.objects.filter(gateway_id=gateway_id, reference=event.reference, keep_token_at__isnull=False)
    if not event.token or not event.reference or not asked.exists():
        return None
    told = {
        "token": event.token,
        "customer_token": event.customer_token,
        "label": event.token_label,
        "expires_on": event.token_expires_on.isoformat() if event.token_expires_on else "",
    }
    return vault.seal_text(json.dumps(told))


_SAID = ("kind", "payment_key", "reference", "object_key", "code")


def _says_the_same(known: GatewayEvent, event: EventIn) -> bool:
    amounts = (known.amount_minor, known.asked_minor)
    said = tuple(amount.amount_minor if amount else None for amount in (event.amount, event.asked))
    return amounts == said and all(getattr(known, name) == str(getattr(event, name)) for name in _SAID)


def _event(act: Act, gateway_id: int, delivery: Delivery, body_hash: str, event: EventIn | None) -> GatewayEvent:
    body = masked(delivery.body.decode("utf-8", errors="replace"))[:BODY_LETTERS_MAX]
    row = GatewayEvent(
        gateway_id=gateway_id,
        body_hash=body_hash,
        sealed_body=vault.seal_text(body),
        source_address=delivery.source_address[:45],
        is_verified=event is not None,
        received_at=act.at,
    )
    if event is None:
        return row
    for name in ("payment_key", "reference", "object_key", "code", "network", "method", "bank", "message"):
        setattr(row, name, masked(getattr(event, name))[: _WIDTHS[name]])
    amount = event.amount or event.asked
    row.kind, row.happened_at, row.deadline = event.kind, event.happened_at, event.deadline
    row.currency = amount.currency if amount else ""
    row.amount_minor = event.amount.amount_minor if event.amount else None
    row.asked_minor = event.asked.amount_minor if event.asked else None
    return row


def lock_events_to_work(*, gateway_id: int, limit: int) -> list[GatewayEventRow]:
    """The oldest webhooks that wait for work, locked; those that another worker holds are passed over."""
    rows = (
        GatewayEvent.objects.select_for_update(no_key=True, skip_locked=True)
        .defer("sealed_body")
        .filter(gateway_id=gateway_id, state=GatewayEventState.RECEIVED, is_confirmed=True)
        .order_by("id")[:limit]
    )
    return [event_row(row) for row in rows]


def unconfirmed(gateway_id: int) -> list[int]:
    """Webhooks of which the gateway has not been asked yet whether it sent them."""
    rows = GatewayEvent.objects.filter(gateway_id=gateway_id, state=GatewayEventState.RECEIVED, is_confirmed=False)
    return list(rows.order_by("id").values_list("id", flat=True))


def note_confirmation(*, act: Act, event_id: int, is_theirs: bool) -> None:
    """What the gateway said to whether it sent a webhook; one that it did not is set aside."""
    if is_theirs:
        GatewayEvent.objects.filter(pk=event_id).update(is_confirmed=True)
        return
    why = _("The gateway says that it did not send this.")
    move_events(act=act, verb="quarantine", event_ids=[event_id], why={event_id: ("webhook.not_confirmed", why)})


def wake_waiting(*, act: Act, gateway_id: int, payment_keys: Collection[str]) -> int:
    """Let webhooks be worked that waited for payments which have been told now; returns how many."""
    waiting = GatewayEvent.objects.filter(
        gateway_id=gateway_id, state=GatewayEventState.WAITING, payment_key__in=set(payment_keys) - {""}
    ).values_list("id", flat=True)
    return len(move_events(act=act, verb="retry", event_ids=list(waiting))) if payment_keys else 0


def move_events(
    *, act: Act, verb: str, event_ids: Collection[int], why: Mapping[int, tuple[str, str]] | None = None,
    payments: Mapping[int, int] | None = None,
) -> list[GatewayEventRow]:  # fmt: skip
    """Move webhooks by a verb of their machine, each with its reason and receipt. Raises IllegalTransition."""
    if not event_ids:
        return []
    rows = lock_rows(GatewayEvent, event_ids)
    if len(rows) != len(set(event_ids)):
        raise NotFound("gateway_event.not_found", _("There is no such webhook."), field="event_id")
    for row in rows:
        row.state = GATEWAY_EVENT.enter(verb, row.state)
        row.reason_code, row.reason = (why or {}).get(row.pk, ("", ""))
        row.reason = row.reason[:300]
        row.payment_id = (payments or {}).get(row.pk, row.payment_id)
        row.worked_at = act.at
    GatewayEvent.objects.bulk_update(rows, ["state", "reason_code", "reason", "payment", "worked_at"])
    return [event_row(row) for row in rows]
