"""Matching by itself: receipts that came since the last time, a batch a transaction, off the request."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.interfaces.jobs.turns import at_each_company
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.org.queries import LegalEntityRow
from billwright.workflow import cash_application
from billwright.workflow.cash_application import Wanted

MATCHER = "system:matching"


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="match_receipts", pass_context=False)
def match_receipts(timestamp: int) -> int:
    """Look at receipts that wait, once a day each, and at new ones at once; returns how many were looked at.

    What refuses in one company is told in the log and does not keep the receipts of the others waiting.
    """
    del timestamp
    with transaction.atomic():
        cash_application.refresh_keys()
    return at_each_company(_match, job="match_receipts")


def _match(entity: LegalEntityRow) -> int:
    at, looked_at = clock.now(), 0
    today = clock.business_date(at, entity.timezone)
    while True:
        with transaction.atomic():
            batch = cash_application.match_batch(
                act=Act(actor=MATCHER, at=at),
                run_key=f"day:{entity.id}:{today.isoformat()}",
                wanted=Wanted(legal_entity_ids=(entity.id,)),
                on=today,
            )
        looked_at += batch.receipts
        if not batch.receipts:
            return looked_at
