"""The trial balance and the tax report as the finance manager sees them."""

from datetime import date

import pytest

from billwright.access.states import Role
from billwright.interfaces.web.ledger.reports import last_month
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import EntryDraft, Side, post_entry
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.ledger.tests.builders import make_books, make_entry

pytestmark = pytest.mark.django_db


def make_invoice_entry(books, *, on: date = date(2026, 1, 15)) -> int:
    sides = (("115.00", LedgerRole.RECEIVABLES, ""), ("-100.00", LedgerRole.REVENUE, "hosting"),
             ("-15.00", LedgerRole.OUTPUT_TAX, "VAT"))  # fmt: skip
    draft = EntryDraft(
        legal_entity_id=books.id,
        kind=EntryKind.INVOICE,
        document_date=on,
        accounting_date=on,
        entry_key="invoice:1",
        sides=tuple(
            Side(
                amount=Money.of(amount, "ZAR"),
                role=role,
                family=family,
                tax_code="ZA-S" if role is LedgerRole.OUTPUT_TAX else "",
            )
            for amount, role, family in sides
        ),
    )
    return post_entry(act=make_act(), draft=draft)


def test_the_balance_of_a_day_and_that_it_balances():
    make_entry(make_books())
    page = logged_in(Role.FINANCE_MANAGER).get("/ledger/trial-balance/?as_of=2026-01-31").content.decode()
    assert "115.00 ZAR" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "In balance" in page


def test_before_the_first_posting_there_is_nothing_and_the_next_step_is_told():
    make_entry(make_books())
    page = logged_in(Role.FINANCE_MANAGER).get("/ledger/trial-balance/?as_of=2026-01-14").content.decode()
    assert "No postings" in page
    assert "import a book" in page


def test_the_movement_leaves_out_what_was_before():
    books = make_books()
    make_entry(books, "10.00", on=date(2026, 1, 15))
    make_entry(books, "20.00", on=date(2026, 2, 15))
    answer = logged_in(Role.FINANCE_MANAGER).get("/ledger/trial-balance/?as_of=2026-02-28&since=2026-02-01")
    assert {row.debit_minor for row in answer.context["table"].rows} == {2000, 0}


def test_what_was_not_known_yet_is_not_shown():
    make_entry(make_books(), at="2026-03-01T10:00:00")
    url = "/ledger/trial-balance/?as_of=2026-01-31&known_at=2026-02-01T00:00"
    assert logged_in(Role.FINANCE_MANAGER).get(url).context["table"].rows == []


def test_a_wrong_date_is_told_beside_the_field_and_today_is_shown():
    make_books()
    answer = logged_in(Role.FINANCE_MANAGER).get("/ledger/trial-balance/?as_of=31-31-2026")
    assert answer.status_code == 200
    assert "Enter a valid date" in answer.content.decode()


def test_each_balance_opens_its_postings():
    make_entry(make_books())
    rows = logged_in(Role.FINANCE_MANAGER).get("/ledger/trial-balance/?as_of=2026-01-31").context["table"].drawn_rows
    assert all("until=2026-01-31" in row.url for row in rows)


def test_the_page_asks_as_often_whatever_the_number_of_accounts(django_assert_num_queries):
    books = make_books()
    make_entry(books)
    make_invoice_entry(books)
    client = logged_in(Role.FINANCE_MANAGER)
    with django_assert_num_queries(7):
        client.get("/ledger/trial-balance/")


def test_the_export_is_a_workbook():
    make_entry(make_books())
    answer = logged_in(Role.FINANCE_MANAGER).get("/ledger/trial-balance/?as_of=2026-01-31&export=xlsx")
    assert answer.content.startswith(b"PK")


def test_who_may_not_see_the_books_is_told_who_may():
    make_books()
    answer = logged_in(Role.COLLECTOR).get("/ledger/trial-balance/")
    assert answer.status_code == 403
    assert "Finance manager" in answer.content.decode()


def test_output_tax_is_tied_to_its_accounts():
    make_invoice_entry(make_books())
    answer = logged_in(Role.FINANCE_MANAGER).get("/ledger/tax/?since=2026-01-01&until=2026-01-31")
    assert [row.tax_minor for row in answer.context["table"].rows] == [1500]
    (tie,) = answer.context["ties"]
    assert (tie.reported, tie.booked, tie.difference) == (
        Money.of("15.00", "ZAR"),
        Money.of("15.00", "ZAR"),
        Money.zero("ZAR"),
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 1), (date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 1, 31), (date(2025, 12, 1), date(2025, 12, 31))),
    ],
)
def test_the_return_is_for_the_month_before(day, expected):
    assert last_month(day) == expected
