"""Bill runs in the background: a page begins a run as the person who asked; workers take its shards."""

from __future__ import annotations

from procrastinate.contrib.django import app

from billwright.kernel import clock
from billwright.kernel.acts import Act
from billwright.workflow.bill_run import work_on_shards


@app.task(name="work_on_bill_run", pass_context=False)
def work_on_bill_run(*, run_id: int, actor: str) -> int:
    """Take open shards of a run until none is left; returns how many documents were written.

    A page defers it once for every worker that shall help. A shard is one transaction and is claimed by one worker;
    what a crash left open is taken by the next job, and a job that finds nothing does nothing.
    """
    log = work_on_shards(act=Act(actor=actor, at=clock.now()), run_id=run_id)
    return log.rows.get("write_invoices", 0)
