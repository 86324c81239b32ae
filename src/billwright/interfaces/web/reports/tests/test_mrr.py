"""Recurring revenue on its page."""

import io

import pytest
from python_calamine import load_workbook

from billwright.access.states import Role
from billwright.interfaces.web.reports import mrr
from billwright.interfaces.web.tests.builders import logged_in
from billwright.workflow.bill_run.tests.builders import make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db
ASKED = "/reports/recurring-revenue/?first=2026-01-01&last=2026-03-01"


@pytest.fixture
def subscription():
    make_world()
    make_plan("seats", price="77.00")
    return subscribe(make_account("ANA"), plan="seats", starts_on="2026-02-10")


def words_of(answer):
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_movements_with_their_picture_and_who_moved(subscription):
    page = words_of(logged_in(Role.FINANCE_MANAGER).get(ASKED))
    assert "77.00 ZAR" in page
    assert f"{subscription.number} Seats" in page
    assert "<svg" in page


def test_only_one_kind_of_movement(subscription):
    page = words_of(logged_in(Role.FINANCE_MANAGER).get(f"{ASKED}&last=2026-02-01&movement=churn"))
    assert f"{subscription.number} Seats" not in page


def test_a_workbook_holds_all_who_moved_and_the_page_says_that_it_does_not(subscription, monkeypatch):
    monkeypatch.setattr(mrr, "UNITS_SHOWN_MAX", 1)
    subscribe(make_account("BORIS"), plan="seats", starts_on="2026-02-10")
    client = logged_in(Role.FINANCE_MANAGER)
    asked = f"{ASKED}&last=2026-02-01"
    assert "the spreadsheet holds all" in words_of(client.get(asked))
    book = load_workbook(io.BytesIO(client.get(f"{asked}&export=xlsx").content))
    assert len(book.get_sheet_by_index(1).to_python()) == 1 + 2


def test_months_out_of_order_are_refused_in_words(subscription):
    page = words_of(logged_in(Role.FINANCE_MANAGER).get("/reports/recurring-revenue/?first=2026-05-01&last=2026-01-01"))
    assert "out of order" in page


def test_without_subscriptions_the_next_step_is_told():
    make_world()
    assert "activate the first subscription" in words_of(logged_in(Role.FINANCE_MANAGER).get(ASKED))
