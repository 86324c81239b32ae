"""Housekeeping of access: requests that nobody decided in time, sessions that have run out, visits counted."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django import app

from billwright.access.sessions import SessionStore
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.payments.visits import forget_visits
from billwright.workflow.approvals import expire_approvals


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="access.expire_approvals", pass_context=False)
def expire_waiting_approvals(timestamp: int) -> int:
    """Close overdue requests; returns how many."""
    del timestamp
    with transaction.atomic():
        return len(expire_approvals(act=Act(actor="system:scheduler", at=clock.now())).approval_ids)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="access.clear_sessions", pass_context=False)
def clear_expired_sessions(timestamp: int) -> None:
    """Remove the rows of sessions that have run out."""
    del timestamp
    SessionStore.clear_expired()


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="access.forget_visits", pass_context=False)
def forget_old_visits(timestamp: int) -> int:
    """Take away the counters of visits that limit no rate any more; returns how many."""
    del timestamp
    return forget_visits(at=clock.now())
