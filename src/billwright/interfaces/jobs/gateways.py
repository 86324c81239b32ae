"""Gateways in the background: webhooks worked, payments asked for, payouts read, and the watch over all of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.interfaces.jobs.turns import at_each
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.payments.gateway_rows import GatewayRow, PayoutRow
from billwright.payments.gateway_states import PayoutState
from billwright.payments.queries.gateways import get_gateway, list_gateways, list_payouts
from billwright.workflow.gateway_intake import (
    ask_unanswered,
    charge_unasked,
    confirm_events,
    fill_gaps,
    keep_tokens,
    read_payouts,
    reconcile_payout,
    retry_tokens,
    watch_gateway,
    work_events,
)

ACTOR = "system:gateways"
# Payouts are looked for so far back: a webhook that told of one may have been lost.
PAYOUTS_SINCE = timedelta(days=10)


def _act() -> Act:
    return Act(actor=ACTOR, at=clock.now())


@app.task(name="work_gateway", pass_context=False)
def work_gateway(*, gateway_id: int) -> int:
    """Work the webhooks of a gateway until none is left; returns how many. Started twice it works each once."""
    total, payouts = 0, False
    confirm_events(act=_act(), gateway_id=gateway_id)
    while True:
        with transaction.atomic():
            worked = work_events(act=_act(), gateway_id=gateway_id)
        total += worked.total
        payouts = payouts or bool(worked.payout_keys)
        if not worked.total:
            break
    keep_tokens(act=_act(), gateway_id=gateway_id)
    if payouts:
        _settle(get_gateway(gateway_id))
    return total


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="work_all_gateways", lock="work_all_gateways", pass_context=False)
def work_all_gateways(timestamp: int) -> int:
    """Work what a job that was lost has left; returns how many webhooks. One gateway that fails stops no other."""
    del timestamp
    return _at_each(lambda gateway: work_gateway(gateway_id=gateway.id))


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="ask_gateways", lock="ask_gateways", pass_context=False)
def ask_gateways(timestamp: int) -> int:
    """Ask for debits nobody asked for yet, and about payments whose end nobody has told; returns how many."""
    del timestamp
    return _at_each(_ask)


def _ask(gateway: GatewayRow) -> int:
    begun = charge_unasked(act=_act(), gateway_id=gateway.id)
    return begun + ask_unanswered(act=_act(), gateway_id=gateway.id)


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="settle_payouts", lock="settle_payouts", pass_context=False)
def settle_payouts(timestamp: int) -> int:
    """Read payouts that no webhook told of, and hold open ones against books and bank again; returns how many."""
    del timestamp
    return _at_each(_settle)


def _settle(gateway: GatewayRow) -> int:
    """Books and bank are asked about what is here even where the gateway does not answer or tells what is refused."""
    held = _at_each_open_payout(gateway, _reconcile)
    read = at_each([gateway], _read, job="read_payouts", name=_name)
    _at_each_open_payout(gateway, _fill)
    return held + read


def _reconcile(payout: PayoutRow) -> bool:
    with transaction.atomic():
        reconcile_payout(act=_act(), payout_id=payout.id)
    return True


def _read(gateway: GatewayRow) -> int:
    since = clock.business_date(clock.now(), "UTC") - PAYOUTS_SINCE
    return len(read_payouts(act=_act(), gateway_id=gateway.id, since=since))


def _fill(payout: PayoutRow) -> bool:
    fill_gaps(act=_act(), payout_id=payout.id)
    return True


@app.periodic(cron="50 * * * *")
@app.task(queueing_lock="retry_tokens", lock="retry_tokens", pass_context=False)
def retry_debits(timestamp: int) -> int:
    """Try debits of tokens again whose day has come everywhere; returns how many were asked for."""
    del timestamp
    return retry_tokens(act=_act(), on=clock.day_begun_everywhere(clock.now()))


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="watch_gateways", lock="watch_gateways", pass_context=False)
def watch_gateways(timestamp: int) -> int:
    """Look at every gateway against its own history; returns how many alarms were raised."""
    del timestamp
    return _at_each(_watch)


def _watch(gateway: GatewayRow) -> int:
    with transaction.atomic():
        return len(watch_gateway(act=_act(), gateway_id=gateway.id))


def _name(gateway: GatewayRow) -> str:
    return gateway.name


def _at_each(work: Callable[[GatewayRow], int]) -> int:
    return at_each(list_gateways(), work, job="gateways", name=_name)


def _at_each_open_payout(gateway: GatewayRow, work: Callable[[PayoutRow], int]) -> int:
    waiting = list_payouts(gateway_ids=[gateway.id], states=(PayoutState.REPORTED, PayoutState.UNEXPLAINED), limit=500)
    return at_each(waiting, work, job="settle_payouts", name=lambda payout: payout.id)
