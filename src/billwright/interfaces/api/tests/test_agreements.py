"""Discounts and spend limits: given, listed, ended, refused."""

import pytest

from billwright.invoicing.tests.builders import make_company, make_payer

pytestmark = pytest.mark.django_db


@pytest.fixture
def billing(client_as):
    return client_as("BILLING_SPECIALIST")


@pytest.fixture
def ana():
    return make_payer(make_company())


def discount(account, **values):
    return {"account_id": account.id, "name": "Loyal", "starts_on": "2026-01-01", "percent": "10"} | values


def test_a_discount_is_given_listed_and_ended(billing, ana):
    made = billing.post("/discounts", {"discount": discount(ana, periods=3)})
    assert made.status_code == 201
    ended = billing.post(f"/discounts/{made.json()['id']}/end", {"ends_before": "2026-03-01"}).json()
    assert billing.get(f"/accounts/{ana.id}/discounts").json() == [ended]
    assert (ended["percent"], ended["periods"], ended["ends_before"]) == ("10", 3, "2026-03-01")


def test_a_discount_of_nothing_is_refused(billing, ana):
    answer = billing.post("/discounts", {"discount": discount(ana, percent="0")})
    assert (answer.status_code, answer.json()["field"]) == (422, "percent")


def test_a_spend_limit_is_agreed_and_ended(billing, ana):
    limit = {"account_id": ana.id, "name": "Commitment", "starts_on": "2026-01-01", "minimum": "250.00"}
    made = billing.post("/spend-limits", {"limit": limit}).json()
    billing.post(f"/spend-limits/{made['id']}/end", {"ends_before": "2026-02-01"})
    (listed,) = billing.get(f"/accounts/{ana.id}/spend-limits").json()
    assert (listed["minimum"], listed["ends_before"]) == ("250", "2026-02-01")


def test_a_coupon_is_made_redeemed_counted_and_refused(billing, ana):
    terms = {"code": "HELLO", "name": "Hello", "valid_from": "2026-01-01", "percent": "10", "uses_max": 1}
    assert billing.post("/coupons", {"coupon": terms}).status_code == 201
    redemption = {"account_id": ana.id, "on": "2026-01-15"}
    given = billing.post("/coupons/hello/redeem", redemption).json()
    assert (given["name"], given["starts_on"]) == ("Hello", "2026-01-15")
    assert billing.get("/coupons/HELLO").json()["use_count"] == 1
    assert billing.get("/coupons/HELLO/discounts").json() == [given]
    again = billing.post("/coupons/HELLO/redeem", redemption)
    assert (again.status_code, again.json()["code"]) == (422, "coupon.used_up")
    assert billing.post("/coupons/NOPE/redeem", redemption).status_code == 404
    assert billing.post("/coupons/HELLO/close", {}).json()["closed_at"] is not None
    assert len(billing.get("/coupons").json()) == 1


def test_an_agreement_is_previewed_and_not_made(billing, ana):
    told = billing.post("/discounts/preview", {"discount": discount(ana)}).json()
    assert told["difference"]["amount"] == "0.00"
    limit = {"account_id": ana.id, "name": "Commitment", "starts_on": "2026-01-01", "minimum": "250.00"}
    assert billing.post("/spend-limits/preview", {"limit": limit}).status_code == 200
    assert billing.get(f"/accounts/{ana.id}/discounts").json() == []
    made = billing.post("/spend-limits", {"limit": limit}).json()
    # Nothing runs on this account, so no period is on its way.
    assert billing.get(f"/spend-limits/{made['id']}/progress?on=2026-01-15").json() == []
