"""Folding what was written since the last time into the sums that lists and reports read."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.kernel import clock
from billwright.ledger.operations import fold_movements
from billwright.receivables.operations import fold_changes


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="fold_open_changes", pass_context=False)
def fold_open_changes(timestamp: int) -> int:
    """Fold changes of open items, and what came due; returns how many sums of days were met."""
    del timestamp
    with transaction.atomic():
        return fold_changes(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="fold_ledger_movements", pass_context=False)
def fold_ledger_movements(timestamp: int) -> int:
    """Fold movements of ledger accounts; returns how many days were met."""
    del timestamp
    with transaction.atomic():
        return fold_movements()
