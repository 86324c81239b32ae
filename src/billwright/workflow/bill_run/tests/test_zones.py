"""Whose day it is: a run cut off by an instant bills every account by its own civil date."""

import pytest

from billwright.invoicing.operations import bill_run as operations
from billwright.workflow.bill_run import prepare_bill_run
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db

# A quarter past midnight of 1 February in Kathmandu, half past eight in the evening of 31 January in Johannesburg.
EVENING = "2026-01-31T18:30:00"


@pytest.fixture
def two_zones():
    make_world()
    make_plan()
    subscribe(make_account("NIMA", timezone="Asia/Kathmandu"), starts_on="2026-02-01")
    subscribe(make_account("ANA"), starts_on="2026-02-01")


def bill_at(at, **scope):
    act = make_act(at)
    run = operations.create_bill_run(act=act, document_date=day("2026-02-01"), **scope)
    prepare_bill_run(act=act, run_id=run.id)
    return approve_and_issue(run.id, at=at)


def test_at_an_instant_only_those_whose_day_has_come(two_zones):
    bill_at(EVENING)
    assert [row[0] for row in documents()] == ["NIMA"]


def test_the_others_follow_when_their_day_comes(two_zones):
    bill_at(EVENING)
    bill_at("2026-01-31T22:00:00")
    assert [row[0] for row in documents()] == ["NIMA", "ANA"]


def test_a_date_is_the_same_date_everywhere(two_zones):
    bill_at(EVENING, as_of=day("2026-02-01"))
    assert sorted(row[0] for row in documents()) == ["ANA", "NIMA"]


def test_a_run_without_a_date_takes_the_entitys_day_for_its_documents(two_zones):
    run = operations.create_bill_run(act=make_act(EVENING))
    assert (run.as_of, run.document_date) == (day("2026-01-31"), day("2026-01-31"))
