"""Every step run twice: filling a working table again gives the same rows, writing again writes none."""

import pytest
from django.db import connection

from billwright.accounts.models import Customer
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import get_bill_run
from billwright.kernel.sql import Step
from billwright.workflow.bill_run import pipeline, working
from billwright.workflow.bill_run.pipeline import StepLog
from billwright.workflow.bill_run.runs import _scope
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    bill,
    cancel,
    make_account,
    make_act,
    make_cash,
    make_charge,
    make_plan,
    make_world,
    prepare,
    subscribe,
)

pytestmark = pytest.mark.django_db


def make_busy_month():
    """Something for every step: a parent, a cancellation, a charge, cash and a fee charged once."""
    make_world(correction="credit_note")
    make_plan()
    make_plan("setup", price="50.00", unit="ONCE")
    ana = make_account("ANA")
    gone = subscribe(ana)
    subscribe(make_account("SHOP", parent=ana))
    bill("2026-01-01")
    cancel(gone, ends_before="2026-01-20", as_of="2026-01-20")
    subscribe(ana, plan="setup", starts_on="2026-01-25")
    make_charge(ana, amount=700)
    make_cash(ana, 300, on="2026-01-15")
    Customer.objects.update(name="Renamed since")


def scope_of(run_id):
    return _scope(make_act("2026-02-01T12:00:00"), get_bill_run(run_id), 0, 2**62)


def test_reckoning_twice_gives_the_same_rows():
    make_busy_month()
    scope = scope_of(prepare("2026-02-01").page.run.id)
    logs = []
    for _ in range(2):
        logs.append(StepLog())
        pipeline.reckon(scope, logs[-1])
    assert logs[0].rows == logs[1].rows
    assert logs[0].rows["credit_unowed"] == logs[0].rows["slice_once"] == logs[0].rows["take_pending_charges"] == 1


def test_keeping_twice_writes_once():
    make_busy_month()
    run = prepare("2026-02-01").page.run
    log = StepLog()
    pipeline.reckon(scope_of(run.id), log)
    pipeline.keep_prepared(scope_of(run.id), log)
    assert (log.rows["keep_payers"], log.rows["keep_findings"], log.rows["keep_draft_lines"]) == (0, 0, 0)


def test_issuing_twice_writes_once():
    make_busy_month()
    run_id = prepare("2026-02-01").page.run.id
    first = approve_and_issue(run_id)
    again = StepLog()
    pipeline.reckon(scope_of(run_id), again)
    pipeline.issue(scope_of(run_id), again)
    written = {step.name for step in pipeline.ISSUE if step.writes}
    assert {name for name in written if again.rows[name]} == set()
    # Nothing of this month is priced by tiers or records, discounted, banked, prepaid or in a foreign currency.
    idle = {
        "spend_credits", "report_changes", "write_parts", "write_rated_records", "write_discounts",
        "write_bank_entries", "write_lots", "write_draws", "add_payers",
        "write_credit_entries", "write_credit_postings",
    }  # fmt: skip
    assert {name for name in written - idle if not first.rows[name]} == set()


def test_a_step_without_the_rows_that_it_needs_would_do_nothing():
    make_busy_month()
    scope = scope_of(prepare("2026-02-01").page.run.id)
    log = StepLog()
    pipeline.reckon(scope, log)
    needy = [step for step in pipeline.RECKON + pipeline.ISSUE if isinstance(step, Step) and step.needs]
    left_out = [step for step in needy if not log.filled.issuperset(step.needs)]
    assert "credit_unowed" in {step.name for step in needy} - {step.name for step in left_out}
    asked = scope.parameters() | {"turn": "after_limits", "rank": 1, "place": 1}
    with connection.cursor() as cursor:
        assert [step.name for step in left_out if step.run(cursor, asked)] == []


def test_every_working_table_is_filled_by_a_step_and_named_by_it():
    filled = {step.uses[0] for step in pipeline.RECKON + pipeline.PREPARE + pipeline.ISSUE
              if pipeline.rows_are_inserted(step)}  # fmt: skip
    # The step that draws on prepaid units fills two tables at once.
    assert filled | {"run_lot"} == set(working.TABLES)


def test_the_checks_see_what_is_wrong():
    make_busy_month()
    operations.create_bill_run(act=make_act(), payer_ids=(1,))
    run_id = prepare("2026-02-01").page.run.id
    log = StepLog()
    pipeline.reckon(scope_of(run_id), log)
    operations.check_bill_run(act=make_act(), run_id=run_id)
    with connection.cursor() as cursor:
        cursor.execute("insert into run_verdict select payer_id, 'ISSUED' from run_digest")
        found = {step.name: len(step.rows(cursor, scope_of(run_id).parameters())) for step in pipeline.PROVE}
    assert found["check_marks"] == log.rows["find_due"]
