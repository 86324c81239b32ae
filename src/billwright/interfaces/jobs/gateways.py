"""Gateways in the background: webhooks worked, payments asked for, payouts read, and the watch over all of it."""

from __future__ import annotations

import structlog
from django.db import transaction
from procrastinate.contrib.django import app

from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.payments.gateway_queries import list_gateways
from billwright.workflow.gateway_intake import ask_unanswered, confirm_events, work_events

ACTOR = "system:gateways"
logger = structlog.get_logger(__name__)


def _act() -> Act:
    return Act(actor=ACTOR, at=clock.now())


@app.task(name="work_gateway", pass_context=False)
def work_gateway(*, gateway_id: int) -> int:
    """Work the webhooks of a gateway until none is left; returns how many. Started twice it works each once."""
    total = 0
    confirm_events(act=_act(), gateway_id=gateway_id)
    while True:
        with transaction.atomic():
            worked = work_events(act=_act(), gateway_id=gateway_id)
        total += worked.total
        if not worked.total:
            return total


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="work_all_gateways", lock="work_all_gateways", pass_context=False)
def work_all_gateways(timestamp: int) -> int:
    """Work what a job that was lost has left; returns how many webhooks. One gateway that fails stops no other."""
    del timestamp
    total = 0
    for gateway in list_gateways():
        try:
            total += work_gateway(gateway_id=gateway.id)
        except Refusal as refusal:
            logger.warning("the gateway cannot be worked", gateway=gateway.name, code=refusal.code, why=str(refusal))
    return total


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="ask_gateways", lock="ask_gateways", pass_context=False)
def ask_gateways(timestamp: int) -> int:
    """Ask about payments whose end nobody has told in time; returns how many have ended now."""
    del timestamp
    ended = 0
    for gateway in list_gateways():
        try:
            ended += ask_unanswered(act=_act(), gateway_id=gateway.id)
        except Refusal as refusal:
            logger.warning("the gateway does not answer", gateway=gateway.name, code=refusal.code, why=str(refusal))
    return ended
