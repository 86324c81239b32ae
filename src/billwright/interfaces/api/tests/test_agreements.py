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
