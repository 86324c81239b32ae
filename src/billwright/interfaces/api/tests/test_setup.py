"""Set-up, users and periods through the API."""

import pytest

from billwright.access.models import User
from billwright.ledger.queries import list_periods
from billwright.ledger.tests.builders import make_books

pytestmark = pytest.mark.django_db


def test_a_month_is_closed_in_two_steps(client_as):
    books = make_books()
    period = list_periods(books.id)[0]
    finance = client_as("FINANCE_MANAGER")
    assert finance.get("/periods", legal_entity_id=books.id).json()[0]["state"] == "OPEN"
    assert finance.post(f"/periods/{period.id}/close", {}).status_code == 409
    assert finance.post(f"/periods/{period.id}/start-closing", {}).json()["state"] == "CLOSING"
    assert finance.post(f"/periods/{period.id}/close", {"reason": "Month end"}).json()["state"] == "CLOSED"


def test_a_collector_closes_no_period_and_an_unknown_one_is_not_found(client_as):
    period = list_periods(make_books().id)[0]
    assert client_as("COLLECTOR").post(f"/periods/{period.id}/start-closing", {}).status_code == 403
    assert client_as("FINANCE_MANAGER").post("/periods/999999/close", {}).status_code == 404


def test_a_series_begins_on_a_day_and_ends_the_one_before(client_as):
    books = make_books()
    finance = client_as("FINANCE_MANAGER")
    new = {"kind": "INVOICE", "prefix": "K27-", "valid_from": "2027-03-01"}
    answer = finance.post(f"/legal-entities/{books.id}/series", new)
    assert answer.status_code == 201
    of_invoices = [row for row in answer.json() if row["kind"] == "INVOICE"]
    assert [(row["prefix"], row["valid_to"]) for row in of_invoices][-1] == ("K27-", None)
    assert of_invoices[-2]["valid_to"] == "2027-03-01"
    earlier = finance.post(f"/legal-entities/{books.id}/series", new | {"valid_from": "2026-01-01", "prefix": "X-"})
    assert (earlier.status_code, earlier.json()["field"]) == (422, "valid_from")
    assert finance.post("/legal-entities/999999/series", new).status_code == 404


def test_a_convention_is_chosen_from_a_day_on(client_as):
    books = make_books()
    finance = client_as("FINANCE_MANAGER")
    address = f"/legal-entities/{books.id}/conventions"
    chosen = finance.put(f"{address}/bill_run_schedule", {"value": "prepare", "valid_from": "2026-03-01"})
    assert chosen.json() == {"option": "bill_run_schedule", "value": "prepare"}
    held = {day: dict(map(dict.values, finance.get(address, on=day).json())) for day in ("2026-02-28", "2026-03-01")}
    assert [held[day]["bill_run_schedule"] for day in held] == ["never", "prepare"]
    wrong = finance.put(f"{address}/bill_run_schedule", {"value": "often", "valid_from": "2026-03-01"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "value")


def test_users_are_listed_by_pages_and_barred(client_as):
    administrator, agent = client_as("ADMINISTRATOR"), client_as("SERVICE_DESK_AGENT")
    first = administrator.get("/users", limit=1).json()
    rest = administrator.get("/users", limit=1, cursor=first["next_cursor"]).json()
    assert first["data"][0]["id"] < rest["data"][0]["id"]
    barred = User.objects.get(pk=rest["data"][0]["id"])
    assert administrator.get(f"/users/{barred.pk}").json()["roles"] == [
        {"role": "SERVICE_DESK_AGENT", "legal_entity_id": None}
    ]
    assert administrator.post(f"/users/{barred.pk}/deactivate", {"reason": "Left"}).json()["state"] == "DEACTIVATED"
    assert agent.get("/users").status_code == 401
    assert administrator.post(f"/users/{barred.pk}/reactivate", {}).json()["state"] == "ACTIVE"


def test_an_agent_reads_no_users(client_as):
    assert client_as("SERVICE_DESK_AGENT").get("/users").status_code == 403


def test_a_company_is_added_changed_and_its_books_opened(client_as):
    finance = client_as("FINANCE_MANAGER")
    asked = {"code": "KAROO", "name": "Karoo Hosting (invented)", "country": "ZA", "base_currency": "ZAR"}
    added = finance.post("/legal-entities", asked | {"timezone": "Africa/Johannesburg"})
    assert added.status_code == 201
    address = f"/legal-entities/{added.json()['id']}"
    changed = finance.patch(address, {"changes": {"name": "Karoo (invented)"}, "payment_terms_days": 14})
    assert (changed.json()["name"], changed.json()["payment_terms_days"]) == ("Karoo (invented)", 14)
    months = {"first_month": "2026-01-15", "last_month": "2026-03-01"}
    assert finance.post(f"{address}/books", months).status_code == 204
    periods = finance.get("/periods", legal_entity_id=added.json()["id"]).json()
    assert [period["starts_on"] for period in periods] == ["2026-01-01", "2026-02-01", "2026-03-01"]
    wrong = finance.post("/legal-entities", asked | {"code": "OTHER", "timezone": "Karoo"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "timezone")
    own = {"label": "Main", "holder": "Karoo (invented)", "currency": "ZAR", "account_number": "4071234567"}
    accounts = finance.post(f"{address}/bank-accounts", own)
    assert [one["account_number"] for one in accounts.json()] == ["4071234567"]
    assert client_as("COLLECTOR").post(f"{address}/bank-accounts", own | {"label": "B"}).status_code == 403


def test_a_rate_is_entered_once_a_day_and_listed(client_as):
    finance = client_as("FINANCE_MANAGER")
    rate = {"from_currency": "EUR", "to_currency": "ZAR", "valid_from": "2026-03-01", "rate": "19.125", "source": "ECB"}
    assert finance.post("/exchange-rates", rate).json()["rate"] == "19.125"
    again = finance.post("/exchange-rates", rate | {"rate": "19.2"})
    assert (again.status_code, again.json()["field"]) == (409, "valid_from")
    assert finance.post("/exchange-rates", rate | {"rate": "0", "valid_from": "2026-03-02"}).status_code == 422
    listed = finance.get("/exchange-rates", currency="ZAR").json()["data"]
    assert [(row["from_currency"], row["valid_from"]) for row in listed] == [("EUR", "2026-03-01")]
    assert finance.get("/exchange-rates", currency="USD").json()["data"] == []


def test_roles_are_granted_and_ended_by_others(client_as):
    administrator, agent = client_as("ADMINISTRATOR"), client_as("SERVICE_DESK_AGENT")
    assert agent.get("/users").status_code == 403
    user = User.objects.exclude(username__startswith="admin").order_by("-id").first()
    address = f"/users/{user.pk}/roles"
    granted = administrator.post(address, {"role": "COLLECTOR"}).json()["roles"]
    assert {"role": "COLLECTOR", "legal_entity_id": None} in granted
    ended = administrator.post(f"{address}/end", {"role": "COLLECTOR", "reason": "Moved on"}).json()["roles"]
    assert ended == [{"role": "SERVICE_DESK_AGENT", "legal_entity_id": None}]
    assert administrator.post(f"{address}/end", {"role": "COLLECTOR"}).status_code == 404
    assert administrator.post(address, {"role": "EMPEROR"}).status_code == 404


def test_the_words_of_a_mail_are_changed_and_the_shipped_ones_hold_again(client_as):
    finance = client_as("FINANCE_MANAGER")
    address = "/wordings/invoice.issued/en"
    words = {"subject": "Your bill {number}", "body": "{total} by {due}", "over_version": 0, "reason": "Our tone"}
    assert finance.put(address, words).json()["version"] == 1
    read = finance.get(address).json()
    assert (read["example_subject"], read["example_body"]) == (
        "Your bill INV-000123",
        "ZAR 1,150.00 by 2027-03-31",
    )
    assert [(row["code"], row["language"]) for row in finance.get("/wordings").json() if row["is_own"]] == [
        ("invoice.issued", "en")
    ]
    wrong = finance.put(address, words | {"subject": "{paswort}", "over_version": 1})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "subject")
    assert "paswort" in wrong.json()["title"] + wrong.json()["detail"]
    assert finance.put(address, words).status_code == 409
    assert finance.put("/wordings/invoice.issued/xx", words).status_code == 404
    assert client_as("COLLECTOR").put(address, words).status_code == 403
    assert finance.post(f"{address}/restore", {"over_version": 1}).json()["is_own"] is False
    assert [row["version"] for row in finance.get(address).json()["versions"]] == [2, 1]
