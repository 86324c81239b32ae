"""Renewals invoiced ahead: so many days before they begin, once, at the price of their own days."""

from decimal import Decimal

import pytest

from billwright.catalog.operations import NewCharge, NewPrice, NewRenewalRule, create_plan, set_renewal_rule
from billwright.catalog.queries import get_plan
from billwright.catalog.rows import Escalation
from billwright.invoicing.models import Invoice, InvoiceLine
from billwright.subscriptions.operations import change_price
from billwright.subscriptions.queries import next_renewals
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    documents,
    lines,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db
FIRST = ("RECURRING", "2026-03-10", "2027-03-10", 120000)
RENEWED = ("RECURRING", "2027-03-10", "2028-03-10", 120000)


def ahead(plan, days, *, since="2020-01-01", **more):
    rule = NewRenewalRule(plan=plan, valid_from=day(since), ahead_days=days, **more)
    set_renewal_rule(act=make_act(), rule=rule)


@pytest.fixture
def domain():
    """A name for 1200.00 a year, renewed on 10 March, invoiced 30 days ahead and due on the renewal."""
    make_world()
    make_plan("domain", "1200.00", every=12)
    ahead("domain", 30, due_on_renewal=True)
    account = make_account("ANA", cycle_day=10, terms_days=14)
    subscription = subscribe(account, plan="domain", starts_on="2026-03-10")
    bill("2026-03-10")
    return account, subscription


def test_a_renewal_is_invoiced_on_its_day_ahead_and_never_again(domain):
    account, _ = domain
    assert [str(one.due_on) for one in next_renewals(account_ids=[account.pk], until=day("2028-01-01"))] == [
        "2027-02-08"
    ]
    for as_of in ("2027-02-07", "2027-02-08", "2027-02-08", "2027-03-10", "2028-02-09"):
        bill(as_of)
    assert lines() == [FIRST, RENEWED, ("RECURRING", "2028-03-10", "2029-03-10", 120000)]
    assert [(str(one.document_date), str(one.due_date)) for one in Invoice.objects.order_by("id")] == [
        ("2026-03-10", "2026-03-24"),
        ("2027-02-08", "2027-03-10"),
        ("2028-02-09", "2028-03-10"),
    ]


def test_the_price_of_the_days_that_are_billed_rules(domain):
    charge = get_plan(code="domain").charges[0]
    price = NewPrice(currency="ZAR", valid_from=day("2027-03-10"), unit_price=Decimal(1300))
    change_price(act=make_act(), plan_charge_id=charge.id, price=price)
    bill("2027-02-08")
    assert lines()[1:] == [("RECURRING", "2027-03-10", "2028-03-10", 130000)]


def test_a_renewal_canceled_before_its_day_is_credited_whole(domain):
    _, subscription = domain
    bill("2027-02-08")
    cancel(subscription, ends_before="2027-03-10", as_of="2027-02-20")
    bill("2027-02-20")
    bill("2027-03-10")
    assert lines()[1:] == [RENEWED, ("CORRECTION", "2027-03-10", "2028-03-10", -120000)]
    assert [kind for _, kind, *_ in documents()] == ["INVOICE", "INVOICE", "CREDIT_NOTE"]


def test_what_is_invoiced_ahead_is_deferred(domain):
    bill("2027-02-08")
    assert InvoiceLine.objects.latest("invoice_id").deferred


def test_an_escalated_price_is_laid_down_before_it_is_invoiced_ahead():
    make_world()
    price = NewPrice(currency="ZAR", valid_from=day("2020-01-01"), unit_price=Decimal(1000))
    charge = NewCharge(
        code="fee", name="Name", product="hosting", interval_count=12, prices=(price,),
        escalation=Escalation(percent=Decimal(10), months=12),
    )  # fmt: skip
    create_plan(act=make_act(), code="name", name="Name", charges=(charge,))
    ahead("name", 366)
    subscribe(make_account("ANA", cycle_day=10), plan="name", starts_on="2026-03-10")
    bill("2026-03-10")
    assert [net for *_, net in lines()] == [100000, 110000]


def test_with_anything_else_on_it_the_terms_hold(domain):
    account, _ = domain
    make_plan("hosting", "50.00")
    subscribe(account, plan="hosting", starts_on="2027-02-08")
    bill("2027-02-08")
    assert str(Invoice.objects.latest("id").due_date) == "2027-02-22"


def test_a_rule_holds_for_runs_from_its_day_on(domain):
    ahead("domain", 60, since="2027-01-15")
    bill("2027-01-10")
    assert lines() == [FIRST]
    bill("2027-01-15")
    assert lines() == [FIRST, RENEWED]
