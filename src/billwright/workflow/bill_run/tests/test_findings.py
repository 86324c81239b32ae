"""What a run notices: blocks keep their payer out until they are cured; warnings and notes do not."""

import pytest

from billwright.accounts.models import BillingAccount, Customer, ReferenceField
from billwright.catalog.models import Plan, TaxRate, TaxRule
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.bill_run import list_findings
from billwright.kernel.errors import Conflict, Refusal
from billwright.ledger.models import AccountingPeriod
from billwright.org.models import Currency, DocumentSeries
from billwright.org.operations import set_convention
from billwright.subscriptions.models import GridPeriod, SubscriptionItem
from billwright.subscriptions.operations import place_billing_hold, release_billing_hold
from billwright.workflow.bill_run import prepare_bill_run
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    bill,
    cancel,
    day,
    documents,
    findings,
    item_of,
    lines,
    make_account,
    make_act,
    make_charge,
    make_plan,
    make_tax,
    make_world,
    prepare,
    subscribe,
)

pytestmark = pytest.mark.django_db
FIRST = ("NOTE", "first_invoice")


@pytest.fixture
def ana():
    make_world()
    make_plan()
    account = make_account("ANA")
    subscribe(account)
    return account


def block_stops(code):
    """Whether a run finds exactly this block, and issues nothing for it."""
    report = prepare("2026-01-01")
    issued = approve_and_issue(report.page.run.id)
    assert ("BLOCK", code) in findings(report)
    assert documents() == []
    assert issued.page.outcomes == {"BLOCKED": 1}
    return report.page.run.id


def test_no_tax_rule(ana):
    TaxRule.objects.all().delete()
    block_stops("no_tax")


def test_no_tax_rate_at_the_date(ana):
    TaxRate.objects.update(valid_from=day("2026-02-01"))
    block_stops("no_tax")


def test_no_open_accounting_period(ana):
    for state in ("CLOSING", "CLOSED"):
        AccountingPeriod.objects.update(state=state)
    block_stops("no_open_period")


def test_no_price_in_the_accounts_currency(ana):
    BillingAccount.objects.filter(id=ana.pk).update(currency_id="USD")
    block_stops("no_price")


def test_no_exchange_rate(ana):
    ana.legal_entity.base_currency_id = "USD"
    ana.legal_entity.save()
    block_stops("no_exchange_rate")


def test_a_currency_that_was_withdrawn(ana):
    Currency.objects.filter(code="ZAR").update(valid_until=day("2025-12-31"))
    block_stops("currency_withdrawn")


def test_no_series_of_numbers(ana):
    DocumentSeries.objects.filter(kind="INVOICE").update(valid_from=day("2027-01-01"))
    block_stops("no_series")


def test_lines_that_are_not_rounded_where_an_electronic_invoice_is_owed(ana):
    Plan.objects.update(conventions={"rounding": "sum_then_round"})
    set_convention(
        act=make_act(), legal_entity_id=ana.legal_entity_id, option="e_invoice", value="organizations",
        valid_from=day("2026-01-01"),
    )  # fmt: skip
    block_stops("e_invoice_rounding")
    Customer.objects.update(kind="PERSON")
    assert bill("2026-01-01").page.outcomes == {"ISSUED": 1}


def test_a_hole_in_the_calendar(ana):
    GridPeriod.objects.filter(starts_on=day("2026-01-01")).delete()
    block_stops("no_grid_period")


def test_a_closed_account_may_be_let_pass_with_a_reason(ana):
    BillingAccount.objects.filter(id=ana.pk).update(state="CLOSED")
    run_id = prepare("2026-01-01").page.run.id
    (finding,) = list_findings(run_id=run_id, severity="BLOCK")
    assert finding.code == "account_closed"
    operations.clear_finding(act=make_act(), run_id=run_id, finding_id=finding.id, clearance="the last bill")
    approve_and_issue(run_id)
    assert len(documents()) == 1


def test_a_closed_account_is_kept_out_otherwise(ana):
    BillingAccount.objects.filter(id=ana.pk).update(state="CLOSED")
    block_stops("account_closed")


def test_a_block_with_a_cause_is_cured_and_not_cleared(ana):
    TaxRule.objects.all().delete()
    run_id = prepare("2026-01-01").page.run.id
    (finding,) = list_findings(run_id=run_id, severity="BLOCK")
    with pytest.raises(Refusal, match="must be cured"):
        operations.clear_finding(act=make_act(), run_id=run_id, finding_id=finding.id, clearance="please")


def test_a_finding_is_cleared_once_and_with_a_reason(ana):
    run_id = prepare("2026-01-01").page.run.id
    (note,) = list_findings(run_id=run_id)
    with pytest.raises(Refusal, match="Say why"):
        operations.clear_finding(act=make_act(), run_id=run_id, finding_id=note.id, clearance=" ")
    operations.clear_finding(act=make_act(), run_id=run_id, finding_id=note.id, clearance="seen")
    with pytest.raises(Conflict, match="cleared before"):
        operations.clear_finding(act=make_act(), run_id=run_id, finding_id=note.id, clearance="seen")


def test_the_first_invoice_is_noted(ana):
    assert findings(bill("2026-01-01")) == [FIRST]
    assert findings(bill("2026-02-01")) == []


def test_a_negative_total_is_a_warning(ana):
    subscription = subscribe(ana)
    bill("2026-01-01")
    cancel(subscription, ends_before="2026-01-16", as_of="2026-01-16")
    assert findings(bill("2026-01-16")) == [("WARNING", "negative_total")]


def test_a_total_of_nothing_is_a_warning_and_an_invoice(ana):
    make_charge(ana, amount=-10000, kind="ADJUSTMENT")
    assert findings(bill("2026-01-01")) == [FIRST, ("WARNING", "zero_total")]
    assert documents() == [("ANA", "INVOICE", 0, 0, 0)]


def test_nothing_to_credit_is_a_warning(ana):
    bill("2026-01-01")
    other = subscribe(ana)
    item = item_of(other)
    item.mark.billed_through = day("2026-03-01")
    item.mark.save()
    SubscriptionItem.objects.filter(id=item.pk).update(effective_to=day("2026-02-01"))
    assert findings(bill("2026-01-20")) == [("WARNING", "nothing_to_credit")]


def test_a_charge_in_another_currency_is_a_warning(ana):
    make_charge(ana, amount=100, currency="USD")
    assert findings(bill("2026-01-01")) == [FIRST, ("WARNING", "other_currency")]
    assert documents() == [("ANA", "INVOICE", 10000, 1500, 11500)]


def test_what_is_held_waits_and_is_not_lost(ana):
    hold = place_billing_hold(act=make_act(), account_id=ana.pk, reason="migrating", valid_from=day("2026-01-01"))
    assert findings(bill("2026-01-01")) == [("WARNING", "hold")]
    assert documents() == []
    release_billing_hold(act=make_act(), billing_hold_id=hold.id)
    bill("2026-02-01")
    assert [line[1] for line in lines()] == ["2026-01-01", "2026-02-01"]


def test_one_subscription_may_be_held_alone(ana):
    other = subscribe(ana, quantity="1")
    place_billing_hold(
        act=make_act(), account_id=ana.pk, subscription_id=other.id, reason="fault", valid_from=day("2026-01-01"),
        valid_until=day("2026-01-15"),
    )  # fmt: skip
    bill("2026-01-01")
    assert len(lines()) == 1
    bill("2026-01-15")
    assert len(lines()) == 2


def test_a_cured_block_is_gone_when_the_run_is_prepared_again(ana):
    rule = TaxRule.objects.get()
    TaxRule.objects.update(valid_from=day("2026-06-01"))
    run_id = prepare("2026-01-01").page.run.id
    TaxRule.objects.update(valid_from=rule.valid_from)
    again = prepare_bill_run(act=make_act(), run_id=run_id)
    assert findings(again) == [FIRST]


def test_a_total_far_from_the_last_ones_is_a_warning(ana):
    for month in (1, 2, 3):
        assert ("WARNING", "outlier") not in findings(bill(f"2026-{month:02}-01"))
    make_charge(ana, amount=50000, bill_from="2026-04-01")
    report = prepare("2026-04-01")
    assert findings(report) == [("WARNING", "outlier")]
    (finding,) = list_findings(run_id=report.page.run.id)
    assert finding.facts == {"total_minor": 69000, "usual_minor": 11500}


def test_what_an_account_usually_gets_is_no_outlier(ana):
    for month in (1, 2, 3, 4):
        bill(f"2026-{month:02}-01")
    make_charge(ana, amount=1500, bill_from="2026-05-01")
    assert findings(prepare("2026-05-01")) == []


def test_a_reference_that_is_wanted_and_missing_is_a_warning(ana):
    ReferenceField.objects.create(account=ana, label="Vendor", required=True)
    assert findings(prepare("2026-01-01")) == [FIRST, ("WARNING", "no_reference")]


def test_a_tax_number_that_is_wanted_and_missing_is_a_warning(ana):
    make_tax(ana.legal_entity_id, "AE", treatment="REVERSE_CHARGE", VAT="0")
    BillingAccount.objects.filter(id=ana.pk).update(tax_treatment="REVERSE_CHARGE")
    Customer.objects.update(tax_number="")
    assert ("WARNING", "no_tax_number") in findings(prepare("2026-01-01"))
