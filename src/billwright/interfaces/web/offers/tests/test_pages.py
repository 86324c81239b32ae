"""Discounts, coupons and commitments at the desk: given with a preview, redeemed, listed, ended, refused."""

import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.interfaces.web.tests.builders import drawer_asked, logged_in
from billwright.kernel import clock
from billwright.rating.queries import get_coupon_by_code, list_discounts, list_spend_limits
from billwright.subscriptions.queries import list_items
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def running():
    make_world()
    make_plan()
    running = subscribe(make_account("ANA"))
    bill("2026-01-01")
    return running


def biller():
    return logged_in(Role.BILLING_SPECIALIST, username="bella")


def discount_form(**changes):
    return {"account": "ANA", "name": "Loyal", "percent": "10", "starts_on": "2026-01-15", **changes}


def test_a_discount_is_previewed_given_taken_and_ended(running):
    client = biller()
    new = reverse("web:discount-new")
    assert "103.50" in client.post(new, discount_form(preview="1")).content.decode()
    assert list_discounts(running.account_id) == []
    client.post(new, discount_form(charges="fee"))
    client.post(new, discount_form(name="First", position="-1"))
    charged, first = sorted(list_discounts(running.account_id), key=lambda one: one.name, reverse=True)
    bill("2026-02-01")
    page = client.get(reverse("web:discount", args=[charged.id]))
    # The one that is limited to a charge comes before the one with the lower place.
    assert [one.row.name for one, _own in page.context["order"]] == ["Loyal", "First"]
    assert [str(line.amount) for line in page.context["lines"]] == ["10.00 ZAR"]
    rows = client.get(reverse("web:discounts")).context["table"].rows
    assert [(one.row.name, str(one.taken)) for one in rows] == [("First", "9.00 ZAR"), ("Loyal", "10.00 ZAR")]
    assert client.get(reverse("web:discounts") + "?export=xlsx").content.startswith(b"PK")
    client.post(reverse("web:discount-end", args=[first.id]), {"ends_before": "2026-03-01"})
    assert [str(one.ends_before) for one in list_discounts(running.account_id)] == ["2026-03-01", "None"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"percent": ""}, "percentage or an amount"),
        ({"percent": "101"}, "at most 100"),
        ({"charges": "calls"}, "no charge calls"),
        ({"account": "BOB"}, "no account of this number"),
        ({"subscription": "SUB-9999"}, "no subscription of this number"),
    ],
)
def test_what_cannot_be_given_is_said_on_the_form(running, changes, words):
    answer = biller().post(reverse("web:discount-new"), discount_form(**changes))
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert list_discounts(running.account_id) == []


def test_a_coupon_is_made_redeemed_with_an_order_and_on_a_running_subscription(running, monkeypatch):
    client = biller()
    terms = {"code": "spring", "name": "Spring", "percent": "20", "valid_from": "2026-01-01", "uses_max": "2"}
    client.post(reverse("web:coupon-new"), {**terms, "once_per_customer": ""})
    redeem = reverse("web:subscription-redeem", args=[running.id])
    assert "92.00" in client.post(redeem, {"code": "SPRING", "preview": "1"}).content.decode()
    client.post(redeem, {"code": "SPRING"})
    order = {"account": "ANA", "plan": "basic", "quantity": "1", "starts_on": "2026-01-15", "coupon": "spring"}
    client.post(reverse("web:subscription-new"), order)
    coupon = get_coupon_by_code("spring")
    page = client.get(reverse("web:coupon", args=[coupon.id]))
    assert (coupon.use_count, len(page.context["table"].rows)) == (2, 2)
    monkeypatch.setattr("billwright.interfaces.web.offers.coupons.USES_SHOWN", 1)
    page = client.get(reverse("web:coupon", args=[coupon.id]))
    sheet = load_workbook(io.BytesIO(client.get(page.request["PATH_INFO"], {"export": "xlsx"}).content))
    assert (len(page.context["table"].rows), sheet.get_sheet_by_index(0).height) == (1, 3)
    assert "as often as it may" in client.post(redeem, {"code": "SPRING"}).content.decode()
    assert "There is no coupon NOPE" in client.post(redeem, {"code": "NOPE"}).content.decode()
    assert "Spring" in client.get(reverse("web:subscription", args=[running.id])).content.decode()
    client.post(reverse("web:coupon-close", args=[coupon.id]), {})
    assert "Closed" in client.get(reverse("web:coupons")).content.decode()


def test_a_commitment_is_agreed_with_a_preview_and_shows_its_progress(running):
    client = biller()
    new = reverse("web:commitment-new")
    terms = {"account": "ANA", "name": "Volume", "minimum": "250", "starts_on": "2026-01-01"}
    assert "287.50" in client.post(new, {**terms, "preview": "1"}).content.decode()
    client.post(new, terms)
    (made,) = list_spend_limits(running.account_id)
    page = client.get(reverse("web:commitment", args=[made.id]))
    assert [(one.percent, str(one.missing)) for one, _last_day in page.context["progress"]] == [(40, "150.00 ZAR")]
    assert client.get(reverse("web:commitments")).context["table"].rows[0].size == "at least 250 ZAR"
    assert "Volume" in client.get(reverse("web:account", args=[running.account_id])).content.decode()
    client.post(reverse("web:commitment-end", args=[made.id]), {"ends_before": "2026-02-01"})
    assert "Ended" not in client.get(reverse("web:commitments")).content.decode()
    assert list_spend_limits(running.account_id)[0].ends_before is not None


def test_prices_are_agreed_by_dates_with_a_preview(running):
    client = biller()
    url = reverse("web:subscription-prices", args=[running.id])
    (item,) = list_items(running.id)
    terms = {"charge": item.plan_charge_id, "steps": "2026-02-01 80.00\n2026-03-01 90,00", "says": "Letter of 3 May"}
    assert "92.00" in client.post(url, {**terms, "preview": "1"}).content.decode()
    assert "Line 1 is no day and price" in client.post(url, {**terms, "steps": "soon 80"}).content.decode()
    client.post(url, terms)
    assert [str(one.unit_price.normalize()) for one in list_items(running.id)] == ["1E+2", "8E+1", "9E+1"]


def test_who_may_only_read_is_offered_nothing(running):
    reader = logged_in(Role.COLLECTOR, username="cora")
    page = reader.get(reverse("web:subscription", args=[running.id])).content.decode()
    assert reverse("web:discount-new") not in page
    assert reverse("web:subscription-redeem", args=[running.id]) not in page
    assert reader.post(reverse("web:discount-new"), discount_form()).status_code == 403
    assert "<dialog" in drawer_asked(biller(), reverse("web:discount-new"))
