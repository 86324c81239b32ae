"""Debits of stored tokens, and questions about payments of which nobody has told how they ended.

The gateway is asked outside any transaction, under a reference of ours that is written before: when no answer comes, it
is asked again under the same reference, so that money is taken once whatever breaks in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.card_numbers import refuse_card_numbers
from billwright.payments.gateway_rows import SIMULATOR, GatewayEventRow, GatewayPaymentRow, GatewayRow, PartAsked
from billwright.payments.gateway_states import GatewayPaymentKind, GatewayPaymentState
from billwright.payments.operations import gateways as operations
from billwright.payments.operations.methods import OpenedToken
from billwright.payments.ports.gateways import (
    ChargeOut,
    ChargeState,
    EventKind,
    GatewayEvent,
    TokenChargeIn,
    gateway_of_kind,
)
from billwright.payments.queries.gateways import (
    config_of,
    get_gateway,
    get_gateway_payment,
    kind_and_config_of,
    list_gateway_payments,
    require_in_use,
)
from billwright.workflow.gateway_intake import following
from billwright.workflow.gateway_intake.booking import day_of, receive_successes

# What is not told within this time is asked for: a debit at once, a page when the customer has had time to pay.
ASK_DEBIT_AFTER: Final = timedelta(minutes=1)
ASK_PAGE_AFTER: Final = timedelta(minutes=30)
# Nobody who left a page for so long comes back to it: Stripe's sessions live a day.
PAGE_ENDS_AFTER: Final = timedelta(days=1)
ASKED_AT_ONCE: Final = 500
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeWanted:
    """A debit of a token. `reference` is ours, such as the end-to-end reference of a collection."""

    gateway_id: int
    account_id: int
    reference: str
    token: str = field(repr=False)
    customer_token: str = field(default="", repr=False)
    amount: Money
    description: str
    parts: tuple[PartAsked, ...] = ()


def charge_token(*, act: Act, wanted: ChargeWanted) -> GatewayPaymentRow:
    """Debit a stored token and enter what the gateway answers; asked again under its reference it changes nothing.

    To be called outside a transaction. A decline is an answer, not a Refusal; UNKNOWN is asked for again later. Raises
    Refusal for what cannot be asked, Conflict when the reference stands for another payment.
    """
    with transaction.atomic():
        row = ask_for_charge(
            act=act,
            gateway_id=wanted.gateway_id,
            account_id=wanted.account_id,
            reference=wanted.reference,
            amount=wanted.amount,
            description=wanted.description,
            parts=wanted.parts,
        )
    token = OpenedToken(provider="", token=wanted.token, customer_token=wanted.customer_token)
    return charge_asked(act=act, asked=row, token=token)


def charge_asked(*, act: Act, asked: GatewayPaymentRow, token: OpenedToken) -> GatewayPaymentRow:
    """The second half of `charge_token`: debit what was written as asked for. To be called outside a transaction."""
    if asked.state in (GatewayPaymentState.PAID, GatewayPaymentState.FAILED):
        return asked
    kind, config = kind_and_config_of(asked.gateway_id)
    out = gateway_of_kind(kind).charge_token(
        config,
        TokenChargeIn(
            reference=asked.reference,
            token=token.token,
            customer_token=token.customer_token,
            amount=asked.amount,
            description=asked.description,
        ),
    )
    with transaction.atomic():
        return enter_answer(act=act, gateway_payment_id=asked.id, out=out)


@verb(
    "gateway_payment.charge",
    subject=lambda _arguments, row: f"gateway_payment:{row.id}",
    amount=lambda arguments: arguments["amount"],
)
def ask_for_charge(
    *,
    act: Act,
    gateway_id: int,
    account_id: int,
    reference: str,
    amount: Money,
    description: str,
    parts: tuple[PartAsked, ...] = (),
) -> GatewayPaymentRow:
    """Write that a token is about to be debited: the first half of `charge_token`. Raises Refusal, Conflict."""
    gateway = get_gateway(gateway_id)
    require_in_use(gateway)
    if amount.amount_minor <= 0 or amount.currency != gateway.currency:
        raise Refusal(
            "gateway_payment.amount_unfit",
            _("This gateway debits amounts above zero in %(currency)s.") % {"currency": gateway.currency},
            field="amount",
        )
    refuse_card_numbers({"description": description, "reference": reference})
    row = operations.add_gateway_payment(
        act=act,
        gateway_id=gateway_id,
        reference=reference,
        kind=GatewayPaymentKind.TOKEN,
        account_id=account_id,
        amount=amount,
        stated=parts,
        description=f"{SIMULATOR} {description}" if gateway.is_simulator else description,
    )
    note_change(after={"amount": str(amount), "gateway": gateway.name, "reference": reference})
    return row


@verb("gateway_payment.enter", subject=lambda arguments, _: f"gateway_payment:{arguments['gateway_payment_id']}")
def enter_answer(*, act: Act, gateway_payment_id: int, out: ChargeOut) -> GatewayPaymentRow:
    """Enter what a gateway answered to a debit; success is a receipt. The webhook that tells the same adds nothing."""
    row = get_gateway_payment(gateway_payment_id)
    if out.state in (ChargeState.PENDING, ChargeState.UNKNOWN):
        return operations.note_outcome(act=act, gateway_payment_id=gateway_payment_id, out=out)
    has_failed = out.state == ChargeState.FAILED
    told = GatewayEvent(
        event_key="",
        kind=EventKind.PAYMENT_FAILED if has_failed else EventKind.PAYMENT_SUCCEEDED,
        happened_at=act.at,
        payment_key=out.gateway_key,
        reference=row.reference,
        amount=out.amount or row.amount,
        asked=row.amount,
        code=out.code,
        message=out.message,
        network=out.network,
        method=out.method,
        bank=out.bank,
    )
    _enter(act, get_gateway(row.gateway_id), told)
    return get_gateway_payment(gateway_payment_id)


def _enter(act: Act, gateway: GatewayRow, told: GatewayEvent) -> None:
    """What was told otherwise than by webhook, entered as a webhook is. Raises Refusal where it does not fit."""
    event = _as_row(gateway, told, act)
    if told.kind == EventKind.PAYMENT_FAILED:
        asked = operations.payments_asked(gateway_id=gateway.id, events=[event])
        operations.settle_gateway_payments(act=act, paid={}, failed={row.id: event for row in asked.values()})
        following.note_failed(
            act=act, events={row.reference: event for row in asked.values()}, on=day_of(gateway, act.at)
        )
        return
    entered = receive_successes(act, gateway, [event])[event.id]
    if entered.code:
        raise Refusal(entered.code, entered.reason, field="amount")
    operations.wake_waiting(act=act, gateway_id=gateway.id, payment_keys={event.payment_key})


def _as_row(gateway: GatewayRow, told: GatewayEvent, act: Act) -> GatewayEventRow:
    names = ("event_key", "kind", "happened_at", "payment_key", "reference", "object_key", "amount", "asked", "code")
    more = ("network", "method", "bank", "message", "deadline")
    return GatewayEventRow(
        id=0,
        gateway_id=gateway.id,
        **{name: getattr(told, name) for name in (*names, *more)},
        source_address="",
        is_verified=True,
        state="",
        reason_code="",
        reason="",
        delivery_count=0,
        payment_id=None,
        received_at=act.at,
        worked_at=None,
    )


def ask_unanswered(*, act: Act, gateway_id: int) -> int:
    """Ask a gateway about payments whose end nobody has told in time; returns how many have ended now.

    To be called outside a transaction. A debit that the gateway does not know a day later never reached it; a page that
    nobody paid on within a day is given up. An answer that does not fit is told in the log and stops no other question.
    """
    gateway = get_gateway(gateway_id)
    connector, ended = gateway_of_kind(gateway.kind), 0
    for row in _unanswered(act, gateway_id):
        told = connector.read_payment(
            config_of(gateway_id), reference=row.reference, gateway_key=row.gateway_key or row.page_key
        )
        if told is not None and told.kind in (EventKind.PAYMENT_SUCCEEDED, EventKind.PAYMENT_FAILED):
            # A page on which one try failed may still be paid on.
            if told.kind == EventKind.PAYMENT_FAILED and row.kind == GatewayPaymentKind.HOSTED:
                told = None if act.at - row.started_at < PAGE_ENDS_AFTER else told
        elif told is None and act.at - row.started_at >= PAGE_ENDS_AFTER:
            told = _never_came(row, act)
        if told is None:
            continue
        try:
            with transaction.atomic():
                enter_told(act=act, gateway_id=gateway_id, told=replace(told, reference=row.reference))
            ended += 1
        except Refusal as refused:
            logger.warning("an answer does not fit", payment=row.reference, code=refused.code, why=str(refused))
    return ended


@verb("gateway_payment.enter_told", subject=lambda arguments, _: f"gateway:{arguments['gateway_id']}")
def enter_told(*, act: Act, gateway_id: int, told: GatewayEvent) -> None:
    """Enter how a payment ended, as the gateway told when it was asked. Raises Refusal where it does not fit."""
    _enter(act, get_gateway(gateway_id), told)
    note_change(after={"reference": told.reference, "kind": told.kind})


def _unanswered(act: Act, gateway_id: int) -> list[GatewayPaymentRow]:
    open_states = (GatewayPaymentState.STARTED, GatewayPaymentState.PENDING, GatewayPaymentState.UNKNOWN)
    rows = list_gateway_payments(
        gateway_ids=[gateway_id],
        states=open_states,
        started_before=act.at - ASK_DEBIT_AFTER,
        limit=ASKED_AT_ONCE,
    )
    return [row for row in rows if row.kind == GatewayPaymentKind.TOKEN or act.at - row.started_at >= ASK_PAGE_AFTER]


def _never_came(row: GatewayPaymentRow, act: Act) -> GatewayEvent:
    return GatewayEvent(
        event_key="",
        kind=EventKind.PAYMENT_FAILED,
        happened_at=act.at,
        reference=row.reference,
        code="never_paid",
        message=_("The gateway knows of no payment a day later."),
    )
