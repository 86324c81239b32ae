"""What a company's nights do by themselves, and what they leave to people."""

import pytest

from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import get_bill_run, list_bill_runs
from billwright.kernel.models import AuditEvent
from billwright.org.operations import set_convention
from billwright.org.queries import get_legal_entity
from billwright.workflow.bill_run.tests.builders import (
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)
from billwright.workflow.billing_schedule import SCHEDULE, bill_by_schedule

pytestmark = pytest.mark.django_db
NIGHT, NEXT_NIGHT = "2026-01-01T01:40:00", "2026-01-02T01:40:00"


@pytest.fixture
def karoo():
    make_world()
    make_plan()
    subscribe(make_account("ANA"))
    return get_legal_entity(code="KAROO")


def choose(entity, value):
    set_convention(
        act=make_act(actor="user:0"),
        legal_entity_id=entity.id,
        option=SCHEDULE,
        value=value,
        valid_from=day("2025-12-01"),
    )


def night(entity, at=NIGHT):
    return bill_by_schedule(act=make_act(at, actor="system:bill-run-schedule"), entity=entity)


def test_without_a_choice_nothing_starts(karoo):
    assert night(karoo) is None
    assert list_bill_runs() == []


def test_prepare_leaves_the_run_for_people(karoo):
    choose(karoo, "prepare")
    run = get_bill_run(night(karoo).run_id)
    assert (run.state, run.created_by, str(run.as_of)) == ("PREPARED", "system:bill-run-schedule", "2026-01-01")
    assert documents() == []


def test_a_day_has_one_run_however_often_it_is_asked(karoo):
    choose(karoo, "prepare")
    assert night(karoo) == night(karoo, "2026-01-01T05:40:00")
    assert len(list_bill_runs()) == 1


def test_no_second_run_starts_while_one_waits(karoo):
    choose(karoo, "prepare")
    assert night(karoo) == night(karoo, NEXT_NIGHT)
    assert len(list_bill_runs()) == 1


def test_what_a_person_discarded_stays_discarded_that_day(karoo):
    choose(karoo, "prepare")
    waiting = night(karoo)
    operations.discard_bill_run(act=make_act(), run_id=waiting.run_id)
    assert night(karoo, "2026-01-01T02:40:00").state == "DISCARDED"
    assert night(karoo, NEXT_NIGHT).run_id != waiting.run_id


def test_issue_carries_the_run_to_its_end_in_the_name_of_who_chose_it(karoo):
    choose(karoo, "issue")
    assert [night(karoo).state, night(karoo).state] == ["ISSUED", "ISSUED"]
    assert len(documents()) == 1
    approval = AuditEvent.objects.get(verb="bill_run.approve")
    assert (approval.actor, approval.on_behalf_of) == ("system:bill-run-schedule", "user:0")


def test_a_run_that_was_cut_short_is_gone_on_with(karoo):
    choose(karoo, "prepare")
    waiting = night(karoo)
    choose(karoo, "issue")
    assert night(karoo, NEXT_NIGHT).run_id == waiting.run_id
    assert get_bill_run(waiting.run_id).state == "ISSUED"


def test_a_night_on_which_nobody_is_due_ends_discarded(karoo):
    choose(karoo, "issue")
    night(karoo)
    assert night(karoo, NEXT_NIGHT).state == "DISCARDED"
    assert len(documents()) == 1
