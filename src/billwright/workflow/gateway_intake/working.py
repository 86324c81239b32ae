"""Webhooks worked: what the set of them says is entered once, in whatever order they came.

Receipts go in first and in one batch; what is about a payment that has not been told waits for it. What does not fit is
set aside with its reason and keeps nothing else from being worked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.payments.gateway_rows import GatewayEventRow, GatewayRow
from billwright.payments.operations import gateways as operations
from billwright.payments.operations.kept_tokens import forget_token
from billwright.payments.ports.gateways import EventKind, gateway_of_kind
from billwright.payments.queries.gateways import body_of, config_of, get_gateway
from billwright.workflow.gateway_intake import following
from billwright.workflow.gateway_intake.booking import Entered, day_of, receive_successes
from billwright.workflow.gateway_intake.taking_back import book_refund, close_chargeback, open_chargeback

BATCH: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """How many webhooks were worked, wait, and were set aside; `payout_keys` are to be read from the gateway."""

    worked: int = 0
    waiting: int = 0
    quarantined: int = 0
    payout_keys: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return self.worked + self.waiting + self.quarantined


@dataclass(slots=True)
class _Ended:
    """What becomes of each event, by id."""

    worked: dict[int, int | None] = field(default_factory=dict)
    told: dict[int, tuple[str, str]] = field(default_factory=dict)
    waiting: dict[int, tuple[str, str]] = field(default_factory=dict)
    quarantined: dict[int, tuple[str, str]] = field(default_factory=dict)

    def enter(self, event: GatewayEventRow, entered: Entered) -> None:
        if entered.waits:
            self.waiting[event.id] = (entered.code, entered.reason)
        elif entered.code and entered.payment_id is None:
            self.quarantined[event.id] = (entered.code, entered.reason)
        else:
            self.worked[event.id] = entered.payment_id
            if entered.code:
                self.told[event.id] = (entered.code, entered.reason)


def confirm_events(*, act: Act, gateway_id: int) -> int:
    """Ask a gateway that wants it so whether it sent what came in its name; returns how many it did not.

    To be called outside a transaction. Where the gateway does not answer, the webhooks wait for the next time.
    """
    gateway = get_gateway(gateway_id)
    kind = gateway_of_kind(gateway.kind)
    denied = 0
    for event_id in operations.unconfirmed(gateway_id) if kind.confirms else []:
        is_theirs = kind.confirm_webhook(config_of(gateway_id), body_of(event_id).encode())
        with transaction.atomic():
            operations.note_confirmation(act=act, event_id=event_id, is_theirs=is_theirs)
        denied += not is_theirs
    return denied


@verb(
    "gateway_event.work",
    subject=lambda arguments, _: f"gateway:{arguments['gateway_id']}",
    did=lambda worked: worked.total,
)
def work_events(*, act: Act, gateway_id: int) -> Worked:
    """Work a batch of the oldest webhooks that wait for it; a second worker takes others."""
    gateway = get_gateway(gateway_id)
    events = operations.lock_events_to_work(gateway_id=gateway_id, limit=BATCH)
    ended = _Ended()
    _all_or_each(
        act, gateway, [event for event in events if event.kind == EventKind.PAYMENT_SUCCEEDED], receive_successes, ended
    )
    _fail(act, gateway, [event for event in events if event.kind == EventKind.PAYMENT_FAILED], ended)
    for kind, work in _ALONE.items():
        for event in (event for event in events if event.kind == kind):
            _each(act, gateway, event, work, ended)
    _finish(act, gateway, events, ended)
    told = Worked(
        worked=len(ended.worked),
        waiting=len(ended.waiting),
        quarantined=len(ended.quarantined),
        payout_keys=tuple(event.object_key for event in events if event.kind == EventKind.PAYOUT_PAID),
    )
    note_change(after={"worked": told.worked, "waiting": told.waiting, "quarantined": told.quarantined})
    return told


def _all_or_each(
    act: Act,
    gateway: GatewayRow,
    events: Sequence[GatewayEventRow],
    work: Callable[[Act, GatewayRow, Sequence[GatewayEventRow]], dict[int, Entered]],
    ended: _Ended,
) -> None:
    """All in one batch; where one of them is refused, each by itself, so that it is the only one."""
    if not events:
        return
    try:
        with transaction.atomic():
            entered = work(act, gateway, events)
        for event in events:
            ended.enter(event, entered[event.id])
    except Refusal as refused:
        if len(events) == 1:
            ended.quarantined[events[0].id] = (refused.code, str(refused))
            return
        for event in events:
            _all_or_each(act, gateway, [event], work, ended)


def _each(
    act: Act,
    gateway: GatewayRow,
    event: GatewayEventRow,
    work: Callable[[Act, GatewayRow, GatewayEventRow], Entered],
    ended: _Ended,
) -> None:
    try:
        with transaction.atomic():
            ended.enter(event, work(act, gateway, event))
    except Refusal as refused:
        ended.quarantined[event.id] = (refused.code, str(refused))


def _fail(act: Act, gateway: GatewayRow, events: Sequence[GatewayEventRow], ended: _Ended) -> None:
    """Failures move no money: what was asked for has failed, unless a success was told as well."""
    asked = operations.payments_asked(gateway_id=gateway.id, events=events)
    operations.settle_gateway_payments(
        act=act, paid={}, failed={asked[event.id].id: event for event in events if event.id in asked}
    )
    following.note_failed(
        act=act,
        events={asked[event.id].reference: event for event in events if event.id in asked},
        on=day_of(gateway, act.at),
    )
    ended.worked |= dict.fromkeys((event.id for event in events), None)


def _refund_failed(_act: Act, _gateway: GatewayRow, _event: GatewayEventRow) -> Entered:
    return Entered(
        code="webhook.refund_failed",
        reason=_("A refund did not reach the customer: the money is back with the gateway."),
    )


def _nothing(_act: Act, _gateway: GatewayRow, _event: GatewayEventRow) -> Entered:
    return Entered()


_ALONE: Final = {
    EventKind.REFUNDED: book_refund,
    EventKind.CHARGEBACK_OPENED: open_chargeback,
    EventKind.CHARGEBACK_WON: close_chargeback,
    EventKind.CHARGEBACK_LOST: close_chargeback,
    EventKind.REFUND_FAILED: _refund_failed,
    EventKind.PAYOUT_PAID: _nothing,
    EventKind.OTHER: _nothing,
}


def _finish(act: Act, gateway: GatewayRow, events: Sequence[GatewayEventRow], ended: _Ended) -> None:
    """Move the events, and wake those that waited for what was told now."""
    payments = {event_id: payment_id for event_id, payment_id in ended.worked.items() if payment_id is not None}
    operations.move_events(act=act, verb="work", event_ids=list(ended.worked), why=ended.told, payments=payments)
    operations.move_events(act=act, verb="wait", event_ids=list(ended.waiting), why=ended.waiting)
    operations.move_events(act=act, verb="quarantine", event_ids=list(ended.quarantined), why=ended.quarantined)
    told = {
        event.payment_key
        for event in events
        if event.id in ended.worked and event.kind in (EventKind.PAYMENT_SUCCEEDED, EventKind.CHARGEBACK_OPENED)
    }
    operations.wake_waiting(act=act, gateway_id=gateway.id, payment_keys=told)


@verb("gateway_event.retry", subject=lambda arguments, _: f"gateway_event:{arguments['event_id']}")
def retry_event(*, act: Act, event_id: int) -> GatewayEventRow:
    """Let a webhook that was set aside or waits be worked again. Raises NotFound, IllegalTransition."""
    [row] = operations.move_events(act=act, verb="retry", event_ids=[event_id])
    return row


@verb("gateway_event.dismiss", subject=lambda arguments, _: f"gateway_event:{arguments['event_id']}")
def dismiss_event(*, act: Act, event_id: int) -> GatewayEventRow:
    """Decide that nothing follows from a webhook; the act's reason is kept with it. Raises NotFound, Refusal."""
    act.require_reason("gateway_event.without_reason", _("Say why nothing follows from it."))
    why = {event_id: ("webhook.dismissed", act.reason)}
    [row] = operations.move_events(act=act, verb="dismiss", event_ids=[event_id], why=why)
    forget_token(event_id)
    return row
