"""Bill runs worked on by jobs."""

import pytest

from billwright.interfaces.jobs.bill_runs import work_on_bill_run
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import get_bill_run
from billwright.workflow.bill_run import begin_issue, begin_preparation
from billwright.workflow.bill_run.tests.builders import (
    OPERATOR,
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


def work(run):
    return work_on_bill_run(run_id=run.id, actor=OPERATOR)


def test_jobs_prepare_and_issue_what_a_person_began():
    make_world()
    make_plan()
    subscribe(make_account("ANA"))
    run = operations.create_bill_run(act=make_act(), as_of=day("2026-01-01"))
    assert work(run) == 0
    begin_preparation(act=make_act(), run_id=run.id)
    assert (work(run), work(run)) == (0, 0)
    assert get_bill_run(run.id).prepared_at is not None
    operations.check_bill_run(act=make_act(), run_id=run.id)
    operations.approve_bill_run(act=make_act(), run_id=run.id)
    begin_issue(act=make_act(), run_id=run.id)
    assert (work(run), work(run)) == (1, 0)
    assert (get_bill_run(run.id).state, len(documents())) == ("ISSUED", 1)
