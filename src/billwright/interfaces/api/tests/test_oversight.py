"""Approvals, the audit trail, messages and imports."""

import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billwright.accounts.tests.builders import make_account
from billwright.comms.operations.messages import NewMessage, queue_messages
from billwright.invoicing.tests.builders import make_company, make_draft, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.org.tests.builders import make_entity
from billwright.workflow.book_import.tests.builders import ENTITY, INVOICES, make_csv

pytestmark = pytest.mark.django_db


def asking(draft):
    return {"verb": "invoice.discard", "arguments": {"invoice_id": draft.id, "version": 1}, "reason": "Written twice"}


def test_what_another_person_agrees_to_is_carried_out(client_as):
    draft = make_draft(make_payer(make_company()))
    agent, finance = client_as("SERVICE_DESK_AGENT"), client_as("FINANCE_MANAGER")
    asked = agent.post("/approvals", asking(draft))
    assert (asked.status_code, asked.json()["state"]) == (201, "PENDING")
    decided = finance.post(f"/approvals/{asked.json()['id']}/decide", {"approve": True, "note": "Yes"})
    assert (decided.status_code, decided.json()["state"]) == (200, "EXECUTED")
    assert finance.get(f"/invoices/{draft.id}").json()["invoice"]["state"] == "DISCARDED"


def test_a_request_is_withdrawn_by_who_asked(client_as):
    agent = client_as("SERVICE_DESK_AGENT")
    asked = agent.post("/approvals", asking(make_draft(make_payer(make_company())))).json()
    assert agent.post(f"/approvals/{asked['id']}/withdraw", {}).json()["state"] == "WITHDRAWN"
    assert [row["id"] for row in agent.get("/approvals", mine=True).json()["data"]] == [asked["id"]]


def test_an_act_that_nobody_knows_is_not_asked_for(client_as):
    answer = client_as("SERVICE_DESK_AGENT").post("/approvals", {"verb": "moon.sell", "arguments": {}, "reason": "x"})
    assert (answer.status_code, answer.json()["field"]) == (404, "verb")


def test_the_trail_says_who_did_what_and_pages(client_as):
    made = make_account(make_entity())
    auditor = client_as("AUDITOR")
    first = auditor.get("/audit-events", limit=1).json()
    rest = auditor.get("/audit-events", limit=1, cursor=first["next_cursor"]).json()
    assert first["data"][0]["id"] > rest["data"][0]["id"]
    (found,) = auditor.get("/audit-events", subject=f"account:{made.id}", verb="account.*").json()["data"]
    assert found["verb"] == "account.create"
    assert auditor.get(f"/audit-events/{found['id']}").json() == found


def test_a_collector_does_not_read_the_trail(client_as):
    assert client_as("COLLECTOR").get("/audit-events").status_code == 403


def test_a_message_that_waits_is_canceled(client_as):
    made = make_account(make_entity())
    new = NewMessage(
        purpose="mail.test", to_address="ana@example.org", language="en", values={"seller": "K"}, account_ref=made.id
    )
    queue_messages(act=make_act(), messages=[new])
    desk = client_as("SERVICE_DESK_AGENT")
    (row,) = desk.get("/messages", account_id=made.id).json()["data"]
    assert (row["state"], row["to_address"]) == ("QUEUED", "ana@example.org")
    assert desk.post(f"/messages/{row['id']}/cancel", {}).json()["state"] == "CANCELED"
    again = desk.post(f"/messages/{row['id']}/cancel", {})
    assert (again.status_code, again.json()["code"]) == (409, "state.illegal_transition")


def test_a_book_is_tried_before_it_is_taken_over(client_as):
    finance = client_as("FINANCE_MANAGER")
    headers = {"Authorization": f"Bearer {finance.secret}", "Idempotency-Key": str(uuid.uuid4())}
    upload = SimpleUploadedFile("book.csv", make_csv(), content_type="text/csv")
    stored = Client().post("/api/v1/imports/files", {"file": upload}, headers=headers)
    assert stored.status_code == 201, stored.content
    body = {"name": "old-invoices", "kind": "INVOICES", "text": ENTITY + INVOICES}
    assert finance.post("/imports/mappings", body).status_code == 201
    order = {"file_id": stored.json()["id"], "kind": "INVOICES", "mapping_name": "old-invoices"}
    tried = finance.post("/imports/try", order)
    assert tried.status_code == 200, json.dumps(tried.json())
    assert tried.json()["created_count"] > 0
    assert finance.get("/imports").json()["data"] == []
    assert finance.post("/imports", order).status_code == 202


@pytest.mark.parametrize(
    ("change", "field"),
    [({"text": "mapping: [1"}, "mapping"), ({"name": "other"}, "name"), ({"kind": "PAYMENTS"}, "name")],
    ids=["no YAML", "another name", "another kind"],
)
def test_a_mapping_that_could_not_be_used_is_refused_when_it_is_saved(client_as, change, field):
    body = {"name": "old-invoices", "kind": "INVOICES", "text": ENTITY + INVOICES}
    answer = client_as("FINANCE_MANAGER").post("/imports/mappings", {**body, **change})
    assert (answer.status_code, answer.json()["field"], bool(answer.json()["cure"])) == (422, field, True)


def test_a_file_that_is_not_there_is_not_found(client_as):
    finance = client_as("FINANCE_MANAGER")
    order = {"file_id": 999999, "kind": "INVOICES", "mapping_name": "none"}
    answer = finance.post("/imports/try", order)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_who_may_not_import_may_not_try(client_as):
    order = {"file_id": 1, "kind": "INVOICES", "mapping_name": "none"}
    assert client_as("COLLECTOR").post("/imports/try", order).status_code == 403
