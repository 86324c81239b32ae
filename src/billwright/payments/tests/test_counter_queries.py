import pytest

from billwright.kernel import clock
from billwright.ledger.tests.builders import make_books
from billwright.payments.models import CashSession
from billwright.payments.queries.counter import list_cash_sessions, list_slips

pytestmark = pytest.mark.django_db


def open_desks(entity, count):
    for place in range(count):
        CashSession.objects.create(
            legal_entity_id=entity.id, desk=f"Desk {place}", currency="ZAR", float_minor=100 + place,
            opened_by="user:1", opened_at=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize("count", [3, 30])
def test_open_desks_ask_once_for_what_they_have_taken(django_assert_num_queries, count):
    open_desks(make_books("KAROO"), count)
    with django_assert_num_queries(2):
        rows = list_cash_sessions(limit=50)
    assert [row.expected.amount_minor for row in rows] == [100 + place for place in reversed(range(count))]


def test_slips_that_nobody_made_ask_for_no_cheques(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert list_slips() == []
