"""The demo's history in small: it ties out, and the same seed makes the same book."""

from datetime import date

import pytest

from billwright.ledger.queries import assert_books_balance
from billwright.workflow.demo import load_demo


def tell():
    return load_demo(
        actor="user:0",
        last_day=date(2026, 3, 20),
        progress=lambda done, whole, what: None,
        account_count=40,
        months=2,
    )


@pytest.fixture
def told(committed_db):
    return tell()


def test_the_book_ties_out_for_every_company(told):
    assert {row.entity for row in told.tie_outs} == {"KAROO", "BALKAN", "NIMBUS", "SURYA"}
    assert all(row.ties for row in told.tie_outs)
    assert_books_balance()


def test_it_has_something_to_look_at(told):
    assert (told.account_count, told.first_day) == (40, date(2026, 2, 1))
    assert min(row.document_count for row in told.tie_outs) > 5
    assert told.payment_count > 5


def test_the_same_seed_makes_the_same_book(told, shared_server):
    name = shared_server.clone()
    with shared_server.connected_to(name):
        again = tell()
    shared_server.drop(name)
    assert again == told
