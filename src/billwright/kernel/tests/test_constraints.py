"""Deferred foreign keys checked before the commit."""

import pytest
from django.db import IntegrityError, connection, transaction

from billwright.kernel.constraints import check_references_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def child():
    """A table whose two keys are deferred, each to a table of its own."""
    with connection.cursor() as cursor:
        cursor.execute("create temp table house (id integer primary key) on commit drop")
        cursor.execute("create temp table street (id integer primary key) on commit drop")
        cursor.execute(
            "create temp table tenant ("
            "house_id integer references house deferrable initially deferred,"
            "street_id integer references street deferrable initially deferred"
            ") on commit drop"
        )
        yield cursor


def test_what_is_missing_is_refused_at_once(child):
    child.execute("insert into house values (1)")
    child.execute("insert into tenant (house_id) values (1)")
    assert check_references_now(tables=["tenant"], except_to="street") == 1
    with transaction.atomic():
        child.execute("insert into tenant (house_id) values (2)")
        with pytest.raises(IntegrityError):
            check_references_now(tables=["tenant"], except_to="street")
        transaction.set_rollback(True)


def test_the_table_that_is_written_last_may_wait(child):
    child.execute("insert into tenant (street_id) values (7)")
    check_references_now(tables=["tenant"], except_to="street")
    child.execute("insert into street values (7)")
    assert check_references_now(tables=["tenant"], except_to="house") == 1


def test_afterwards_keys_wait_again(child):
    check_references_now(tables=["tenant"], except_to="street")
    child.execute("insert into tenant (house_id) values (3)")
    child.execute("insert into house values (3)")
    check_references_now(tables=["tenant"], except_to="street")
