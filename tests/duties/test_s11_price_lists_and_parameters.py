"""S11: Maintain price lists and billing parameters with effective dates, four-eyes change, preview of impact, and no effect on issued invoices.

Bea bills, Felix is the finance manager. They work in the browser; a program of Bea's asks too.
"""  # noqa: E501

from decimal import Decimal

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.approvals import list_approvals
from billwright.access.states import Role
from billwright.catalog.models import PlanCharge
from billwright.catalog.operations import NewPrice
from billwright.catalog.queries import get_plan, list_plan_prices
from billwright.interfaces.cli import bill_run
from billwright.invoicing.models import Invoice
from billwright.workflow.approvals import request_approval
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S11")]


@pytest.fixture
def ana():
    make_world()
    make_plan()
    account = make_account("ANA")
    subscribe(account, starts_on="2026-01-01")
    bill("2026-01-01")
    return account


def test_s11_a_price_is_shown_asked_for_agreed_to_and_holds_from_its_day(ana):
    bea, felix = person("bea", Role.BILLING_SPECIALIST), person("felix", Role.FINANCE_MANAGER)
    plan, charge = get_plan(code="basic"), PlanCharge.objects.get()
    form = {"currency": "ZAR", "valid_from": "2026-03-01", "unit_price": "120.00", "per": "1"}
    with on("2026-01-20"):
        # Whom it reaches stands beside the form; Bea cannot set it alone.
        shown = bea.sends("plan-price", plan.id, charge.pk, expecting=200, preview="1", **form)
        assert [one.account_number for one in shown.context["reached"].contracts] == ["ANA"]
        bea.sends("plan-price", plan.id, charge.pk, expecting=403, **form)
        price = NewPrice(currency="ZAR", valid_from=day("2026-03-01"), unit_price=Decimal(120))
        request_approval(
            act=make_act("2026-01-20T10:00:00", actor=bea.actor, reason="the list of March"),
            verb="price.change",
            arguments={"plan_charge_id": charge.pk, "price": price},
        )
        [asked] = [one for one in list_approvals() if one.state == "PENDING"]
        bea.sends("approval-decide", asked.id, decision="approve", expecting=403)
        assert len(list_plan_prices(plan.id)) == 1
        felix.sends("approval-decide", asked.id, decision="approve")
    before = list(Invoice.objects.values_list("id", "net_minor", "version"))
    bill("2026-02-01")
    bill("2026-03-01")
    # January and February at the old price, March at the new one; the issued ones are as they were.
    assert [row[2] for row in documents()] == [10000, 10000, 12000]
    assert list(Invoice.objects.filter(id=before[0][0]).values_list("id", "net_minor", "version")) == before


def test_s11_the_impact_of_a_parameter_is_drafted_before_it_is_chosen(ana):
    told = type_in(bill_run.app, "shadow", "draft", "--as-of", "2026-02-10", "--tax", "VAT-15=16")
    assert [(one["cause"], one["amount"]["amount_minor"]) for one in told["groups"]] == [("tax", 100)]
    bea = person("bea", Role.BILLING_SPECIALIST)
    shadow = bea.api("get", f"/shadow-runs/{told['id']}")
    assert shadow["totals"][0]["second"] == {"amount": "116.00", "currency": "ZAR"}
    assert [row[2:] for row in documents()] == [(10000, 1500, 11500)]
