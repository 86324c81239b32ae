"""Periods: only legal and allowed moves are offered; what needs two persons is asked for."""

from datetime import date

import pytest

from billwright.access.approvals import list_approvals
from billwright.access.states import Role
from billwright.interfaces.web.tests.builders import logged_in
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import start_closing_period
from billwright.ledger.queries import list_periods
from billwright.ledger.tests.builders import make_books
from billwright.org.tests.builders import make_entity

pytestmark = pytest.mark.django_db


def first_period(books):
    return list_periods(books.id)[0]


def test_a_month_is_moved_on():
    books = make_books()
    period = first_period(books)
    client = logged_in(Role.FINANCE_MANAGER)
    assert client.post(f"/ledger/periods/{period.id}/start_closing/").status_code == 302
    assert first_period(books).state == "CLOSING"


def test_opening_again_goes_to_another_person():
    books = make_books()
    period = first_period(books)
    start_closing_period(act=make_act(), period_id=period.id)
    client = logged_in(Role.FINANCE_MANAGER)
    assert client.post(f"/ledger/periods/{period.id}/reopen/", {"reason": "A late invoice"}).status_code == 302
    assert [asked.verb for asked in list_approvals()] == ["period.reopen"]
    assert first_period(books).state == "CLOSING"


def test_an_illegal_move_is_refused_in_the_drawer():
    period = first_period(make_books())
    answer = logged_in(Role.FINANCE_MANAGER).post(f"/ledger/periods/{period.id}/lock/", {"reason": "x"})
    assert answer.status_code == 422
    assert "It is possible from" in answer.content.decode()
    assert list_approvals() == []


def test_an_auditor_sees_no_button():
    make_books(first=date(2026, 1, 1), last=date(2026, 2, 1))
    page = logged_in(Role.AUDITOR).get("/ledger/periods/").content.decode()
    assert "January 2026" in page
    assert "Start closing" not in page


def test_the_books_are_opened_from_the_empty_page():
    entity = make_entity()
    client = logged_in(Role.FINANCE_MANAGER)
    assert "Open the books" in client.get("/ledger/periods/").content.decode()
    form = {"first_month": "2026-01-15", "last_month": "2026-03-01"}
    assert client.post("/ledger/periods/open/", form).status_code == 302
    assert [period.starts_on for period in list_periods(entity.id)] == [date(2026, month, 1) for month in (1, 2, 3)]


def test_months_in_the_wrong_order_are_refused():
    make_entity()
    form = {"first_month": "2026-03-01", "last_month": "2026-01-01"}
    assert logged_in(Role.FINANCE_MANAGER).post("/ledger/periods/open/", form).status_code == 422
