"""What a day brings for collecting: receipts of debits whose day has come, ends of mandates, warnings before them."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.interfaces.jobs.turns import at_each, at_each_company
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.org.queries import LegalEntityRow
from billwright.payments.collecting_rows import CollectionRunRow
from billwright.payments.operations import expire_due, warn_of_expiry
from billwright.payments.queries.collections import card_runs_to_charge, waiting_runs
from billwright.workflow.card_runs import debit_by_schedule
from billwright.workflow.collecting import settle_run
from billwright.workflow.collection_news import announce_debits
from billwright.workflow.gateway_intake import charge_run

SCHEDULER, CARD_RUNS, GATEWAYS = "system:scheduler", "system:card-runs", "system:gateways"
# Customers get new cards about a month before the old ones end.
WARNING_DAYS = 30


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="settle_collections", pass_context=False)
def settle_collections(timestamp: int) -> int:
    """Record the receipts of debits whose action day has begun everywhere; returns how many runs were looked at.

    A run is one transaction: what refuses in one does not keep the others from theirs.
    """
    del timestamp
    runs = waiting_runs(on=clock.day_begun_everywhere(clock.now()))
    at_each(runs, _settle, job="settle_collections", name=lambda run: run.id)
    return len(runs)


def _settle(run: CollectionRunRow) -> bool:
    at = clock.now()
    with transaction.atomic():
        settle_run(act=Act(actor=SCHEDULER, at=at), collection_run_id=run.id, on=clock.day_begun_everywhere(at))
    return True


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="debit_cards", lock="debit_cards", pass_context=False)
def debit_cards_by_schedule(timestamp: int) -> int:
    """Begin, or go on with, the runs of kept cards of each company that chose so; returns how many there are.

    Asked every hour, so that each company is met soon after its own morning begins. What refuses in one company is told
    in the log and does not keep the others from theirs.
    """
    del timestamp
    return at_each_company(_debit_cards, job="debit_cards_by_schedule")


def _debit_cards(entity: LegalEntityRow) -> int:
    return len(debit_by_schedule(act=Act(actor=CARD_RUNS, at=clock.now()), entity=entity))


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="charge_card_runs", lock="charge_card_runs", pass_context=False)
def charge_card_runs(timestamp: int) -> int:
    """Ask gateways for debits of submitted runs of cards; returns how many were asked for. Cut short, it goes on."""
    del timestamp
    return at_each(card_runs_to_charge(), _charge, job="charge_card_runs", name=lambda run: run.id)


def _charge(run: CollectionRunRow) -> int:
    # A run may take long: the day of the next, and the time of its debits, are looked at when it begins.
    return charge_run(act=Act(actor=GATEWAYS, at=clock.now()), collection_run_id=run.id)


@app.periodic(cron="45 5 * * *")
@app.task(queueing_lock="watch_mandates", pass_context=False)
def watch_mandates(timestamp: int) -> int:
    """End what has come to its last day everywhere, and warn once of what comes to it; returns how many."""
    del timestamp
    return at_each_company(_watch_mandates, job="watch_mandates")


def _watch_mandates(entity: LegalEntityRow) -> int:
    at = clock.now()
    act, day = Act(actor=SCHEDULER, at=at), clock.day_begun_everywhere(at)
    with transaction.atomic():
        ended = expire_due(act=act, legal_entity_id=entity.id, on=day)
        return ended + warn_of_expiry(act=act, legal_entity_id=entity.id, on=day, days=WARNING_DAYS)


@app.periodic(cron="40 6 * * *")
@app.task(queueing_lock="announce_debits", pass_context=False)
def tell_of_debits(timestamp: int) -> int:
    """Announce debits to customers as their schemes and agreements ask for; returns how many mails were queued.

    What refuses in one company is told in the log and does not keep the customers of the others from their mail.
    """
    del timestamp
    return at_each_company(_tell_of_debits, job="tell_of_debits")


def _tell_of_debits(entity: LegalEntityRow) -> int:
    at = clock.now()
    with transaction.atomic():
        return announce_debits(
            act=Act(actor=SCHEDULER, at=at), legal_entity_id=entity.id, as_of=clock.business_date(at, entity.timezone)
        )
