"""Checks before issue: what a company chose holds, what is held waits for a person, and nobody else waits."""

from decimal import Decimal

import pytest

from billwright.accounts.models import Customer
from billwright.accounts.operations import update_account
from billwright.accounts.rows import AccountChange
from billwright.invoicing.models import CheckRule, HeldDocument
from billwright.invoicing.operations.checks import release_held, release_many, set_check
from billwright.invoicing.queries.checks import check_history, list_checks, list_held
from billwright.invoicing.states import CheckSeverity
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.states import IllegalTransition
from billwright.subscriptions.operations import NewClause, record_contract
from billwright.subscriptions.operations.contracts import bind_contract
from billwright.workflow.bill_checks import preview_check
from billwright.workflow.bill_run import prepare_bill_run
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    bill,
    day,
    documents,
    findings,
    make_account,
    make_act,
    make_plan,
    make_world,
    prepare,
    subscribe,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def entity():
    world = make_world()
    make_plan()
    return world


def choose(entity, code, severity="HOLD", *, since="2020-01-01", **thresholds):
    """A rule as an approval leaves it behind."""
    known = {"factor": None, "minimum": None, "days": None} | thresholds
    CheckRule.objects.create(
        legal_entity=entity, code=code, severity=severity, valid_from=day(since), set_by="user:0", set_at=make_act().at,
        **known,
    )  # fmt: skip


def test_one_account_is_held_and_the_others_are_billed(entity):
    ana, boris = make_account("ANA"), make_account("BORIS")
    subscribe(ana)
    bill("2026-01-01")
    subscribe(boris, starts_on="2026-02-01")
    choose(entity, "first_invoice")
    report = prepare("2026-02-01")
    assert findings(report) == [("HOLD", "first_invoice")]
    (held,) = list_held(state="OPEN")
    assert (held.payer_id, held.total_minor, held.run_id) == (boris.pk, 11500, report.page.run.id)
    issued = approve_and_issue(report.page.run.id)
    assert issued.page.outcomes == {"BLOCKED": 1, "ISSUED": 1}
    # Released after the run: exactly this document goes with the next one.
    release_held(act=make_act(), held_id=held.id, reason="the order was read")
    again = prepare("2026-02-02")
    assert list_held(state="OPEN") == []
    approve_and_issue(again.page.run.id)
    assert [row[0] for row in documents()] == ["ANA", "ANA", "BORIS"]


def test_a_release_is_for_what_was_seen(entity):
    ana = make_account("ANA")
    subscribe(ana)
    choose(entity, "first_invoice")
    run_id = prepare("2026-01-01").page.run.id
    (held,) = list_held()
    release_held(act=make_act(), held_id=held.id, reason="seen")
    with pytest.raises(IllegalTransition):
        release_held(act=make_act(), held_id=held.id, reason="again")
    prepare_bill_run(act=make_act(), run_id=run_id)
    assert list_held(state="OPEN") == []
    subscribe(ana)
    prepare_bill_run(act=make_act(), run_id=run_id)
    (held,) = list_held(state="OPEN")
    with pytest.raises(Refusal, match="why"):
        release_held(act=make_act(), held_id=held.id, reason="")
    assert release_many(act=make_act(), held_ids=(held.id,), reason="both")[0].state == "RELEASED"
    assert len(documents()) == 0
    approve_and_issue(run_id)
    assert len(documents()) == 1


def test_what_is_cured_waits_no_more(entity):
    ana = make_account("ANA")
    subscribe(ana)
    Customer.objects.update(kind="ORGANIZATION", tax_number="")
    choose(entity, "business_no_tax_number")
    run_id = prepare("2026-01-01").page.run.id
    assert [one.code for one in list_held(state="OPEN")] == ["business_no_tax_number"]
    Customer.objects.update(tax_number="4010000000")
    prepare_bill_run(act=make_act(), run_id=run_id)
    assert HeldDocument.objects.get().state == "GONE"


def test_a_check_that_is_off_finds_nothing_and_a_threshold_counts(entity):
    ana = make_account("ANA")
    subscription = subscribe(ana)
    for month in ("2026-01-01", "2026-02-01", "2026-03-01"):
        bill(month)
    for extra in range(3):
        subscribe(ana, starts_on=f"2026-03-0{extra + 2}")
    assert subscription
    assert ("WARNING", "outlier") in findings(prepare("2026-04-01"))
    choose(entity, "outlier", minimum=Decimal("10000"), factor=Decimal(3))
    assert findings(prepare("2026-04-01")) == []
    choose(entity, "outlier", "OFF", since="2026-01-01")
    assert findings(prepare("2026-04-01")) == []


def test_changed_details_and_first_bills_of_a_contract(entity):
    ana = make_account("ANA")
    subscribe(ana)
    bill("2026-01-01")
    for code, thresholds in {"bank_changed": {"days": 30}, "first_of_contract": {}}.items():
        choose(entity, code, "NOTE", **thresholds)
    assert findings(prepare("2026-02-01")) == []
    for version, method in enumerate(("debit order 1", "debit order 2"), start=ana.version):
        update_account(
            act=make_act("2026-01-20T10:00:00"), account_id=ana.pk, version=version,
            change=AccountChange(payment_method=method),
        )  # fmt: skip
    subscribe(ana, starts_on="2026-02-01")
    assert findings(prepare("2026-02-01")) == [("NOTE", "bank_changed"), ("NOTE", "first_of_contract")]
    assert findings(prepare("2026-03-01")) == [("NOTE", "first_of_contract")]


def test_a_clause_that_contradicts_what_is_billed(entity):
    ana = make_account("ANA")
    subscription = subscribe(ana)
    contract = record_contract(
        act=make_act(), account_id=ana.pk, number="C-1", title="Hosting", starts_on=day("2026-01-01"),
        clauses=(
            NewClause(number="1", text="The fee is 90.", parameter="price", charge_code="fee", value="90"),
            NewClause(number="2", text="Notice: 60 days.", parameter="notice_days", value="60"),
        ),
    )  # fmt: skip
    bind_contract(act=make_act(), contract_id=contract.id, subscription_id=subscription.id, as_of=day("2026-01-01"))
    report = prepare("2026-01-01")
    assert findings(report) == [("NOTE", "first_invoice"), ("WARNING", "price_differs")]


def test_a_rule_is_set_by_two_people_and_starts_on_its_day(entity):
    with pytest.raises(Refusal, match="no check"):
        set_check(act=make_act(), legal_entity_id=entity.pk, code="mood", severity=CheckSeverity.HOLD,
                  valid_from=day("2026-02-01"))  # fmt: skip
    choose(entity, "zero_total", since="2026-02-01")
    severity = {row.code: row.severity for row in list_checks(legal_entity_id=entity.pk, on=day("2026-01-31"))}
    assert severity["zero_total"] == "WARNING"
    assert [row.code for row in check_history(legal_entity_id=entity.pk, after=day("2026-01-31"))] == ["zero_total"]
    with pytest.raises(NotAllowed):
        set_check(act=make_act(actor="user:999"), legal_entity_id=entity.pk, code="outlier",
                  severity=CheckSeverity.HOLD, valid_from=day("2026-02-01"))  # fmt: skip


def test_the_preview_counts_what_the_last_run_would_have_held(entity):
    ana, boris = make_account("ANA"), make_account("BORIS")
    subscribe(ana)
    bill("2026-01-01")
    subscribe(boris, starts_on="2026-02-01")
    bill("2026-02-01")
    found = preview_check(act=make_act(), legal_entity_id=entity.pk, code="first_invoice", severity=CheckSeverity.HOLD)
    assert (found.document_count, found.found_before, found.held_before, found.held_after) == (2, 1, 0, 1)
    assert [(one.account, one.total.amount_minor) for one in found.samples] == [("BORIS", 11500)]
    first = preview_check(
        act=make_act(), legal_entity_id=entity.pk, code="first_of_contract", severity=CheckSeverity.HOLD
    )
    assert (first.found_before, first.held_after) == (0, 1)
