"""Bill runs in the background: begun by a page for the person who asked, or by night where a company chose so."""

from __future__ import annotations

from procrastinate.contrib.django import app

from billwright.interfaces.jobs.turns import at_each_company
from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.org.queries import LegalEntityRow
from billwright.workflow.bill_run import work_on_shards
from billwright.workflow.billing_schedule import bill_by_schedule
from billwright.workflow.shadow_run import draft_shadow

ACTOR = "system:bill-run-schedule"


@app.task(name="work_on_bill_run", pass_context=False)
def work_on_bill_run(*, run_id: int, actor: str) -> int:
    """Take open shards of a run until none is left; returns how many documents were written.

    A page defers it once for every worker that shall help. A shard is one transaction and is claimed by one worker;
    what a crash left open is taken by the next job, and a job that finds nothing does nothing.
    """
    log = work_on_shards(act=Act(actor=actor, at=clock.now()), run_id=run_id)
    return log.rows.get("write_invoices", 0)


@app.task(name="draft_shadow_run", pass_context=False)
def draft_shadow_run(*, shadow_id: int, actor: str) -> int:
    """Make both drafts of a shadow run; returns how many accounts differ. Cut short, it begins anew."""
    return draft_shadow(act=Act(actor=actor, at=clock.now()), shadow_id=shadow_id).changed_count


@app.periodic(cron="40 * * * *")
@app.task(queueing_lock="bill_by_schedule", lock="bill_by_schedule", pass_context=False)
def bill_every_night(timestamp: int) -> int:
    """Start or go on with the run of the day of each company that chose so; returns how many have one.

    Asked every hour, so that each company is met soon after its own midnight and a night that was cut short is gone on
    with. What refuses in one company is told in the log and does not keep the others from their night.
    """
    del timestamp
    return at_each_company(_bill, job="bill_every_night")


def _bill(entity: LegalEntityRow) -> bool:
    return bill_by_schedule(act=Act(actor=ACTOR, at=clock.now()), entity=entity) is not None
