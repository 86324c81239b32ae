import pytest

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def customer(**values):
    return {"name": "Ana Botha", "country": "ZA", "timezone": "Africa/Johannesburg", "kind": "PERSON"} | values


def account(entity, **values):
    return {
        "customer_id": make_customer().id,
        "legal_entity_id": entity.id,
        "currency": "ZAR",
        "opened_on": "2026-01-01",
    } | values


def test_a_customer_is_made_and_read_back(client_as):
    billing = client_as("BILLING_SPECIALIST")
    made = billing.post("/customers", customer())
    assert (made.status_code, made.json()["name"], made.json()["version"]) == (201, "Ana Botha", 1)
    assert billing.get(f"/customers/{made.json()['id']}").json() == made.json()


def test_a_customer_without_a_name_is_refused_with_field_and_cure(client_as):
    answer = client_as("BILLING_SPECIALIST").post("/customers", customer(name=" "))
    assert (answer.status_code, answer["Content-Type"], answer.json()["field"]) == (422, PROBLEM, "name")


def test_customers_page_by_key(client_as):
    for name in ("Ana Botha", "Boris Ivanov", "Clara Naidoo"):
        make_customer(name)
    desk = client_as("SERVICE_DESK_AGENT")
    first = desk.get("/customers", limit=2).json()
    rest = desk.get("/customers", limit=2, cursor=first["next_cursor"]).json()
    assert [row["name"] for row in first["data"] + rest["data"]] == ["Ana Botha", "Boris Ivanov", "Clara Naidoo"]
    assert rest["next_cursor"] is None


def test_a_limit_above_200_is_refused(client_as):
    answer = client_as("SERVICE_DESK_AGENT").get("/customers", limit=201)
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)


def test_a_tax_number_is_masked_for_who_has_no_right_to_it(client_as):
    made = make_customer(tax_number="4123456789", kind="ORGANIZATION")
    assert client_as("BILLING_SPECIALIST").get(f"/customers/{made.id}").json()["tax_number"] == "4123456789"
    assert client_as("SALES_READ_ONLY").get(f"/customers/{made.id}").json()["tax_number"] == "•••• 789"


def test_an_account_is_made_with_contacts_and_addresses(client_as):
    body = account(
        make_entity(), contacts=[{"email": "ana@example.org"}], addresses=[{"country": "ZA", "city": "Cape Town"}]
    )
    billing = client_as("BILLING_SPECIALIST")
    made = billing.post("/accounts", body)
    assert (made.status_code, made.json()["currency"]) == (201, "ZAR")
    assert billing.get(f"/accounts/{made.json()['id']}/contacts").json()[0]["email"] == "ana@example.org"
    assert billing.get(f"/accounts/{made.json()['id']}/addresses").json()[0]["city"] == "Cape Town"


def test_the_same_post_twice_makes_one_account(client_as):
    body, billing = account(make_entity()), client_as("BILLING_SPECIALIST")
    first, second = (billing.post("/accounts", body, key="same") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()


def test_the_same_key_with_another_body_is_a_conflict(client_as):
    body, billing = account(make_entity()), client_as("BILLING_SPECIALIST")
    billing.post("/accounts", body, key="same")
    answer = billing.post("/accounts", body | {"name": "Other"}, key="same")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.other_input")


def test_the_same_key_with_another_reason_is_a_conflict(client_as):
    made, billing = make_account(make_entity()), client_as("BILLING_SPECIALIST")
    path = f"/accounts/{made.id}/close"
    billing.post(path, {"closed_on": "2026-02-01", "reason": "Moved away"}, key="same")
    answer = billing.post(path, {"closed_on": "2026-02-01", "reason": "Merged"}, key="same")
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency.other_input")


def test_an_edit_of_an_old_version_says_what_changed_meanwhile(client_as):
    made, billing = make_account(make_entity()), client_as("BILLING_SPECIALIST")
    first = billing.patch(f"/accounts/{made.id}", {"version": 1, "change": {"purchase_order": "PO-7"}})
    second = billing.patch(f"/accounts/{made.id}", {"version": 1, "change": {"purchase_order": "PO-8"}})
    assert (first.status_code, first.json()["purchase_order"]) == (200, "PO-7")
    assert (second.status_code, second.json()["field"]) == (409, "version")
    assert "purchase_order" in second.json()["title"]


def test_lists_show_the_entities_of_the_role_and_no_other(client_as):
    karoo, rila = make_entity("KAROO"), make_entity("RILA", country="BG", currency="EUR")
    ours, theirs = make_account(karoo), make_account(rila, make_customer("Boris Ivanov"), currency="EUR")
    billing = client_as("BILLING_SPECIALIST", legal_entity_id=karoo.id)
    assert [row["id"] for row in billing.get("/accounts").json()["data"]] == [ours.id]
    assert [row["name"] for row in billing.get("/customers").json()["data"]] == ["Ana Botha"]
    assert billing.get("/accounts", legal_entity_id=rila.id).status_code == 403
    assert billing.get(f"/accounts/{theirs.id}").status_code == 403
    assert billing.get(f"/customers/{theirs.customer_id}").status_code == 403


def test_an_account_of_another_entity_is_not_changed(client_as):
    karoo, rila = make_entity("KAROO"), make_entity("RILA", country="BG", currency="EUR")
    theirs = make_account(rila, currency="EUR")
    billing = client_as("BILLING_SPECIALIST", legal_entity_id=karoo.id)
    answer = billing.patch(f"/accounts/{theirs.id}", {"version": 1, "change": {"name": "Mine"}})
    assert (answer.status_code, answer["Content-Type"]) == (403, PROBLEM)


def test_a_token_without_the_scope_is_refused_whatever_the_role(client_as):
    reading = client_as("BILLING_SPECIALIST", scopes=("read",))
    answer = reading.post("/customers", customer())
    assert (answer.status_code, answer.json()["code"]) == (403, "token.scope_missing")


def test_the_search_finds_by_the_beginnings_of_words(client_as):
    entity = make_entity()
    make_account(entity)
    boris = make_account(entity, make_customer("Boris Ivanov"))
    rows = client_as("SERVICE_DESK_AGENT").get("/accounts", text="iva bor").json()["data"]
    assert [row["id"] for row in rows] == [boris.id]


def test_a_list_takes_the_same_queries_whatever_its_length(client_as, django_assert_num_queries):
    entity = make_entity()
    desk = client_as("SERVICE_DESK_AGENT")
    for _ in range(3):
        make_account(entity)
    desk.get("/accounts")
    # The token with its user, when it was last used, the user's state and roles, the page.
    with django_assert_num_queries(3):
        assert len(desk.get("/accounts").json()["data"]) == 3


def test_the_balance_says_what_is_owed(client_as):
    payer = make_payer(make_company())
    balance = client_as("COLLECTOR").get(f"/accounts/{payer.id}/balance", as_of="2026-02-01").json()
    assert balance["balance"] == {"amount": "0.00", "currency": "ZAR"}
    assert balance["labels"][0] == "not_due"


def test_a_parent_pays_from_a_day_on(client_as):
    entity = make_entity()
    parent, child = make_account(entity), make_account(entity, make_customer("Boris Ivanov"))
    billing = client_as("BILLING_SPECIALIST")
    link = billing.post(f"/accounts/{child.id}/parent", {"parent_id": parent.id, "valid_from": "2026-02-01"})
    assert (link.status_code, link.json()["parent_id"]) == (201, parent.id)
    assert billing.get(f"/accounts/{child.id}/parent", on="2026-01-31").json() is None
    assert [row["child_id"] for row in billing.get(f"/accounts/{parent.id}/children", on="2026-02-01").json()] == [
        child.id
    ]


def test_notes_are_kept_newest_first(client_as):
    made, desk = make_account(make_entity()), client_as("SERVICE_DESK_AGENT")
    for body in ("Called twice.", "Will pay on Friday."):
        assert desk.post(f"/accounts/{made.id}/notes", {"body": body}).status_code == 201
    bodies = [row["body"] for row in desk.get(f"/accounts/{made.id}/notes").json()["data"]]
    assert bodies == ["Will pay on Friday.", "Called twice."]


def test_a_status_note_without_a_status_names_its_row(client_as):
    made = make_account(make_entity())
    answer = client_as("COLLECTOR").post("/status-notes", {"notes": [{"account_id": made.id, "status": " "}]})
    assert (answer.status_code, answer.json()["field"], answer.json()["row"]) == (422, "status", 0)


def test_contacts_are_masked_for_sales(client_as):
    payer = make_payer(make_company())
    rows = client_as("SALES_READ_ONLY").get(f"/accounts/{payer.id}/contacts").json()
    assert rows[0]["email"] == "a••••@example.org"


def test_text_with_a_nul_character_is_refused(client_as):
    made = make_account(make_entity())
    answer = client_as("SERVICE_DESK_AGENT").post(f"/accounts/{made.id}/notes", {"body": "a\x00b"})
    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)
