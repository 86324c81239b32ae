"""What leaves the house: events of the outbox, and mail."""

from __future__ import annotations

from procrastinate.contrib.django import app

from billwright.comms import ports
from billwright.comms.operations import deliver_waiting, mark_lost
from billwright.kernel import clock, outbox

BATCH = 500


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="deliver_events", pass_context=False)
def deliver_events(timestamp: int) -> int:
    """Deliver waiting events of the outbox, until none is left; returns how many."""
    del timestamp
    delivered = 0
    while count := outbox.deliver_waiting(at=clock.now(), limit=BATCH):
        delivered += count
    return delivered


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="deliver_mail", pass_context=False)
def deliver_mail(timestamp: int) -> int:
    """Show what a crash left behind as unknown, then send what is queued; returns how many were sent."""
    del timestamp
    mark_lost(at=clock.now())
    sent = 0
    while True:
        result = deliver_waiting(carrier=ports.carrier(), files=ports.files(), at=clock.now(), limit=BATCH)
        sent += result.sent
        if result.postponed or not (result.sent + result.failed + result.unknown):
            return sent
