"""What a day brings by itself. The day is that of the earliest time zone still in it: nothing happens too soon."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.interfaces.jobs.turns import at_each_company
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.org.queries import LegalEntityRow, get_convention
from billwright.receivables.operations import expire_wallets
from billwright.subscriptions.operations import end_due, enter_due, renew_terms
from billwright.workflow.documents import send_reminders
from billwright.workflow.statements import SCHEDULE, scheduled_day, send_statements

SCHEDULER = "system:scheduler"


@app.periodic(cron="15 * * * *")
@app.task(queueing_lock="end_subscriptions", pass_context=False)
def end_subscriptions(timestamp: int) -> int:
    """Enter ENDED where the last day of service is over everywhere; returns how many."""
    del timestamp
    at = clock.now()
    with transaction.atomic():
        return end_due(act=Act(actor=SCHEDULER, at=at), as_of=clock.day_begun_everywhere(at))


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="enter_changes", pass_context=False)
def enter_changes(timestamp: int) -> int:
    """Show changes of subscriptions whose day has begun everywhere, and begin next terms; returns how many."""
    del timestamp
    at = clock.now()
    act, day = Act(actor=SCHEDULER, at=at), clock.day_begun_everywhere(at)
    with transaction.atomic():
        return enter_due(act=act, as_of=day) + renew_terms(act=act, as_of=day)


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="expire_wallets", pass_context=False)
def expire_prepaid_money(timestamp: int) -> int:
    """Let prepaid money whose day has come everywhere be revenue, company by company; returns how many lots."""
    del timestamp
    return at_each_company(_expire_wallets, job="expire_prepaid_money")


def _expire_wallets(entity: LegalEntityRow) -> int:
    at = clock.now()
    with transaction.atomic():
        return expire_wallets(
            act=Act(actor=SCHEDULER, at=at), legal_entity_id=entity.id, as_of=clock.day_begun_everywhere(at)
        )


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="remind_before_due", pass_context=False)
def remind_before_due(timestamp: int) -> int:
    """Remind of invoices before they are due, on the days that plans and companies name; returns how many mails.

    What refuses in one company is told in the log and does not keep the customers of the others from their mail.
    """
    del timestamp
    return at_each_company(_remind, job="remind_before_due")


def _remind(entity: LegalEntityRow) -> int:
    at = clock.now()
    with transaction.atomic():
        return send_reminders(
            act=Act(actor=SCHEDULER, at=at), legal_entity_id=entity.id, as_of=clock.business_date(at, entity.timezone)
        )


@app.periodic(cron="0 7 * * *")
@app.task(queueing_lock="send_scheduled_statements", pass_context=False)
def send_scheduled_statements(timestamp: int) -> int:
    """Send the statements of the period that ended, where a company chose so; returns how many mails were queued.

    What refuses in one company is told in the log and does not keep the customers of the others from theirs.
    """
    del timestamp
    return at_each_company(_send_statements, job="send_scheduled_statements")


def _send_statements(entity: LegalEntityRow) -> int:
    at = clock.now()
    today = clock.business_date(at, entity.timezone)
    as_of = scheduled_day(schedule=get_convention(legal_entity_id=entity.id, option=SCHEDULE, on=today), today=today)
    if as_of is None:
        return 0
    with transaction.atomic():
        return send_statements(act=Act(actor=SCHEDULER, at=at), legal_entity_id=entity.id, as_of=as_of)
