"""What a run bills: periods, stubs, corrections, documents, taxes."""

import pytest

from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    documents,
    lines,
    make_account,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


def test_a_month_in_advance_with_tax():
    make_world()
    make_plan()
    subscribe(make_account("ANA"), starts_on="2026-01-10")
    bill("2026-01-10")
    assert lines() == [("RECURRING", "2026-01-10", "2026-02-01", 7097)]
    assert documents() == [("ANA", "INVOICE", 7097, 1065, 8162)]


def test_a_second_run_writes_nothing():
    make_world()
    make_plan()
    subscribe(make_account("ANA"))
    bill("2026-01-10")
    report = bill("2026-01-10")
    assert report.rows["write_invoices"] == 0
    assert len(documents()) == 1


def test_cancelled_service_is_credited_on_the_next_document():
    make_world()
    make_plan()
    subscription = subscribe(make_account("ANA"), starts_on="2026-01-10")
    bill("2026-01-10")
    cancel(subscription, ends_before="2026-01-20", as_of="2026-01-20")
    bill("2026-01-20")
    assert lines()[1:] == [("CORRECTION", "2026-01-20", "2026-02-01", -3871)]
    assert documents()[1:] == [("ANA", "CREDIT_NOTE", -3871, -581, -4452)]
