"""The catalog at the desk: products, plans with price versions, price changes that count whom they reach, taxes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from billwright.access.states import Role
from billwright.catalog.operations import NewCharge, PlanTerms, create_plan
from billwright.catalog.queries import get_plan, list_plan_prices, list_plans, list_products, list_tax_rates
from billwright.catalog.rows import PlanLimitRow, ServiceLevelRow
from billwright.catalog.tests.builders import make_act
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel import clock
from billwright.subscriptions.queries import list_items
from billwright.workflow.bill_run.tests.builders import make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def biller():
    make_world()
    return logged_in(Role.FINANCE_MANAGER, username="bella")


def plan_form(**changes: str) -> dict[str, str]:
    return {
        "code": "gold",
        "name": "Gold",
        "currency": "zar",
        "valid_from": "2026-01-01",
        "charge-0-code": "fee",
        "charge-0-name": "Monthly fee",
        "charge-0-product": "hosting",
        "charge-0-interval_count": "3",
        "charge-0-unit_price": "299.00",
        **changes,
    }


def test_a_plan_is_added_with_its_charges_and_prices(biller):
    url = biller.post("/catalog/plans/new/", plan_form())["Location"]
    page = biller.get(url)
    (charge,) = page.context["charges"]
    assert charge["interval"] == "Every 3 months"
    assert [(price.unit_price, state[0]) for price, state in charge["prices"]] == [(299, "Holds now")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, "This field is required"),
        ({"charge-0-product": ""}, "A charge needs this"),
        ({"charge-0-unit_price": "abc"}, "not an amount"),
        ({"charge-0-unit_price": "-1"}, ""),
        ({"currency": "QQQ"}, ""),
    ],
)
def test_a_wrong_plan_is_refused_beside_what_is_wrong(biller, changes, words):
    answer = biller.post("/catalog/plans/new/", plan_form(**changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert list_plans() == []


def test_a_price_change_counts_whom_it_reaches_and_writes_nothing(biller):
    make_plan()
    subscribe(make_account("ANA"))
    plan = get_plan(code="basic")
    url = f"/catalog/plans/{plan.id}/charges/{plan.charges[0].id}/price/"
    form = {"currency": "ZAR", "unit_price": "120.00", "valid_from": "2026-02-01"}
    asked = biller.post(url, {**form, "preview": "1"}, headers={"HX-Request": "true", "HX-Target": "reached"})
    reached = asked.context["reached"]
    assert (reached.subscription_count, reached.account_count) == (1, 1)
    assert (reached.before.decimal, reached.after.decimal) == (100, 120)
    assert len(list_plan_prices(plan.id)) == 1


def test_a_price_change_reaches_running_subscriptions(biller):
    make_plan()
    running = subscribe(make_account("ANA"))
    plan = get_plan(code="basic")
    url = f"/catalog/plans/{plan.id}/charges/{plan.charges[0].id}/price/"
    biller.post(url, {"currency": "ZAR", "unit_price": "120.00", "valid_from": "2026-02-01"})
    assert [item.unit_price for item in list_items(running.id)] == [Decimal(100), Decimal(120)]
    charge = biller.get(f"/catalog/plans/{plan.id}/").context["charges"][0]
    assert [state[0] for _price, state in charge["prices"]] == ["To come", "Holds now"]


def test_a_price_that_is_not_later_is_refused(biller):
    make_plan()
    plan = get_plan(code="basic")
    url = f"/catalog/plans/{plan.id}/charges/{plan.charges[0].id}/price/"
    answer = biller.post(url, {"currency": "ZAR", "unit_price": "120.00", "valid_from": "2019-01-01"})
    assert answer.status_code == 422
    assert len(list_plan_prices(plan.id)) == 1


def test_a_price_that_reaches_nobody_is_set_only_when_that_is_confirmed(biller):
    make_plan()
    plan = get_plan(code="basic")
    url = f"/catalog/plans/{plan.id}/charges/{plan.charges[0].id}/price/"
    form = {"currency": "ZAR", "unit_price": "120.00", "valid_from": "2026-02-01"}
    answer = biller.post(url, form)
    assert (answer.status_code, len(list_plan_prices(plan.id))) == (422, 1)
    assert "No contract takes this price" in answer.content.decode()
    biller.post(url, {**form, "confirmed": "on"})
    assert len(list_plan_prices(plan.id)) == 2


def test_a_plan_of_tiers_is_added_repriced_and_calculated(biller):
    tiers = 'tiers: [{up_to: "100", unit: "0.50"}, {unit: "0.30"}]'
    form = plan_form(**{"charge-0-model": "GRADUATED", "charge-0-unit_price": "", "charge-0-details": tiers})
    biller.post("/catalog/plans/new/", form)
    plan = get_plan(code="gold")
    url = f"/catalog/plans/{plan.id}/charges/{plan.charges[0].id}"
    found = biller.post(f"{url}/calculator/", {"quantity": "150", "currency": "ZAR", "on": "2026-01-15"})
    assert found.context["calculated"].amount.decimal == 65
    lines = '{up_to: "10", unit: "1"}\n{unit: "0.20"}'
    again = {"currency": "ZAR", "valid_from": "2026-02-01", "tiers": lines, "confirmed": "on"}
    assert biller.post(f"{url}/price/", again).status_code == 302
    assert [tier.unit_price for tier in list_plan_prices(plan.id)[0].tiers] == [1, Decimal("0.2")]
    assert "≤ " in biller.get(f"/catalog/plans/{plan.id}/").content.decode()


def test_a_plan_shows_its_terms(biller):
    charge = NewCharge(code="fee", name="Fee", product="hosting")
    terms = PlanTerms(
        trial_count=14,
        limits=(PlanLimitRow("ZAR", date(2026, 1, 1), Decimal(50), None),),
        service_levels=(ServiceLevelRow(Decimal("99.9"), Decimal(10)),),
        conventions={"zero_lines": "keep"},
    )
    made = create_plan(act=make_act(), code="sla", name="Promised", charges=(charge,), terms=terms)
    page = biller.get(f"/catalog/plans/{made.id}/").content.decode()
    assert "14 Days" in page
    assert "Uptime below" in page
    assert "zero_lines" in page


@pytest.mark.parametrize("details", ["tiers: [", "nonsense", 'tiers: [{up_to: "5", unit: "1"}]', "colour: red"])
def test_details_that_cannot_be_read_are_refused_on_their_charge(biller, details):
    form = plan_form(**{"charge-0-model": "GRADUATED", "charge-0-unit_price": "", "charge-0-details": details})
    assert biller.post("/catalog/plans/new/", form).status_code == 422
    assert list_plans() == []


def test_a_plan_is_retired(biller):
    make_plan()
    plan = get_plan(code="basic")
    biller.post(f"/catalog/plans/{plan.id}/retire/")
    assert not get_plan(code="basic").active


def test_a_product_is_added_once(biller):
    form = {"code": "setup", "name": "Set-up", "family": "services", "tax_category": "STANDARD"}
    biller.post("/catalog/products/new/", form)
    assert "setup" in {product.code for product in list_products()}
    again = biller.post("/catalog/products/new/", form)
    assert again.status_code == 422


def test_a_tax_code_and_a_rule_are_added():
    make_world()
    client = logged_in(Role.FINANCE_MANAGER)
    code = {
        "code": "ZA-NEW", "country": "za", "name": "New rate", "component": "VAT", "percent": "16",
        "valid_from": "2026-04-01",
    }  # fmt: skip
    client.post("/catalog/taxes/codes/new/", code)
    assert [rate.percent for rate in list_tax_rates() if rate.code == "ZA-NEW"] == [16]
    rule = {
        "tax_category": "STANDARD", "tax_treatment": "DOMESTIC", "tax_code": "ZA-NEW", "valid_from": "2026-04-01",
    }  # fmt: skip
    client.post("/catalog/taxes/rules/new/", rule)
    rules = client.get("/catalog/taxes/").context["rules"]
    assert ("Standard", "Taxed where we are", "ZA-NEW") in [(one, two, row.tax.code) for one, two, row in rules]
    assert client.post("/catalog/taxes/rules/new/", rule).status_code == 422


@pytest.mark.parametrize(("url", "query_count"), [("/catalog/", 12), ("/catalog/products/", 7), ("/catalog/taxes/", 9)])
def test_pages_ask_as_often_whatever_the_size(biller, django_assert_num_queries, url, query_count):
    for number in range(4):
        make_plan(f"plan-{number}")
    with django_assert_num_queries(query_count):
        biller.get(url)


def test_lists_leave_the_house_as_workbooks(biller):
    make_plan()
    for url in ("/catalog/", "/catalog/products/", "/catalog/taxes/"):
        assert biller.get(f"{url}?export=xlsx").content.startswith(b"PK")


def test_who_may_only_look_is_offered_no_act():
    make_world()
    make_plan()
    client = logged_in(Role.AUDITOR)
    plan = get_plan(code="basic")
    assert not client.get(f"/catalog/plans/{plan.id}/").context["may_price"]
    assert client.post("/catalog/plans/new/", plan_form()).status_code == 403
    assert logged_in(Role.COLLECTOR, username="col").get("/catalog/").status_code == 403
