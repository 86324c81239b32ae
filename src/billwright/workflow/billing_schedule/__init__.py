"""Bill runs that start by themselves, each night, where a company chose so by the convention `bill_run_schedule`.

`prepare` leaves the run for people to check and approve. `issue` carries it to its end: who chose that value is the
second person of the approval, once and for all nights. A night on which nobody is due ends discarded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction

from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import (
    BillRunPage,
    BillRunRow,
    get_bill_run,
    list_bill_runs,
)
from billwright.invoicing.states import RunState
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.kernel.idempotency import semantic_key
from billwright.org.queries import LegalEntityRow, get_convention, who_chose
from billwright.workflow.bill_run import issue_bill_run, prepare_bill_run

__all__ = ["SCHEDULE", "ScheduledRun", "bill_by_schedule"]

SCHEDULE = "bill_run_schedule"
NEVER, ISSUE = "never", "issue"
OPEN_STATES = (RunState.ISSUING, RunState.APPROVED, RunState.CHECKED, RunState.PREPARED, RunState.DRAFT)
CONSENT = "The company's schedule says that what is prepared is issued."


@dataclass(frozen=True, slots=True)
class ScheduledRun:
    """The run of a company's night, and where it stands."""

    run_id: int
    state: str


def bill_by_schedule(*, act: Act, entity: LegalEntityRow) -> ScheduledRun | None:
    """Start the run of the company's present day, or go on with one that waits; None when its schedule says never.

    Called as often as one likes: a day has one run, and none is started while an earlier one of the schedule waits for
    people, as it would list the same documents again. Payers with blocking findings stay out, as in every run, and
    come again the next night. Must be called outside a transaction; each step commits by itself, so a call that was
    cut short is gone on with by the next. Raises what the steps of a run raise.
    """
    today = business_date(act.at, entity.timezone)
    schedule = get_convention(legal_entity_id=entity.id, option=SCHEDULE, on=today)
    if schedule == NEVER:
        return None
    run = _waiting(act, entity) or _started(act, entity)
    if _is_unprepared(run):
        page = prepare_bill_run(act=act, run_id=run.id).page
        if not page.outcomes and not page.findings:
            return _thrown_away(act, page)
    if schedule == ISSUE and get_bill_run(run.id).state != RunState.DISCARDED:
        _carry_to_its_end(act, entity, run.id)
    return ScheduledRun(run_id=run.id, state=get_bill_run(run.id).state)


def _waiting(act: Act, entity: LegalEntityRow) -> BillRunRow | None:
    """The company's run that the schedule started and nobody has finished or discarded."""
    for state in OPEN_STATES:
        for run in list_bill_runs(state=state, legal_entity_ids=[entity.id]):
            if run.created_by == act.actor:
                return run
    return None


def _started(act: Act, entity: LegalEntityRow) -> BillRunRow:
    """The run of today: made by the first call of the day, found by the others. Accounts count by their own day."""
    key = semantic_key("scheduled_bill_run", entity=entity.id, on=business_date(act.at, entity.timezone))
    with transaction.atomic():
        run = operations.create_bill_run(act=replace(act, key=key), legal_entity_id=entity.id, description="Schedule")
    return get_bill_run(run.id)


def _is_unprepared(run: BillRunRow) -> bool:
    return run.state == RunState.DRAFT or (run.state == RunState.PREPARED and run.prepared_at is None)


def _thrown_away(act: Act, page: BillRunPage) -> ScheduledRun:
    with transaction.atomic():
        run = operations.discard_bill_run(act=act, run_id=page.run.id)
    return ScheduledRun(run_id=run.id, state=run.state)


def _carry_to_its_end(act: Act, entity: LegalEntityRow, run_id: int) -> None:
    run = get_bill_run(run_id)
    with transaction.atomic():
        if run.state == RunState.PREPARED:
            run = operations.check_bill_run(act=act, run_id=run_id)
        if run.state == RunState.CHECKED:
            person = who_chose(legal_entity_id=entity.id, option=SCHEDULE, value=ISSUE)
            operations.approve_bill_run(act=replace(act, reason=CONSENT, on_behalf_of=person), run_id=run_id)
    issue_bill_run(act=act, run_id=run_id)
