"""Catalog, subscriptions, charges and bill runs: from a product to an issued invoice."""

import pytest

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.workflow.bill_run import work_on_shards
from billwright.workflow.bill_run.tests.builders import make_act

pytestmark = pytest.mark.django_db


def product(**values):
    return {"code": "hosting", "name": "Hosting", "family": "hosting"} | values


def plan(**values):
    price = {"currency": "ZAR", "valid_from": "2025-01-01", "unit_price": "100.00"}
    charge = {"code": "fee", "name": "Monthly fee", "product": "hosting", "prices": [price]}
    return {"code": "basic", "name": "Basic", "charges": [charge]} | values


def order(account, **values):
    return {"account_id": account.id, "plan": "basic", "ordered_on": "2026-01-01", "starts_on": "2026-01-01"} | values


@pytest.fixture
def billing(client_as):
    client = client_as("FINANCE_MANAGER")
    assert client.post("/products", product()).status_code == 201
    assert client.post("/plans", plan()).status_code == 201
    return client


@pytest.fixture
def ana():
    return make_payer(make_company())


def test_a_plan_is_read_back_with_its_charges_and_prices(billing):
    charge = billing.get("/plans/basic").json()["charges"][0]
    (price,) = billing.get(f"/plan-charges/{charge['id']}/prices").json()
    assert (charge["interval_count"], price["unit_price"], price["currency"]) == (1, "100", "ZAR")


def test_a_product_twice_is_a_conflict(billing):
    answer = billing.post("/products", product())
    assert (answer.status_code, answer.json()["field"]) == (409, "code")


def test_a_price_of_an_unknown_charge_is_not_found(billing):
    price = {"currency": "ZAR", "valid_from": "2026-01-01", "unit_price": "1"}
    answer = billing.post("/plan-charges/999999/prices", {"price": price})
    assert (answer.status_code, answer.json()["field"]) == (404, "plan_charge_id")


def test_subscribing_changing_canceling_and_keeping(billing, ana):
    (made,) = billing.post("/subscriptions", {"subscriptions": [order(ana)]}).json()
    path = f"/subscriptions/{made['id']}"
    assert made["state"] == "ACTIVE"
    changed = billing.post(f"{path}/quantity", {"quantity": "3", "effective_on": "2026-01-15"}).json()
    assert (changed["quantity"], len(billing.get(path).json()["items"])) == ("3", 1)
    canceled = billing.post(f"{path}/cancel", {"as_of": "2026-01-20", "reason": "Moves away"}).json()
    assert canceled["state"] == "ENDING"
    kept = billing.post(f"{path}/keep", {"version": canceled["version"]}).json()
    assert (kept["state"], kept["ends_before"]) == ("ACTIVE", None)


def test_an_old_version_of_a_subscription_is_refused(billing, ana):
    (made,) = billing.post("/subscriptions", {"subscriptions": [order(ana)]}).json()
    body = {"quantity": "2", "effective_on": "2026-01-15", "version": made["version"] + 7}
    answer = billing.post(f"/subscriptions/{made['id']}/quantity", body)
    assert (answer.status_code, answer.json()["field"]) == (409, "version")


def test_a_plan_without_a_price_in_the_currency_is_refused(billing):
    boris = make_account(make_company("RILA", country="BG", currency="EUR"), make_customer("Boris"), currency="EUR")
    answer = billing.post("/subscriptions", {"subscriptions": [order(boris)]})
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_a_plan_is_changed_after_its_preview_and_the_change_withdrawn(billing, ana):
    (made,) = billing.post("/subscriptions", {"subscriptions": [order(ana)]}).json()
    path = f"/subscriptions/{made['id']}"
    asked = {"kind": "pause", "as_of": "2026-01-15", "effective_on": "2026-01-20", "percent": "0"}
    shown = billing.post(f"{path}/preview", asked).json()
    assert (shown["reckoned_on"], shown["is_correction"]) == ("2026-01-20", False)
    assert billing.get(f"{path}/changes").json() == []
    billing.post(f"{path}/pause", {"as_of": "2026-01-15", "effective_on": "2026-02-20"})
    (planned,) = billing.get(f"{path}/changes?scheduled_only=true").json()
    assert (planned["kind"], planned["effective_from"]) == ("PAUSE", "2026-02-20")
    withdrawn = billing.post(f"{path}/changes/{planned['id']}/withdraw", {"as_of": "2026-01-15"})
    assert withdrawn.status_code == 200
    assert billing.get(f"{path}/changes?scheduled_only=true").json() == []


def test_subscriptions_page_and_keep_to_the_entity(billing, ana, client_as):
    billing.post("/subscriptions", {"subscriptions": [order(ana), order(ana)]})
    first = billing.get("/subscriptions", limit=1).json()
    rest = billing.get("/subscriptions", limit=1, cursor=first["next_cursor"]).json()
    assert (len(first["data"]), len(rest["data"]), rest["next_cursor"]) == (1, 1, None)
    elsewhere = client_as("BILLING_SPECIALIST", legal_entity_id=make_company("RILA").id)
    assert elsewhere.get("/subscriptions").json()["data"] == []


def test_an_adjustment_is_approved_by_another_person(billing, ana, client_as):
    adjustment = {
        "account_id": ana.id,
        "product": "hosting",
        "amount": {"amount": "-20.00", "currency": "ZAR"},
        "text": "Two days down",
        "bill_from": "2026-01-31",
    }
    body = {"adjustment": adjustment, "reason": "Outage"}
    made = billing.post("/adjustments", body)
    assert (made.status_code, made.json()["state"]) == (201, "PROPOSED")
    path = f"/adjustments/{made.json()['id']}/approve"
    assert billing.post(path, {}).status_code == 403
    assert client_as("FINANCE_MANAGER").post(path, {}).json()["state"] == "READY"
    assert [row["state"] for row in billing.get("/charges", account_id=ana.id).json()["data"]] == ["READY"]


def test_an_adjustment_without_a_reason_names_the_field(billing, ana):
    answer = billing.post("/adjustments", {"adjustment": {}, "reason": "x"})
    assert answer.status_code == 422
    assert {"body.adjustment.amount", "body.adjustment.text"} <= {
        f"body.{one['field'].removeprefix('body.')}" for one in answer.json()["errors"]
    }


def test_a_one_off_is_discarded(billing, ana):
    one_off = {
        "account_id": ana.id,
        "product": "hosting",
        "text": "Set-up",
        "unit_price": "50",
        "bill_from": "2026-01-31",
    }
    made = billing.post("/one-offs", {"one_off": one_off}).json()
    assert made["amount"] == {"amount": "50.00", "currency": "ZAR"}
    assert billing.post(f"/charges/{made['id']}/discard", {}).json()["state"] == "DISCARDED"


def test_a_billing_hold_is_placed_and_released(billing, ana):
    body = {"account_id": ana.id, "reason": "Prices are in question", "valid_from": "2026-01-01"}
    made = billing.post("/billing-holds", body)
    assert made.status_code == 201
    released = billing.post(f"/billing-holds/{made.json()['id']}/release", {})
    assert (released.status_code, bool(released.json()["released_by"])) == (200, True)


def test_a_run_from_its_plan_to_the_issued_invoice(billing, ana, client_as):
    billing.post("/subscriptions", {"subscriptions": [order(ana)]})
    made = billing.post("/bill-runs", {"as_of": "2026-01-31", "payer_ids": [ana.id]})
    path = f"/bill-runs/{made.json()['id']}"
    assert billing.post(f"{path}/prepare", {}).status_code == 202
    work_on_shards(act=make_act(), run_id=made.json()["id"])
    (total,) = billing.get(path).json()["totals"]
    assert total["total"] == {"amount": "115.00", "currency": "ZAR"}
    assert billing.get(f"{path}/payers").json()["data"][0]["payer_id"] == ana.id
    assert billing.get(f"{path}/findings").status_code == 200
    assert billing.post(f"{path}/check", {}).json()["state"] == "CHECKED"
    assert billing.post(f"{path}/approve", {}).status_code == 403
    assert client_as("FINANCE_MANAGER").post(f"{path}/approve", {}).json()["state"] == "APPROVED"
    assert billing.post(f"{path}/issue", {}).status_code == 202
    work_on_shards(act=make_act(), run_id=made.json()["id"])
    assert billing.get(path).json()["run"]["state"] == "ISSUED"
    assert [row["total"]["amount"] for row in billing.get("/invoices").json()["data"]] == ["115.00"]


def test_a_preview_keeps_nothing(billing, ana):
    billing.post("/subscriptions", {"subscriptions": [order(ana)]})
    found = billing.get("/bill-runs/preview", account_id=ana.id, as_of="2026-01-31").json()
    (document,) = found["documents"]
    assert (document["total"]["amount"], document["lines"][0]["quantity"]) == ("115.00", "1")
    assert billing.get("/invoices").json()["data"] == []


def test_a_collector_sees_no_bill_runs(client_as):
    assert client_as("COLLECTOR").get("/bill-runs").status_code == 403


def test_a_run_over_every_entity_is_not_shown_to_a_role_in_one(billing, ana, client_as):
    made = billing.post("/bill-runs", {"as_of": "2026-01-31"}).json()
    limited = client_as("BILLING_SPECIALIST", legal_entity_id=ana.legal_entity_id)
    assert limited.get("/bill-runs").json()["data"] == []
    assert limited.get(f"/bill-runs/{made['id']}").status_code == 404


def test_runs_page_newest_first(billing, ana):
    ids = [billing.post("/bill-runs", {"as_of": f"2026-0{month}-28"}).json()["id"] for month in (1, 2)]
    first = billing.get("/bill-runs", limit=1).json()
    rest = billing.get("/bill-runs", limit=1, cursor=first["next_cursor"]).json()
    assert [row["id"] for row in first["data"] + rest["data"]] == ids[::-1]


def test_a_contract_is_recorded_bound_and_compared(billing, ana):
    (made,) = billing.post("/subscriptions", {"subscriptions": [order(ana)]}).json()
    clauses = [
        {"number": "3", "text": "The fee is 90.00.", "parameter": "price", "value": "90.00", "charge_code": "fee"},
        {"number": "9", "text": "Disputes are heard in Cape Town."},
    ]
    contract = {"account_id": made["account_id"], "number": "C-7", "title": "Hosting", "starts_on": "2026-01-01"}
    row = billing.post("/contracts", {**contract, "clauses": clauses}).json()
    assert [clause["is_checked"] for clause in row["clauses"]] == [True, False]
    bound = billing.post(f"/subscriptions/{made['id']}/contract", {"contract_id": row["id"], "as_of": "2026-01-15"})
    assert bound.status_code == 200
    (finding,) = billing.get(f"/contracts/{row['id']}/findings?on=2026-01-15").json()
    assert (finding["clause"], finding["says"], finding["holds"]) == ("3", "90", "100")
    assert billing.get(f"/contracts?account_id={made['account_id']}").json()[0]["number"] == "C-7"
