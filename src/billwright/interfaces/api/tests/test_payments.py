from decimal import Decimal

import pytest

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.org.queries import get_legal_entity
from billwright.org.terms import TermsPart
from billwright.org.tests.builders import make_rate
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item

pytestmark = pytest.mark.django_db


def receipt(account, amount="100.00", **values):
    return {
        "source": "bank",
        "source_key": "R1",
        "amount": {"amount": amount, "currency": "ZAR"},
        "value_date": "2026-02-10",
        "account_id": account.id,
    } | values


def test_a_receipt_settles_the_oldest_item(client_as):
    ana = make_ana()
    make_item(ana, "115.00")
    cash = client_as("CASH_APPLIER")
    answer = cash.post("/payments", {"receipts": [receipt(ana, "150.00")]})
    assert answer.status_code == 201
    assert answer.json()[0]["unallocated"] == {"amount": "35.00", "currency": "ZAR"}
    one = cash.get(f"/payments/{answer.json()[0]['payment_id']}").json()
    assert (one["payment"]["amount"]["amount"], one["cash"][0]["left"]["amount"]) == ("150.00", "35.00")


def test_the_same_post_twice_books_one_receipt(client_as):
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    body = {"receipts": [receipt(ana)]}
    first, second = (cash.post("/payments", body, key="once") for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert len(cash.get("/payments").json()["data"]) == 1


def test_a_batch_with_one_bad_receipt_books_nothing_and_names_the_row(client_as):
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    body = {"receipts": [receipt(ana), receipt(ana, "-1.00", source_key="R2")]}
    answer = cash.post("/payments", body)
    assert (answer.status_code, answer.json()["field"], answer.json()["row"]) == (422, "amount", 2)
    assert cash.get("/payments").json()["data"] == []


def test_history_does_not_come_in_by_this_door(client_as):
    answer = client_as("CASH_APPLIER").post("/payments", {"receipts": [receipt(make_ana(), imported=True)]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith("imported")


def test_a_receipt_is_returned_with_its_reason(client_as):
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    item = make_item(ana, "100.00")
    paid = cash.post("/payments", {"receipts": [receipt(ana)]}).json()[0]
    order = {"value_date": "2026-02-12", "reason": "Account closed at the bank"}
    assert cash.post(f"/payments/{paid['payment_id']}/return", order).status_code == 200
    owed = cash.get("/open-items", account_id=ana.id, as_of="2026-02-12").json()
    assert [(row["open_item_id"], row["open"]["amount"]) for row in owed] == [(item.pk, "100.00")]


def test_receipts_page_by_value_date(client_as):
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    days = ("2026-02-10", "2026-02-12", "2026-02-11")
    rows = [receipt(ana, source_key=day, value_date=day) for day in days]
    cash.post("/payments", {"receipts": rows})
    first = cash.get("/payments", limit=2).json()
    rest = cash.get("/payments", limit=2, cursor=first["next_cursor"]).json()
    assert [row["value_date"] for row in first["data"] + rest["data"]] == ["2026-02-12", "2026-02-11", "2026-02-10"]


def test_money_is_refunded_out_of_a_piece_and_never_more_than_is_left(client_as):
    ana, finance = make_ana(), client_as("FINANCE_MANAGER")
    piece = make_cash(ana, "80.00")
    order = {
        "amount": {"amount": "90.00", "currency": "ZAR"},
        "value_date": "2026-02-20",
        "cash_id": piece.pk,
        "reason": "Paid twice",
    }
    assert finance.post("/refunds", order).status_code == 422
    done = finance.post("/refunds", order | {"amount": {"amount": "80.00", "currency": "ZAR"}})
    assert (done.status_code, done.json()["reason"]) == (201, "Paid twice")
    assert [row["refund_id"] for row in finance.get("/refunds", account_id=ana.id).json()] == [done.json()["refund_id"]]


def test_one_piece_is_split_over_accounts(client_as):
    ana = make_ana()
    from billwright.org.queries import get_legal_entity

    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    piece, cash = make_cash(ana, "80.00"), client_as("CASH_APPLIER")
    share = {"account_id": boris.id, "amount": {"amount": "30.00", "currency": "ZAR"}}
    moved = cash.post(f"/unallocated-cash/{piece.pk}/move", {"shares": [share]})
    assert (moved.status_code, moved.json()[0]["account_id"]) == (200, boris.id)
    left = cash.get("/unallocated-cash", account_id=ana.id).json()["data"]
    assert [row["left"]["amount"] for row in left] == ["50.00"]


def test_unallocated_cash_is_somebodys(client_as):
    answer = client_as("CASH_APPLIER").get("/unallocated-cash")
    assert (answer.status_code, answer.json()["field"]) == (422, "account_id")


def test_allocating_by_hand_and_undoing_it(client_as):
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    item, piece = make_item(ana, "100.00"), make_cash(ana, "100.00")
    part = {"open_item_id": item.pk, "cash_id": piece.pk, "amount": {"amount": "60.00", "currency": "ZAR"}}
    done = cash.post("/allocations", {"parts": [part]})
    assert (done.status_code, done.json()[0]["amount"]["amount"]) == (201, "60.00")
    undone = cash.post("/allocations/undo", {"allocation_ids": [done.json()[0]["allocation_id"]]})
    assert (undone.status_code, undone.json()[0]["amount"]["amount"]) == (201, "-60.00")
    assert cash.get("/allocations", account_id=ana.id, standing_only=True).json()["data"] == []
    assert len(cash.get("/allocations", account_id=ana.id).json()["data"]) == 2


def test_more_than_is_open_is_refused_with_field_row_and_cure(client_as):
    ana = make_ana()
    item, piece = make_item(ana, "100.00"), make_cash(ana, "200.00")
    part = {"open_item_id": item.pk, "cash_id": piece.pk, "amount": {"amount": "150.00", "currency": "ZAR"}}
    problem = client_as("CASH_APPLIER").post("/allocations", {"parts": [part]}).json()
    assert (problem["status"], problem["field"], problem["row"]) == (422, "amount", 1)
    assert problem["cure"]


def test_a_policy_allocates_the_oldest_first(client_as):
    ana = make_ana()
    older, newer = make_item(ana, "60.00", due="2026-01-20"), make_item(ana, "60.00", due="2026-02-20")
    piece = make_cash(ana, "100.00")
    body = {"cash_ids": [piece.pk], "policy": "OLDEST_FIRST"}
    rows = client_as("CASH_APPLIER").post("/allocations/by-policy", body).json()
    assert [(row["open_item_id"], row["amount"]["amount"]) for row in rows] == [
        (older.pk, "60.00"),
        (newer.pk, "40.00"),
    ]


def test_a_collector_may_not_allocate(client_as):
    ana = make_ana()
    item, piece = make_item(ana), make_cash(ana)
    part = {"open_item_id": item.pk, "cash_id": piece.pk}
    assert client_as("COLLECTOR").post("/allocations", {"parts": [part]}).status_code == 403


def test_a_hold_keeps_an_amount_from_being_chased_until_it_is_released(client_as):
    ana, collector = make_ana(), client_as("COLLECTOR")
    item = make_item(ana, "100.00")
    body = {
        "open_item_id": item.pk,
        "reason": "DISPUTE",
        "valid_from": "2026-02-01",
        "amount": {"amount": "30.00", "currency": "ZAR"},
    }
    hold = collector.post("/holds", body)
    assert hold.status_code == 201
    (owed,) = collector.get("/open-items", account_id=ana.id, as_of="2026-02-10").json()
    assert (owed["held"]["amount"], owed["chaseable"]["amount"]) == ("30.00", "70.00")
    released = collector.post(f"/holds/{hold.json()['hold_id']}/release", {"on": "2026-02-05"})
    assert released.status_code == 200
    assert collector.get("/holds", account_id=ana.id, as_of="2026-02-10").json() == []


def test_a_document_is_held_whatever_it_is_due_in(client_as):
    ana, collector = make_ana(), client_as("COLLECTOR")
    parts = (TermsPart(share=Decimal(40), days=10), TermsPart(rest=True, months=1))
    item = make_item(ana, "100.00", parts=parts)
    body = {"reason": "DISPUTE", "valid_from": "2026-02-01", "amount": {"amount": "50.00", "currency": "ZAR"}}
    held = collector.post(f"/invoices/{item.invoice_id}/holds", body)
    assert (held.status_code, [row["amount"]["amount"] for row in held.json()]) == (201, ["40.00", "10.00"])
    whole = collector.post("/invoices/0/holds", body)
    assert whole.status_code == 404


def test_money_of_another_entity_is_not_shown(client_as):
    ana, other = make_ana(), make_ana("RILA")
    make_cash(ana)
    make_cash(other)
    cash = client_as("CASH_APPLIER", legal_entity_id=ana.legal_entity_id)
    assert {row["account_id"] for row in cash.get("/payments").json()["data"]} == {ana.id}
    assert cash.get("/unallocated-cash", account_id=other.id).status_code == 403
    assert cash.get("/open-items", account_id=other.id, as_of="2026-02-10").status_code == 403


def test_a_finding_that_is_not_there_is_not_told_to_whoever_may_see_none(client_as):
    assert client_as("CASH_APPLIER").get("/matches/1").status_code == 404
    assert client_as("SERVICE_DESK_AGENT").get("/matches/1").status_code == 403


def test_lists_take_the_same_queries_whatever_their_length(client_as, django_assert_num_queries):
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    for _ in range(3):
        make_cash(ana)
    cash.get("/payments")
    with django_assert_num_queries(3):
        assert len(cash.get("/payments").json()["data"]) == 3
    with django_assert_num_queries(3):
        cash.get("/allocations")


def test_a_payment_that_does_not_exist_is_not_returned(client_as):
    order = {"value_date": "2026-02-12", "reason": "Unknown"}
    answer = client_as("CASH_APPLIER").post("/payments/999999999/return", order)
    assert (answer.status_code, answer.json()["field"]) == (404, "payment_id")


def test_money_is_changed_by_the_dated_rate_and_back(client_as):
    make_rate(frm="USD", to="ZAR", rate="18.5")
    ana, cash = make_ana(), client_as("CASH_APPLIER")
    books = get_legal_entity(legal_entity_id=ana.legal_entity_id)
    piece = make_cash(make_account(books, make_customer("Clara Nel"), currency="USD"), "10.00")
    order = {"account_id": ana.id, "amount": {"amount": "4.00", "currency": "USD"}, "on": "2026-02-12"}
    changed = cash.post(f"/unallocated-cash/{piece.pk}/convert", order).json()
    assert (changed["became"]["left"]["amount"], changed["rate_source"]) == ("74.00", "test")
    early = cash.post(f"/unallocated-cash/{piece.pk}/convert", order | {"on": "2026-02-09"})
    assert (early.status_code, early.json()["code"], early.json()["field"]) == (422, "cash.before_money", "on")
    back = cash.post(f"/unallocated-cash/{changed['became']['cash_id']}/convert-back", {"reason": "not theirs"})
    assert back.json() == {"amount": "10.00", "currency": "USD"}
    assert cash.post(f"/unallocated-cash/{changed['became']['cash_id']}/convert-back", {}).status_code == 409


def test_money_for_another_company_is_told_with_both_books(client_as):
    ana, abroad = make_ana(), make_ana("VELD")
    share = {"account_id": abroad.id, "amount": {"amount": "30.00", "currency": "ZAR"}}
    client_as("CASH_APPLIER").post(f"/unallocated-cash/{make_cash(ana).pk}/move", {"shares": [share], "reason": "x"})
    [row] = client_as("FINANCE_MANAGER").get("/ledger/between-companies", as_of="2026-02-28").json()
    assert [row[name]["amount"] for name in ("in_one", "in_other", "difference")] == ["-30.00", "30.00", "0.00"]
