"""Every constraint and trigger of the ledger, each tried to be broken."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from billwright.ledger.models import Posting
from billwright.ledger.queries import account_ids
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import make_books, make_entry

pytestmark = pytest.mark.django_db

_POSTING = (
    "insert into ledger_posting (entry_id, line_no, ledger_account_id, currency, amount_minor, base_minor, tax_code,"
    " cost_center) values (%s, %s, %s, 'ZAR', %s, %s, '', '')"
)


def state_of(error: DatabaseError) -> str:
    return error.__cause__.sqlstate


def add_posting(entry_id: int, account_id: int, amount: int, base: int, line_no: int = 9) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_POSTING, [entry_id, line_no, account_id, amount, base])


def test_a_posting_that_unbalances_its_entry_is_refused():
    books = make_books()
    entry_id = make_entry(books)
    bank = account_ids(books.id)[LedgerRole.BANK, ""]
    with pytest.raises(DatabaseError, match="does not balance") as refused, transaction.atomic():
        add_posting(entry_id, bank, 100, 100)
    assert state_of(refused.value) == "BW003"


def test_balance_in_base_currency_is_asked_too():
    books = make_books()
    entry_id = make_entry(books)
    bank = account_ids(books.id)[LedgerRole.BANK, ""]
    with pytest.raises(DatabaseError, match="base currency"), transaction.atomic():
        add_posting(entry_id, bank, 0, 1)


def test_an_account_of_another_entity_is_refused():
    ours, theirs = make_books(), make_books("OTHER")
    entry_id = make_entry(ours)
    with pytest.raises(DatabaseError, match="not of its entity"), transaction.atomic():
        add_posting(entry_id, account_ids(theirs.id)[LedgerRole.BANK, ""], 0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_posting set amount_minor = amount_minor",
        "delete from ledger_posting",
        "truncate ledger_posting",
        "update ledger_journal_entry set narration = 'x'",
        "delete from ledger_journal_entry",
    ],
)
def test_the_books_are_append_only_even_for_their_owner(as_owner, statement):
    make_entry(make_books())
    # The deferred foreign keys first: a TRUNCATE is refused for those that wait, and never meets the trigger.
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        as_owner(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_date_without_an_open_period_is_refused():
    books = make_books(first=date(2026, 1, 1), last=date(2026, 1, 31))
    with pytest.raises(DatabaseError, match="no open accounting period") as refused, transaction.atomic():
        make_entry(books, on=date(2026, 2, 1))
    assert state_of(refused.value) == "BW004"


def test_an_entry_has_its_two_sides():
    entry_id = make_entry(make_books(), "115.00")
    sides = Posting.objects.filter(entry_id=entry_id).order_by("line_no").values_list("amount_minor", flat=True)
    assert list(sides) == [11500, -11500]
