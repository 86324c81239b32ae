"""Bill runs worked on by jobs."""

from datetime import UTC, datetime

import pytest

from billwright.interfaces.jobs import bill_runs
from billwright.interfaces.jobs.bill_runs import bill_every_night, work_on_bill_run
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import get_bill_run
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.org.operations import set_convention
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


def test_by_night_each_company_is_billed_as_it_chose():
    for code, value in {"KAROO": "issue", "VITOSHA": "never"}.items():
        entity = make_world(code)
        since = day("2025-12-01")
        set_convention(
            act=make_act(), legal_entity_id=entity.id, option="bill_run_schedule", value=value, valid_from=since
        )
    make_plan()
    subscribe(make_account("ANA"))
    with clock.standing_at(datetime(2026, 1, 1, 1, 40, tzinfo=UTC)):
        assert [bill_every_night(timestamp=0), bill_every_night(timestamp=0)] == [1, 1]
    assert len(documents()) == 1


def test_a_company_that_refuses_does_not_keep_the_others_from_their_night(monkeypatch):
    make_world("KAROO")
    make_world("VITOSHA")

    def refuse_the_first(*, act, entity):
        if entity.code == "KAROO":
            raise Refusal("period.closed", "January is closed.")
        return entity

    monkeypatch.setattr(bill_runs, "bill_by_schedule", refuse_the_first)
    assert bill_every_night(timestamp=0) == 1
