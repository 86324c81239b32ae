from datetime import date

import pytest

from billwright.payments.models import Payment
from billwright.receivables.tests.builders import make_ana, make_cash
from billwright.reporting import payment_list
from billwright.reporting.payment_list import PaymentQuestion, each_payment_with_rest, list_payments_with_rest

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    """Four receipts on three days, all of them waiting."""
    ana = make_ana()
    for amount, day in (("1.00", "2026-02-03"), ("2.00", "2026-02-01"), ("3.00", "2026-02-03"), ("4.00", "2026-02-02")):
        make_cash(ana, amount, on=day)
    return {"as_of": date(2026, 2, 15), "legal_entity_ids": (ana.legal_entity_id,)}


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("standing", ["", "waiting"])
def test_pages_hold_every_receipt_once(question, standing, newest_first):
    asked = PaymentQuestion(**question, standing=standing, newest_first=newest_first)
    rows, after = [], None
    while True:
        page = list_payments_with_rest(asked, after=after, limit=1)
        rows += page.rows
        after = page.following
        if after is None:
            break
    expected = [(1, "2.00"), (2, "4.00"), (3, "1.00"), (3, "3.00")]
    found = [(row.value_date.day, str(row.left.decimal)) for row in rows]
    assert found == (expected[::-1] if newest_first else expected)
    assert list(each_payment_with_rest(asked)) == rows
    assert (page.count, [str(total.amount.decimal) for total in page.totals]) == (4, ["10.00"])


def test_where_counting_stops_there_are_no_totals(question, monkeypatch):
    monkeypatch.setattr(payment_list, "COUNTED_MAX", 3)
    page = list_payments_with_rest(PaymentQuestion(**question))
    assert (page.count, page.totals, len(page.rows)) == (3, (), 4)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("r-7", ["6.00"]),
        ("INV%", []),
        ("inv 12", ["6.00"]),
        ("smi o'b", ["6.00"]),
        ("brien", ["6.00"]),
        ("' & | !", []),
        ("\\", []),
        ("smi \\ bri", ["6.00"]),
        ("ana botha", ["1.00", "2.00", "3.00", "4.00"]),
    ],
)
def test_a_text_finds_by_beginnings(question, text, found):
    cash = make_cash(None, "6.00", on="2026-02-03", legal_entity_id=question["legal_entity_ids"][0])
    Payment.objects.filter(id=cash.payment_id).update(number="R-77", reference="Inv 123", payer_name="O'Brien-Smith")
    page = list_payments_with_rest(PaymentQuestion(**question, text=text))
    assert sorted(str(row.amount.decimal) for row in page.rows) == found


def test_what_another_company_received_hides_nothing(question, monkeypatch):
    monkeypatch.setattr(payment_list, "FOUND_MAX", 1)
    elsewhere = make_ana("ANDES")
    make_cash(elsewhere, "9.00", on="2026-02-09")
    page = list_payments_with_rest(PaymentQuestion(**question, text="ana botha"))
    assert [str(row.amount.decimal) for row in page.rows] == ["3.00"]
