import pytest
from django.db import connection, transaction

from billwright.kernel.transactions import rolled_back

pytestmark = pytest.mark.django_db


def exists(table):
    with connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s) is not null", [f"pg_temp.{table}"])
        return cursor.fetchone()[0]


def make(table):
    with connection.cursor() as cursor:
        cursor.execute(f"create temp table {table} ()")


def test_what_was_done_within_is_seen_within_and_gone_after_while_the_rest_stays():
    with transaction.atomic():
        make("kept")
        with rolled_back():
            make("tried")
            assert exists("tried")
        assert (exists("kept"), exists("tried")) == (True, False)
    assert exists("kept")


def test_what_is_raised_within_is_raised():
    with pytest.raises(ValueError, match="no"), rolled_back():
        raise ValueError("no")
