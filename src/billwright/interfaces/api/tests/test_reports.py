import pytest

from billwright.receivables.tests.builders import make_ana, make_cash, make_item

pytestmark = pytest.mark.django_db


def test_ageing_ties_to_the_ledger(client_as):
    ana = make_ana()
    make_item(ana, "115.00", due="2026-02-01")
    report = client_as("COLLECTOR").get("/reports/ageing", as_of="2026-03-15").json()
    assert report["labels"] == ["not_due", "1-30", "31-60", "61-90", "91+"]
    (total,) = report["totals"]
    assert [bucket["amount"] for bucket in total["buckets"]] == ["0.00", "0.00", "115.00", "0.00", "0.00"]
    assert (total["ledger"]["amount"], total["difference"]["amount"]) == ("115.00", "0.00")


def test_ageing_lines_page_from_the_largest_debt_down(client_as):
    ana, other = make_ana(), make_ana("RILA")
    make_item(ana, "100.00")
    make_item(other, "200.00")
    finance = client_as("FINANCE_MANAGER")
    first = finance.get("/reports/ageing/lines", as_of="2026-03-15", limit=1).json()
    rest = finance.get("/reports/ageing/lines", as_of="2026-03-15", limit=1, cursor=first["next_cursor"]).json()
    assert [row["party_id"] for row in first["data"] + rest["data"]] == [other.id, ana.id]
    assert rest["next_cursor"] is None


def test_buckets_that_do_not_rise_are_refused(client_as):
    answer = client_as("COLLECTOR").get("/reports/ageing", as_of="2026-03-15", buckets="30,0")
    assert (answer.status_code, answer.json()["field"]) == (422, "buckets")


def test_a_role_in_one_entity_sees_the_ageing_of_that_one(client_as):
    ana, other = make_ana(), make_ana("RILA")
    make_item(ana, "100.00")
    make_item(other, "200.00")
    collector = client_as("COLLECTOR", legal_entity_id=ana.legal_entity_id)
    (total,) = collector.get("/reports/ageing", as_of="2026-03-15").json()["totals"]
    assert total["legal_entity_id"] == ana.legal_entity_id
    asked = collector.get("/reports/ageing", as_of="2026-03-15", legal_entity_id=other.legal_entity_id)
    assert asked.status_code == 403
    assert collector.get("/reports/reconciliation").json()["field"] == "account_id"


def test_a_statement_opens_moves_and_closes(client_as):
    ana = make_ana()
    make_item(ana, "115.00")
    make_cash(ana, "100.00")
    asked = {"account_id": ana.id, "since": "2026-01-01", "until": "2026-02-28"}
    statement = client_as("COLLECTOR").get("/reports/statement", **asked).json()
    assert (statement["opening"]["amount"], statement["closing"]["amount"]) == ("0.00", "15.00")
    assert [row["amount"]["amount"] for row in statement["movements"]] == ["115.00", "-100.00"]


def test_a_statement_is_printed(client_as):
    ana = make_ana()
    answer = client_as("COLLECTOR").get("/reports/statement/pdf", account_id=ana.id, until="2026-02-28")
    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (200, "application/pdf", b"%PDF-")


def test_an_account_reconciles(client_as):
    ana = make_ana()
    make_item(ana, "115.00")
    found = client_as("AUDITOR").get("/reports/reconciliation", account_id=ana.id).json()
    assert (found["ties"], found["differences"]) == (True, [])
    assert found["accounts"][0]["control"] == {"amount": "115.00", "currency": "ZAR"}
