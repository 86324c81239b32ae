"""S01: a bill run from contract terms, with prepare, check, approve and issue, and restart without duplicates.

Bea bills, Lea leads the team. Both work through the API; the worker does what they begin.
"""

from __future__ import annotations

from datetime import date

import pytest
from tests.duties.people import on, person

from billwright.access.states import Role
from billwright.catalog.tests.builders import make_plan, make_product
from billwright.interfaces.jobs.bill_runs import work_on_bill_run
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.subscriptions.operations import NewSubscription, subscribe
from billwright.workflow.bill_run import pipeline

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S01")]


@pytest.fixture
def payers(monkeypatch):
    """Three customers with the same contract; each a shard of its own, so that a crash can fall between two."""
    monkeypatch.setattr(operations, "PAYERS_PER_SHARD", 1)
    make_product()
    make_plan()
    entity, start = make_company(), date(2026, 1, 1)
    found = [make_payer(entity, name=name, cycle_day=1) for name in ("Ana Botha", "Boris Petrov", "Clara Naidoo")]
    for payer in found:
        order = NewSubscription(account_id=payer.id, plan="basic", ordered_on=start, starts_on=start)
        subscribe(act=make_act(), row=order)
    return found


@pytest.fixture
def bea():
    return person("bea", Role.BILLING_SPECIALIST)


@pytest.fixture
def lea():
    return person("lea", Role.TEAM_LEAD)


def step(who, run, name, *, status=200):
    return who.api("post", f"/bill-runs/{run}/{name}", {}, status=status)


def begins(who, run, name):
    """Begin a stage; the worker is called, comes, and works until nothing is left."""
    step(who, run, name, status=202)
    return work_on_bill_run(run_id=run, actor=who.actor)


def numbers(who):
    return sorted(row["number"] for row in who.api("get", "/invoices", {"kind": "INVOICE"})["data"])


def prepared(bea):
    run = bea.api("post", "/bill-runs", {"as_of": "2026-01-01"}, status=201)["id"]
    begins(bea, run, "prepare")
    return run


def test_s01_the_four_steps_by_two_people_with_control_totals(payers, bea, lea):
    with on("2026-01-01"):
        # Bea prepares: totals are known, nothing is written.
        run = prepared(bea)
        [total] = bea.api("get", f"/bill-runs/{run}")["totals"]
        assert (total["document_count"], total["total"]) == (3, {"amount": "345.00", "currency": "ZAR"})
        assert numbers(bea) == []
        # Issuing before the approval is refused, and so is Bea's approval of her own run.
        step(bea, run, "issue", status=409)
        step(bea, run, "check")
        step(bea, run, "approve", status=403)
        # Lea approves, Bea issues: exactly what was prepared.
        step(lea, run, "approve")
        assert begins(bea, run, "issue") == 3
    page = bea.api("get", f"/bill-runs/{run}")
    stages = {row["stage"]: row["total"]["amount"] for row in page["totals"]}
    assert stages == {"PREPARED": "345.00", "ISSUED": "345.00"}
    assert (page["run"]["state"], page["outcomes"]) == ("ISSUED", {"ISSUED": 3})
    assert numbers(bea) == ["INV-000001", "INV-000002", "INV-000003"]


def test_s01_after_a_crash_in_the_middle_the_run_goes_on_and_nobody_is_billed_twice(payers, bea, lea, monkeypatch):
    with on("2026-01-01"):
        run = prepared(bea)
        step(bea, run, "check")
        step(lea, run, "approve")
        step(bea, run, "issue", status=202)
        # The power goes while the second customer's invoice is being written.
        issue, done = pipeline.issue, []

        def fails_at_the_second(scope, log):
            issue(scope, log)
            done.append(scope)
            if len(done) == 2:
                raise RuntimeError("the power went")

        monkeypatch.setattr(pipeline, "issue", fails_at_the_second)
        with pytest.raises(RuntimeError, match="power"):
            work_on_bill_run(run_id=run, actor=bea.actor)
        monkeypatch.setattr(pipeline, "issue", issue)
        assert numbers(bea) == ["INV-000001"]
        # The next worker takes what is open; one more finds nothing.
        assert [work_on_bill_run(run_id=run, actor=bea.actor) for _ in range(2)] == [2, 0]
        assert numbers(bea) == ["INV-000001", "INV-000002", "INV-000003"]
        # Another run of the same day bills nothing either.
        again = prepared(bea)
    assert bea.api("get", f"/bill-runs/{again}")["totals"] == []
    reconciled = lea.api("get", "/reports/reconciliation")
    assert (reconciled["ties"], len(reconciled["accounts"])) == (True, 3)
