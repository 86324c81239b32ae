"""The bank inbox by API: a file in, what became of it, receipts; and a question to the rules."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billwright.kernel import clock
from billwright.kernel.tests.builders import make_act
from billwright.workflow.bank_inbox.tests.builders import make_bank_account, mt940

pytestmark = pytest.mark.django_db

GOOD = mt940(("260302", "12.30", "INV 7"), ("260303", "-2.30", "FEE"))


@pytest.fixture(autouse=True)
def standing_clock():
    with clock.standing_at(make_act(at="2026-04-01T09:00:00").at):
        yield


def send(client, content, *, key=None, **form):
    headers = {"Authorization": f"Bearer {client.secret}", "Idempotency-Key": key or str(uuid.uuid4())}
    file = SimpleUploadedFile("march.sta", content.encode())
    return Client().post("/api/v1/bank-files", {"file": file, **form}, headers=headers)


def test_a_file_is_taken_and_its_entries_become_receipts(client_as):
    account, cash = make_bank_account(), client_as("CASH_APPLIER")
    answer = send(cash, GOOD)
    assert (answer.status_code, answer.json()["state"], answer.json()["new_count"]) == (201, "TAKEN", 2)
    shown = cash.get(f"/bank-files/{answer.json()['id']}").json()
    assert shown["statements"][0]["closing"] == {"amount": "110.00", "currency": "ZAR"}
    fee, came_in = cash.get("/bank-entries", bank_account_id=account.pk).json()["data"]
    receipts = cash.post("/bank-entries/receive", {"bank_entry_ids": [came_in["id"]]})
    assert (receipts.status_code, receipts.json()[0]["amount"]["amount"]) == (201, "12.30")
    assert cash.get(f"/bank-entries/{came_in['id']}").json()["state"] == "RECEIVED"
    refused = cash.post("/bank-entries/receive", {"bank_entry_ids": [fee["id"]]})
    assert (refused.status_code, refused.json()["code"]) == (422, "bank_entry.went_out")
    left_out = cash.post("/bank-entries/ignore", {"bank_entry_ids": [fee["id"]], "reason": "Bank fee"})
    assert left_out.json()[0]["state"] == "IGNORED"
    assert cash.post("/bank-entries/reopen", {"bank_entry_ids": [fee["id"]]}).json()[0]["state"] == "NEW"


def test_the_same_post_twice_takes_one_file(client_as):
    make_bank_account()
    cash = client_as("CASH_APPLIER")
    first, second = (send(cash, GOOD, key="once") for _ in range(2))
    assert first.json() == second.json()
    assert len(cash.get("/bank-files").json()["data"]) == 1


def test_a_wrong_file_is_set_aside(client_as):
    make_bank_account()
    answer = send(client_as("CASH_APPLIER"), mt940(("260302", "1.00", "X"), closing="5.00"))
    assert (answer.status_code, answer.json()["reason_code"]) == (201, "bank_file.does_not_tie")


def test_gaps(client_as):
    make_bank_account()
    cash = client_as("CASH_APPLIER")
    send(cash, GOOD)
    send(cash, mt940(("260310", "1.00", "A"), opening="500.00", number="9"))
    assert [gap["number"] for gap in cash.get("/bank-gaps").json()] == ["9"]


def test_another_companys_bank_is_not_seen(client_as):
    make_bank_account()
    send(client_as("CASH_APPLIER"), GOOD)
    stranger = client_as("SERVICE_DESK_AGENT")
    assert stranger.get("/bank-entries").status_code == 403


def test_a_question_to_the_rules(client_as):
    cash = client_as("CASH_APPLIER")
    answer = cash.get("/rules/retry", scheme="nacha", code="R01", attempts="1", on="2026-03-02").json()
    assert (answer["answer"], answer["rule"], answer["earliest"]) == (True, "nacha.reinitiation", "2026-03-03")
    assert cash.get("/rules/retry", scheme="nacha", code="R99").status_code == 404
    assert cash.get("/rules/tea", scheme="nacha").status_code == 422
