from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from billwright.accounts.operations import close_account, set_status_notes
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.queries import get_account
from billwright.accounts.tests.builders import make_account, make_customer
from billwright.kernel.tests.builders import make_act
from billwright.ledger.tests.builders import make_books
from billwright.org.queries import get_legal_entity
from billwright.receivables.models import AccountSum, OpenItem
from billwright.receivables.operations import fold_changes
from billwright.receivables.tests.builders import make_cash, make_item
from billwright.reporting import account_list
from billwright.reporting.account_list import AccountQuestion, each_account_with_debts, list_accounts_with_debts

pytestmark = pytest.mark.django_db


@pytest.fixture
def question():
    """Three accounts that owe 30.00, 20.00 (not due) and nothing; 5.00 waits on the second."""
    books = make_books("KAROO")
    first, second, _clear = (make_account(books, make_customer(name)) for name in ("Ana", "Boris", "Clara"))
    make_item(first, "30.00", due="2026-01-10")
    make_item(second, "20.00", due="2026-03-01")
    make_cash(second, "5.00", on="2026-02-01")
    return AccountQuestion(as_of=date(2026, 2, 15), legal_entity_ids=(books.id,), sort="open")


def figures(page):
    [total] = page.totals
    return [str(total.open.decimal), str(total.overdue.decimal), str(total.unallocated.decimal), total.count]


def fold(day):
    fold_changes(at=datetime.fromisoformat(f"{day}T12:00:00+00:00"))


# Not at all, before anything is due, on the day that is asked for, and when all is due.
FOLDED = [None, "2026-01-10", "2026-02-15", "2026-03-02"]


@pytest.mark.parametrize("day", FOLDED)
def test_totals_kept_by_day_are_those_of_the_rows(question, day):
    if day:
        fold(day)
    whole = list_accounts_with_debts(question)
    assert figures(whole) == ["50.00", "30.00", "5.00", 3]
    assert [str(row.open.decimal) for row in whole.rows] == ["30.00", "20.00", "0.00"]
    assert sum(row.overdue.amount_minor for row in whole.rows) == whole.totals[0].overdue.amount_minor


def test_a_page_that_debts_fill_leads_to_those_without(question):
    first = list_accounts_with_debts(question, limit=1)
    assert [str(row.open.decimal) for row in first.rows] == ["30.00"]
    rest = list_accounts_with_debts(question, limit=5, place=first.following)
    assert [str(row.open.decimal) for row in rest.rows] == ["20.00", "0.00"]
    assert figures(rest) == figures(first)


def test_accounts_of_another_company_do_not_hide_ones_own(question, monkeypatch):
    monkeypatch.setattr(account_list, "FOUND_MAX", 1)
    own = make_account(make_books("ANDES"), make_customer("Ana"))
    found = list_accounts_with_debts(replace(question, text="Ana", legal_entity_ids=(own.legal_entity_id,)))
    assert [row.id for row in found.rows] == [own.id]


def owed_by_items(as_of):
    """What each account that owes shows, reckoned from its items alone: open, overdue, the oldest due date."""
    shown = {}
    for item in OpenItem.objects.exclude(open_minor=0):
        open_, overdue, oldest = shown.get(item.account_id, (0, 0, None))
        overdue += item.open_minor if item.due_date < as_of else 0
        if item.open_minor > 0:
            oldest = min(item.due_date, oldest or item.due_date)
        shown[item.account_id] = (open_ + item.open_minor, overdue, oldest)
    return shown


@pytest.mark.parametrize("asked", [{}, {"state": "OPEN"}, {"standing": "overdue"}, {"standing": "open"}])
def test_overdue_is_exact_on_every_day_that_nobody_folds(question, asked):
    """Folded once, on 11 January: before and after it, over midnights with no worker, lists say what the items say."""
    first = list_accounts_with_debts(question).rows[0]
    account = get_account(first.id)
    make_item(account, "7.00", due="2026-01-12")
    make_item(account, "-2.00", due="2026-01-11")
    fold("2026-01-11")
    for day in (9, 10, 11, 12, 13, 14, 60, 61):
        as_of = date(2026, 1, 1) + timedelta(days=day - 1)
        page = list_accounts_with_debts(replace(question, as_of=as_of, **asked))
        shown = {row.id: (row.open.amount_minor, row.overdue.amount_minor, row.oldest_due) for row in page.rows}
        owing = {id_: row for id_, row in owed_by_items(as_of).items() if row[1] > 0 or "overdue" not in asked.values()}
        assert {id_: row for id_, row in shown.items() if row[0]} == owing, as_of
        assert sum(total.overdue.amount_minor for total in page.totals) == sum(row[1] for row in owing.values()), as_of
    assert AccountSum.objects.get(account_id=first.id).next_due == date(2026, 1, 11)


def walked(question, **sorting):
    """The ids of the whole list, read in pages of two."""
    ids, place, asked = [], None, replace(question, **sorting)
    while True:
        page = list_accounts_with_debts(asked, place=place, limit=2)
        ids += [row.id for row in page.rows]
        place = page.following
        if place is None:
            return ids


@pytest.mark.parametrize("day", FOLDED)
@pytest.mark.parametrize(
    ("standing", "overdue", "count"), [("overdue", "31.00", 2), ("unattended", "1.00", 1), ("open", "31.00", 3)]
)
def test_those_that_owe_are_listed_with_their_totals(question, day, standing, overdue, count):
    if day:
        fold(day)
    first = list_accounts_with_debts(question).rows[0]
    set_status_notes(act=make_act(), drafts=(StatusNoteDraft(account_id=first.id, status="Promised"),))
    debtor = make_account(get_legal_entity(legal_entity_id=first.legal_entity_id), make_customer("Dana"))
    make_item(debtor, "1.00", due="2026-01-05")
    page = list_accounts_with_debts(replace(question, standing=standing, sort="overdue"))
    assert [str(page.totals[0].overdue.decimal), page.count] == [overdue, count]
    assert sum(row.overdue.amount_minor for row in page.rows) == page.totals[0].overdue.amount_minor
    paged = list_accounts_with_debts(replace(question, standing=standing, sort="overdue"), limit=1)
    assert paged.totals == page.totals
    assert list(page.rows) == sorted(page.rows, key=lambda row: -row.overdue.amount_minor)


STANDINGS = {
    "": lambda _row: True,
    "open": lambda row: bool(row.open),
    "overdue": lambda row: row.overdue.amount_minor > 0,
    "unallocated": lambda row: bool(row.unallocated),
    "clear": lambda row: not row.open and not row.unallocated,
}


@pytest.fixture
def crowd(question):
    """Besides: one who paid and never owed, one whose invoice and credit note come to nothing, one closed who owes."""
    books = get_legal_entity(legal_entity_id=question.legal_entity_ids[0])
    payer, even, closed = (make_account(books, make_customer(name)) for name in ("Dana", "Elif", "Femi"))
    make_cash(payer, "7.00", on="2026-02-01")
    make_item(even, "4.00", due="2026-01-05")
    make_item(even, "-4.00", due="2026-03-05")
    make_item(closed, "3.00", due="2026-01-05")
    make_cash(closed, "1.00", on="2026-02-01")
    close_account(act=make_act(), account_id=closed.id, closed_on=date(2026, 2, 1))
    return question


@pytest.mark.parametrize("day", FOLDED)
@pytest.mark.parametrize("state", ["", "OPEN", "CLOSED"])
def test_filters_leave_just_the_rows_that_they_name(crowd, day, state):
    if day:
        fold(day)
    everyone = list_accounts_with_debts(crowd).rows
    assert len(everyone) == 6
    for standing, holds in STANDINGS.items():
        wanted = {row.id: row for row in everyone if holds(row) and state in ("", row.state)}
        page = list_accounts_with_debts(replace(crowd, standing=standing, state=state))
        assert {row.id: row for row in page.rows} == wanted
        assert page.count == len(wanted)
        assert list_accounts_with_debts(replace(crowd, standing=standing, state=state), limit=1).totals == page.totals
        for figure in ("open", "overdue", "unallocated"):
            of_rows = sum(getattr(row, figure).amount_minor for row in wanted.values())
            assert sum(getattr(total, figure).amount_minor for total in page.totals) == of_rows, (standing, figure)
        for sort in ("opened", "open", "overdue", "oldest", "unallocated"):
            assert sorted(walked(crowd, standing=standing, state=state, sort=sort)) == sorted(wanted)


def test_who_is_searched_for_is_found_with_his_totals(crowd):
    for name, money in (("Femi", "3.00"), ("Dana", "0.00"), ("Clara", "0.00"), ("Elif", "0.00"), ("Nobody", None)):
        page = list_accounts_with_debts(replace(crowd, text=name))
        assert [row.shown_name for row in page.rows] == ([name] if money else [])
        assert [str(total.open.decimal) for total in page.totals] == ([money] if money else [])
    make_account(get_legal_entity(legal_entity_id=crowd.legal_entity_ids[0]), make_customer("Femi again"))
    both = list_accounts_with_debts(replace(crowd, text="Femi"))
    assert both.count == 2
    assert list_accounts_with_debts(replace(crowd, text="Femi"), limit=1).totals == both.totals


@pytest.mark.parametrize("day", ["2026-01-10", "2026-03-02"])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["opened", "open", "overdue", "oldest", "unallocated"])
def test_pages_in_any_order_hold_every_account_once(question, sort, descending, day):
    # Half of what is known is folded, one account owes us nothing but has paid, another is owed.
    fold(day)
    books = list_accounts_with_debts(question).rows[0].legal_entity_id
    debtor = make_account(get_legal_entity(legal_entity_id=books), make_customer("Dana"))
    make_item(debtor, "-4.00", due="2026-01-20")
    make_item(debtor, "1.00", due="2026-01-05")
    payer = make_account(get_legal_entity(legal_entity_id=books), make_customer("Elif"))
    make_cash(payer, "7.00", on="2026-02-01")
    figure = {
        "opened": lambda row: row.id,
        "open": lambda row: row.open.amount_minor,
        "overdue": lambda row: row.overdue.amount_minor,
        "oldest": lambda row: -100000 if row.oldest_due is None else (question.as_of - row.oldest_due).days,
        "unallocated": lambda row: row.unallocated.amount_minor,
    }[sort]
    rows = list_accounts_with_debts(question).rows
    expected = sorted(rows, key=lambda row: (figure(row), row.id), reverse=descending)
    assert len(rows) == 5
    assert walked(question, sort=sort, descending=descending) == [row.id for row in expected]
    asked = replace(question, sort=sort, descending=descending)
    assert list(each_account_with_debts(asked)) == expected
    assert list(each_account_with_debts(replace(asked, state="OPEN"))) == expected
