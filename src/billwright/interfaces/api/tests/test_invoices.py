import pytest

from billwright.invoicing.tests.builders import make_company, make_draft, make_issued, make_payer
from billwright.kernel.tests.builders import make_act
from billwright.receivables.operations import add_open_items

pytestmark = pytest.mark.django_db


def draft(account, **values):
    line = {"text": "Set-up", "quantity": "1", "unit_price": "100.00"}
    return {"account_id": account.id, "document_date": "2026-01-15", "lines": [line]} | values


def issued(account):
    row = make_issued(account)
    add_open_items(act=make_act(), invoice_ids=[row.id])
    return row


def test_a_draft_is_written_issued_and_read_with_its_lines(client_as):
    billing, payer = client_as("BILLING_SPECIALIST"), make_payer(make_company())
    made = billing.post("/invoices", draft(payer)).json()
    assert (made["state"], made["total"]) == ("DRAFT", {"amount": "115.00", "currency": "ZAR"})
    done = billing.post(f"/invoices/{made['id']}/issue", {"version": made["version"]})
    assert (done.status_code, done.json()["invoice"]["state"]) == (200, "ISSUED")
    whole = billing.get(f"/invoices/{made['id']}").json()
    assert whole["open"] == {"amount": "115.00", "currency": "ZAR"}
    assert [(line["quantity"], line["net"]["amount"], line["tax"]["amount"]) for line in whole["lines"]] == [
        ("1", "100.00", "15.00")
    ]


def test_issuing_twice_under_one_key_gives_the_same_answer(client_as):
    billing, row = client_as("BILLING_SPECIALIST"), make_draft(make_payer(make_company()))
    first, second = (billing.post(f"/invoices/{row.id}/issue", {"version": 1}, key="once") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()


def test_a_draft_that_moved_on_is_not_issued(client_as):
    billing, payer = client_as("BILLING_SPECIALIST"), make_payer(make_company())
    row = make_draft(payer)
    again = billing.put(f"/invoices/{row.id}", {"version": row.version, "draft": draft(payer, text="Anew")})
    assert (again.status_code, again.json()["version"]) == (200, row.version + 1)
    answer = billing.post(f"/invoices/{row.id}/issue", {"version": row.version})
    assert (answer.status_code, answer.json()["field"]) == (409, "version")


def test_a_due_date_before_the_document_is_refused_with_its_field(client_as):
    payer = make_payer(make_company())
    answer = client_as("BILLING_SPECIALIST").post("/invoices", draft(payer, due_date="2026-01-01"))
    assert (answer.status_code, answer.json()["field"]) == (422, "due_date")


def test_money_of_an_unknown_currency_is_refused(client_as):
    payer = make_payer(make_company())
    line = {"text": "Set-up", "amount": {"amount": "1.00", "currency": "QQQ"}}
    answer = client_as("BILLING_SPECIALIST").post("/invoices", draft(payer, lines=[line]))
    assert (answer.status_code, answer.json()["code"]) == (422, "currency.unknown")


def test_documents_page_newest_first(client_as):
    payer = make_payer(make_company())
    rows = [make_draft(payer, on=f"2026-01-{day}") for day in (10, 20, 15)]
    desk = client_as("SERVICE_DESK_AGENT")
    first = desk.get("/invoices", limit=2).json()
    rest = desk.get("/invoices", limit=2, cursor=first["next_cursor"]).json()
    assert [row["id"] for row in first["data"] + rest["data"]] == [rows[1].id, rows[2].id, rows[0].id]
    assert rest["next_cursor"] is None


def test_the_list_takes_the_same_queries_whatever_its_length(client_as, django_assert_num_queries):
    payer, desk = make_payer(make_company()), client_as("SERVICE_DESK_AGENT")
    for _ in range(3):
        make_draft(payer)
    desk.get("/invoices")
    with django_assert_num_queries(3):
        assert len(desk.get("/invoices").json()["data"]) == 3


def test_documents_of_another_entity_are_not_shown(client_as):
    karoo, rila = make_company(), make_company("RILA", country="BG", currency="EUR")
    ours, theirs = make_draft(make_payer(karoo)), make_draft(make_payer(rila, name="Boris Ivanov"))
    billing = client_as("BILLING_SPECIALIST", legal_entity_id=karoo.id)
    assert [row["id"] for row in billing.get("/invoices").json()["data"]] == [ours.id]
    assert billing.get(f"/invoices/{theirs.id}").status_code == 403
    assert billing.get(f"/invoices/{theirs.id}/pdf").status_code == 403


def test_a_document_is_printed(client_as):
    row = make_draft(make_payer(make_company()))
    answer = client_as("SERVICE_DESK_AGENT").get(f"/invoices/{row.id}/pdf")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_an_issued_invoice_is_credited_by_another_document(client_as):
    row, billing = issued(make_payer(make_company())), client_as("FINANCE_MANAGER")
    head = {"document_date": "2026-01-20", "reason_code": "BILLING_ERROR"}
    note = billing.post(
        f"/invoices/{row.id}/credit-notes",
        head | {"lines": [{"line_no": 1, "amount": {"amount": "40.00", "currency": "ZAR"}}]},
    )
    assert (note.status_code, note.json()["total"]["amount"]) == (201, "-46.00")
    done = billing.post(f"/credit-notes/{note.json()['id']}/issue", {"version": note.json()["version"]}).json()
    assert done["allocated"] == {"amount": "46.00", "currency": "ZAR"}
    assert billing.get(f"/invoices/{row.id}/creditable").json()[0]["amount_left"]["amount"] == "60.00"


def test_an_agent_drafts_a_credit_note_and_may_not_issue_it(client_as):
    row, agent = issued(make_payer(make_company())), client_as("SERVICE_DESK_AGENT")
    note = agent.post(
        f"/invoices/{row.id}/credit-notes", {"document_date": "2026-01-20", "reason_code": "BILLING_ERROR"}
    ).json()
    answer = agent.post(f"/credit-notes/{note['id']}/issue", {"version": note["version"]})
    assert answer.status_code == 403
    assert "rule" in answer.json()


def test_an_issued_invoice_is_debited_by_another_document(client_as):
    row, billing = issued(make_payer(make_company())), client_as("FINANCE_MANAGER")
    note = billing.post(
        f"/invoices/{row.id}/debit-notes",
        {
            "document_date": "2026-01-20",
            "reason_code": "BILLING_ERROR",
            "lines": [{"text": "Hours left out", "unit_price": "10.00"}],
        },
    )
    assert (note.status_code, note.json()["total"]["amount"]) == (201, "11.50")
    done = billing.post(f"/debit-notes/{note.json()['id']}/issue", {"version": 1})
    assert (done.status_code, done.json()["invoice"]["kind"]) == (200, "DEBIT_NOTE")
