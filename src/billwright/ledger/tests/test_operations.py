from datetime import date

import pytest
from django.db import DatabaseError, transaction

from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act
from billwright.ledger import operations, queries
from billwright.ledger.models import AccountingPeriod
from billwright.ledger.operations import ManualJournal, ManualLine
from billwright.ledger.states import LedgerRole, PeriodState
from billwright.ledger.tests.builders import make_books, make_entry
from billwright.org.tests.builders import make_rate

pytestmark = pytest.mark.django_db


def balances(books, **when):
    rows = queries.trial_balance(legal_entity_id=books.id, **when)
    return {(row.role, row.currency): row.balance_minor for row in rows}


def test_the_trial_balance_sums_to_zero():
    books = make_books()
    make_entry(books, "115.00")
    make_entry(books, "20.00", debit=LedgerRole.BANK_CHARGES, credit=LedgerRole.BANK)
    assert sum(balances(books, as_of=date(2026, 12, 31)).values()) == 0


def test_as_of_a_date_leaves_later_entries_out():
    books = make_books()
    make_entry(books, "100.00", on=date(2026, 1, 10))
    make_entry(books, "50.00", on=date(2026, 2, 10))
    assert balances(books, as_of=date(2026, 1, 31))["BANK", "ZAR"] == 10000


def test_as_known_at_a_time_leaves_out_what_was_recorded_later():
    books = make_books()
    make_entry(books, "100.00", at="2026-01-31T10:00:00")
    make_entry(books, "50.00", at="2026-02-03T10:00:00")
    known = make_act(at="2026-02-01T00:00:00").at
    assert balances(books, as_of=date(2026, 1, 31), known_at=known)["BANK", "ZAR"] == 10000


def test_an_unbalanced_draft_is_refused_with_the_difference():
    books = make_books()
    side = operations.Side(amount=Money(100, "ZAR"), role=LedgerRole.BANK)
    draft = operations.EntryDraft(books.id, "MANUAL", date(2026, 1, 1), date(2026, 1, 1), "x", (side,))
    with pytest.raises(Refusal, match="1.00 ZAR"):
        operations.post_entry(act=make_act(), draft=draft)


def test_a_reversal_brings_every_balance_back():
    books = make_books()
    entry_id = make_entry(books, "115.00")
    operations.reverse_entries(act=make_act(), entry_ids=[entry_id], on=date(2026, 1, 20))
    assert set(balances(books, as_of=date(2026, 12, 31)).values()) == {0}


def test_an_entry_is_reversed_once():
    books = make_books()
    entry_id = make_entry(books)
    operations.reverse_entries(act=make_act(), entry_ids=[entry_id], on=date(2026, 1, 20))
    with pytest.raises(Conflict):
        operations.reverse_entries(act=make_act(), entry_ids=[entry_id], on=date(2026, 1, 20))


def test_a_reversal_into_a_closed_month_lands_on_the_first_open_day():
    books = make_books(first=date(2026, 1, 1), last=date(2026, 3, 31))
    entry_id = make_entry(books, on=date(2026, 1, 15))
    january = queries.list_periods(books.id)[0]
    operations.start_closing_period(act=make_act(), period_id=january.id)
    operations.close_period(act=make_act(), period_id=january.id)
    reversal = operations.reverse_entries(act=make_act(), entry_ids=[entry_id], on=date(2026, 1, 20))[0]
    assert queries.get_entry(reversal).accounting_date == date(2026, 2, 1)


def test_a_locked_period_is_never_opened_again():
    books = make_books()
    period = queries.list_periods(books.id)[0]
    for close in (operations.start_closing_period, operations.close_period, operations.lock_period):
        close(act=make_act(), period_id=period.id)
    with pytest.raises(IllegalTransition):
        operations.reopen_period(act=make_act(), period_id=period.id)


def months_of(books, *moves):
    """The periods by the first day of their months, after these moves of a month each."""
    for month, move in moves:
        period = next(row for row in queries.list_periods(books.id) if row.starts_on == date(2026, month, 1))
        getattr(operations, f"{move}_period")(act=make_act(), period_id=period.id)
    return {row.starts_on.month: row.state for row in queries.list_periods(books.id)}


CLOSED = ("start_closing", "close")


def test_a_month_is_locked_when_the_months_before_it_are_closed():
    books = make_books(first=date(2026, 1, 1), last=date(2026, 3, 31))
    months_of(books, *((2, move) for move in CLOSED))
    with pytest.raises(Refusal, match="2026-01 is not closed yet"):
        months_of(books, (2, "lock"))
    assert months_of(books, *((1, move) for move in CLOSED), (2, "lock")) == {1: "CLOSED", 2: "LOCKED", 3: "OPEN"}


def test_no_month_before_a_locked_one_is_opened():
    books = make_books(first=date(2026, 1, 1), last=date(2026, 3, 31))
    months_of(books, *((1, move) for move in CLOSED), *((2, move) for move in CLOSED), (2, "lock"))
    with pytest.raises(Refusal, match="2026-02 was reported"):
        months_of(books, (1, "reopen"))
    with pytest.raises(Refusal, match="2026-02 was reported"):
        operations.ensure_periods(legal_entity_id=books.id, first=date(2025, 12, 1), last=date(2026, 3, 31))
    operations.ensure_periods(legal_entity_id=books.id, first=date(2026, 1, 1), last=date(2026, 4, 30))


def test_a_closed_period_takes_no_posting():
    books = make_books()
    period = next(row for row in queries.list_periods(books.id) if row.starts_on == date(2026, 1, 1))
    operations.start_closing_period(act=make_act(), period_id=period.id)
    with pytest.raises(DatabaseError, match="no open accounting period"), transaction.atomic():
        make_entry(books, on=date(2026, 1, 15))


def test_foreign_money_is_kept_in_base_currency_too():
    books = make_books()
    make_rate(frm="USD", to="ZAR", rate="18.1234")
    make_entry(books, "10.05", currency="USD")
    rows = queries.trial_balance(legal_entity_id=books.id, as_of=date(2026, 12, 31))
    assert {row.role: row.base_minor for row in rows} == {"BANK": 18214, "UNALLOCATED_CASH": -18214}


def test_opening_the_books_twice_adds_nothing():
    books = make_books()
    before = queries.list_accounts(books.id), queries.list_periods(books.id)
    operations.open_books(
        act=make_act(), legal_entity_id=books.id, first_month=date(2025, 1, 1), last_month=date(2027, 12, 31)
    )
    assert (queries.list_accounts(books.id), queries.list_periods(books.id)) == before


def journal(books, *lines):
    accounts = queries.account_ids(books.id)
    return ManualJournal(
        legal_entity_id=books.id,
        accounting_date=date(2026, 1, 31),
        narration="Bank charges of January",
        lines=tuple(ManualLine(accounts[role, ""], Money.of(amount, "ZAR")) for role, amount in lines),
    )


def test_a_manual_journal_posts_and_is_reversed():
    books = make_books()
    lines = (LedgerRole.BANK_CHARGES, "35.00"), (LedgerRole.BANK, "-35.00")
    entry_id = operations.post_manual_journal(act=make_act(), journal=journal(books, *lines))
    operations.reverse_entry(act=make_act(reason="wrong month"), entry_id=entry_id, on=date(2026, 1, 31))
    assert set(balances(books, as_of=date(2026, 12, 31)).values()) == {0}


def test_a_manual_journal_never_touches_a_control_account():
    books = make_books()
    lines = (LedgerRole.BANK, "35.00"), (LedgerRole.RECEIVABLES, "-35.00")
    with pytest.raises(Refusal, match="control account") as refused:
        operations.post_manual_journal(act=make_act(), journal=journal(books, *lines))
    assert refused.value.row == 2


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((), "journal.too_few_lines"),
        (((LedgerRole.BANK, "0.00"),), "journal.too_few_lines"),
        (((LedgerRole.BANK, "0.00"), (LedgerRole.BANK_CHARGES, "0.00")), "journal.zero_line"),
    ],
)
def test_a_manual_journal_books_something(lines, code):
    with pytest.raises(Refusal) as refused:
        operations.post_manual_journal(act=make_act(), journal=journal(make_books(), *lines))
    assert refused.value.code == code


def test_a_period_state_is_kept_by_the_database():
    books = make_books()
    period_id = queries.list_periods(books.id)[0].id
    with pytest.raises(DatabaseError, match="[Ii]nvalid transition"), transaction.atomic():
        AccountingPeriod.objects.filter(id=period_id).update(state=PeriodState.LOCKED)
