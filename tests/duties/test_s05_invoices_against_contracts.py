"""S05: Verify each invoice against contract terms and list exceptions (price, quantity, period, discount, tax, missing line) to be cleared.

Bea bills and clears, in the browser, by API and at the command line.
"""  # noqa: E501

from decimal import Decimal

import pytest
from tests.duties.people import on, person, say, type_in

from billwright.access.states import Role
from billwright.catalog.states import PriceModel
from billwright.interfaces.cli import bill_run, coverage, coverage_reason, verify
from billwright.invoicing.models import InvoiceLine
from billwright.rating.operations.agreements import NewDiscount, give_discount
from billwright.subscriptions.models import BillingMark
from billwright.subscriptions.operations import NewClause, bind_contract, record_contract
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    day,
    make_account,
    make_act,
    make_plan,
    make_world,
    prepare,
    subscribe,
)

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S05")]


@pytest.fixture
def ana():
    """Ana signed for 90.00 and two seats; she runs at 100.00 and three."""
    make_world()
    make_plan(model=PriceModel.PER_UNIT)
    account = make_account("ANA")
    subscription = subscribe(account, starts_on="2026-01-01", quantity="3")
    contract = record_contract(
        act=make_act(), account_id=account.pk, number="C-1", title="Seats", starts_on=day("2026-01-01"),
        clauses=(
            NewClause(number="1", text="A seat is 90.", parameter="price", charge_code="fee", value="90"),
            NewClause(number="2", text="Two seats.", parameter="quantity", charge_code="fee", value="2"),
        ),
    )  # fmt: skip
    bind_contract(act=make_act(), contract_id=contract.id, subscription_id=subscription.id, as_of=day("2026-01-01"))
    return account


def test_s05_exceptions_of_price_and_quantity_are_listed_and_cleared(ana):
    bea = person("bea", Role.BILLING_SPECIALIST)
    run_id = prepare("2026-01-01").page.run.id
    told = {row["code"]: row for row in type_in(bill_run.app, "findings", run_id)}
    price, quantity = told["price_differs"], told["clause_mismatch"]
    assert (price["facts"]["says"], price["facts"]["holds"]) == (90, 100)
    assert (quantity["facts"]["parameter"], quantity["facts"]["says"], quantity["facts"]["holds"]) == ("quantity", 2, 3)
    page = bea.reads("bill-run-findings", run_id)
    assert "Another price than the contract sets" in page
    for finding in (price, quantity):
        bea.sends("bill-run-clear", run_id, finding["id"], clearance="amendment of 5 January is on its way")
    assert [row["code"] for row in type_in(bill_run.app, "findings", run_id)] == ["first_invoice"]
    approve_and_issue(run_id)
    assert InvoiceLine.objects.get().net_minor == 30000


def test_s05_a_missing_line_and_days_are_listed_and_explained(ana):
    bea = person("bea", Role.BILLING_SPECIALIST)
    approve_and_issue(prepare("2026-01-01").page.run.id)
    # A mark that ran ahead: February is billed through, and no line has it.
    BillingMark.objects.update(billed_through=day("2026-03-01"))
    with on("2026-02-10"):
        assert "On no line" in bea.reads("coverage")
        (gap,) = type_in(coverage.app, "--as-of", "2026-02-10", exit_code=1)["days"]
    assert (gap["verdict"], gap["from"], gap["to"], gap["value"]) == ("gap", "2026-02-01", "2026-03-01", "270.97")
    body = {"account_id": gap["account_id"], "item_id": gap["item"], "starts_on": "2026-02-01"}
    bea.api("post", "/reports/coverage/reasons", body | {"reason": "x"}, status=422)
    type_in(
        coverage_reason.app, "ANA", "a free month for the outage", "--item", gap["item"], "--from", "2026-02-01",
        "--to", "2026-03-01",
    )  # fmt: skip
    told = type_in(coverage.app, "--as-of", "2026-02-10", "--reasons")
    assert told["ok"]
    assert [(one["verdict"], one["reason"]) for one in told["days"]] == [("explained", "a free month for the outage")]
    person("ada", Role.SALES_READ_ONLY).api("post", "/reports/coverage/reasons", body | {"reason": "x"}, status=403)


def test_s05_discount_and_tax_are_found_again_from_what_was_agreed(ana):
    agreed = NewDiscount(account_id=ana.pk, name="Partner", percent=Decimal(10), starts_on=day("2026-01-01"))
    give_discount(act=make_act(), discount=agreed)
    approve_and_issue(prepare("2026-01-01").page.run.id)
    line = InvoiceLine.objects.get()
    assert (line.discount_minor, line.tax_minor) == (3000, 4050)
    assert "0 mismatched" in say(verify.app, "--all")
