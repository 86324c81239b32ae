import json

import pytest
from openapi_spec_validator import validate

from billwright.interfaces.api.v1 import api
from billwright.ledger.tests.builders import make_books, make_entry

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def test_the_schema_is_openapi_3_1():
    schema = json.loads(json.dumps(api.get_openapi_schema()))
    assert schema["openapi"].startswith("3.1")
    validate(schema)


def test_every_post_declares_its_key():
    operations = [path["post"] for path in api.get_openapi_schema()["paths"].values() if "post" in path]
    assert operations
    assert all(any(one["name"] == "Idempotency-Key" for one in post["parameters"]) for post in operations)


def test_without_a_token_the_answer_is_a_problem(client):
    response = client.get("/api/v1/ledger/accounts?legal_entity_id=1")
    assert (response.status_code, response["Content-Type"], response.json()["code"]) == (
        401,
        PROBLEM,
        "access.no_token",
    )


def test_the_trial_balance_says_money_as_text_and_currency(client_as):
    books = make_books()
    make_entry(books, "115.00")
    rows = (
        client_as("FINANCE_MANAGER").get("/ledger/trial-balance", legal_entity_id=books.id, as_of="2026-12-31").json()
    )
    assert {row["role"]: row["balance"] for row in rows} == {
        "BANK": {"amount": "115.00", "currency": "ZAR"},
        "UNALLOCATED_CASH": {"amount": "-115.00", "currency": "ZAR"},
    }


def test_postings_page_by_key(client_as):
    books = make_books()
    for _ in range(3):
        make_entry(books)
    api_client = client_as("FINANCE_MANAGER")
    accounts = api_client.get("/ledger/accounts", legal_entity_id=books.id).json()
    bank = next(account["id"] for account in accounts if account["role"] == "BANK")
    first = api_client.get(f"/ledger/accounts/{bank}/postings", limit=2).json()
    rest = api_client.get(f"/ledger/accounts/{bank}/postings", limit=2, cursor=first["next_cursor"]).json()
    assert (len(first["data"]), len(rest["data"]), rest["next_cursor"]) == (2, 1, None)


def test_a_role_without_the_right_is_refused(client_as):
    books = make_books()
    response = client_as("SALES_READ_ONLY").get("/ledger/accounts", legal_entity_id=books.id)
    assert (response.status_code, response["Content-Type"]) == (403, PROBLEM)


def test_a_cursor_of_somebody_elses_making_is_refused(client_as):
    books = make_books()
    api_client = client_as("FINANCE_MANAGER")
    bank = api_client.get("/ledger/accounts", legal_entity_id=books.id).json()[0]["id"]
    response = api_client.get(f"/ledger/accounts/{bank}/postings", cursor="bm9uc2Vuc2U")
    assert (response.status_code, response.json()["field"]) == (422, "cursor")


def journal(books, amount="10.00"):
    return {
        "legal_entity_id": books.id,
        "accounting_date": "2026-01-15",
        "narration": "Bank charges",
        "lines": [
            {"ledger_account_id": 1, "amount": {"amount": amount, "currency": "ZAR"}},
            {"ledger_account_id": 2, "amount": {"amount": f"-{amount}", "currency": "ZAR"}},
        ],
    }


def test_a_post_without_a_key_is_refused_with_the_cure(client_as):
    response = client_as("FINANCE_MANAGER").post("/ledger/manual-journals", journal(make_books()), key="")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency.key_missing")


def test_a_manual_journal_needs_a_second_person(client_as):
    response = client_as("FINANCE_MANAGER").post("/ledger/manual-journals", journal(make_books()))
    assert (response.status_code, response["Content-Type"]) == (403, PROBLEM)
    assert response.json()["rule"]


def test_an_unknown_member_names_its_field(client_as):
    body = journal(make_books()) | {"extra": 1}
    response = client_as("FINANCE_MANAGER").post("/ledger/manual-journals", body)
    assert response.status_code == 422
    assert "extra" in str(response.json()["errors"])
