"""Runs of kept cards that start by themselves, each morning, where a company chose so by the convention `card_runs`.

`prepare` leaves the run, checked, for people to approve and submit. `debit` carries it to its end: who chose that value
is the second person of the approval, once and for all mornings. A morning on which nothing is due leaves no run behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.org.queries import LegalEntityRow, get_convention, who_chose
from billwright.payments.collecting_rows import CollectionRunRow
from billwright.payments.queries.collections import get_run, list_runs
from billwright.payments.queries.gateways import list_gateways
from billwright.payments.states import CARDS, CollectionRunState
from billwright.workflow.collecting import approve_run, check_run, discard_run, prepare_run, submit_run
from billwright.workflow.collection_news.cards import CARD_RUNS

__all__ = ["SCHEDULE", "debit_by_schedule"]

SCHEDULE: Final = CARD_RUNS
NEVER, DEBIT = "never", "debit"
# The bills of the night are issued by then, and nobody's telephone rings at night for a debit of his card.
FROM_HOUR: Final = 6
OPEN_STATES: Final = (CollectionRunState.DRAFT, CollectionRunState.CHECKED, CollectionRunState.APPROVED)
CONSENT: Final = "The company's schedule says that what is due is debited from kept cards."


@dataclass(frozen=True, slots=True)
class _Morning:
    """One company and currency, as its schedule stands today."""

    act: Act
    entity: LegalEntityRow
    currency: str
    schedule: str


def debit_by_schedule(*, act: Act, entity: LegalEntityRow) -> list[CollectionRunRow]:
    """The runs of the company's present day, one a currency: begun, or gone on with where a call was cut short.

    Called as often as one likes: a day has one run, and none is begun while an earlier one of the schedule waits for
    people; one whose last day went by is discarded, whatever the schedule says now, so that it holds nothing. Must be
    called outside a transaction; each step commits by itself. Raises what the steps of a run raise.
    """
    today = business_date(act.at, entity.timezone)
    _discard_overdue(act, entity, today)
    schedule = get_convention(legal_entity_id=entity.id, option=SCHEDULE, on=today)
    if schedule == NEVER or act.at.astimezone(ZoneInfo(entity.timezone)).hour < FROM_HOUR:
        return []
    gateways = list_gateways(legal_entity_ids=[entity.id], active_only=True)
    runs = []
    for currency in sorted({gateway.currency for gateway in gateways}):
        morning = _Morning(act=act, entity=entity, currency=currency, schedule=schedule)
        run = _of_today(morning)
        if run is not None:
            runs.append(_carried_on(morning, run))
    return runs


def _of_today(morning: _Morning) -> CollectionRunRow | None:
    """The schedule's run that waits, or the one of today: made by the first call that finds something due.

    None while a person has a run of the day of his own in hand: what becomes of that is for people to say.
    """
    today = business_date(morning.act.at, morning.entity.timezone)
    own = [run for run in _own(morning.act, morning.entity) if run.total.currency == morning.currency]
    waiting = [run for run in own if run.state in OPEN_STATES]
    done = [run for run in own if run.action_day == today]
    return next(iter(waiting + done), None) or _prepared(morning)


def _own(act: Act, entity: LegalEntityRow) -> list[CollectionRunRow]:
    """The newest runs of cards that the schedule prepared."""
    runs = list_runs(legal_entity_ids=[entity.id], scheme=CARDS)
    return [run for run in runs if run.prepared_by == act.actor]


def _discard_overdue(act: Act, entity: LegalEntityRow, today: date) -> None:
    for run in _own(act, entity):
        if run.state in OPEN_STATES and run.submit_by < today:
            with transaction.atomic():
                discard_run(act=act, collection_run_id=run.id)


def _prepared(morning: _Morning) -> CollectionRunRow | None:
    try:
        with transaction.atomic():
            run = prepare_run(
                act=morning.act, legal_entity_id=morning.entity.id, scheme=CARDS, currency=morning.currency
            )
    except Refusal as refusal:
        if refusal.code != "collection_run.nothing_due":
            raise
        return None
    return run if run.prepared_by == morning.act.actor else None


def _carried_on(morning: _Morning, run: CollectionRunRow) -> CollectionRunRow:
    """Check the run; where the schedule says so, approve and submit it. One with nothing left in it is discarded."""
    act = morning.act
    try:
        if run.state == CollectionRunState.DRAFT:
            with transaction.atomic():
                run = check_run(act=act, collection_run_id=run.id)
        if morning.schedule == DEBIT and run.state in OPEN_STATES:
            with transaction.atomic():
                if run.state == CollectionRunState.CHECKED:
                    person = who_chose(legal_entity_id=morning.entity.id, option=SCHEDULE, value=DEBIT)
                    approve_run(act=replace(act, reason=CONSENT, on_behalf_of=person), collection_run_id=run.id)
                submit_run(act=act, collection_run_id=run.id)
    except Refusal as refusal:
        if refusal.code != "collection_run.empty":
            raise
        with transaction.atomic():
            discard_run(act=act, collection_run_id=run.id)
    return get_run(run.id)
