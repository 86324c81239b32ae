"""What is said of a database that has migrations which this code does not have, or the wrong letters."""

import os

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.project.runtime.refusals import HalfwaySchema, LettersUnknown
from billwright.project.runtime.schema import SchemaState, compare, refuse_other_letters, refuse_unknown


def test_a_newer_database_asks_for_a_newer_version():
    state = SchemaState(unknown=["kernel.0009_later"], pending=["org.0002_currencies"])
    assert state.made_by == "a newer Billwright"
    assert "Install that version" in state.cure


def test_a_database_that_began_otherwise_asks_for_a_fresh_home():
    state = SchemaState(unknown=["kernel.0001_kernel_tables"], pending=["kernel.0001_initial"])
    assert state.made_by == "a Billwright from before the first release"
    assert "fresh BILLWRIGHT_HOME" in state.cure


@pytest.fixture
def forget(shared_server, committed_db):
    """Makes the test's database forget that migrations were applied."""

    def forget_migrations(condition):
        with connection.cursor() as cursor:
            cursor.execute(f"delete from django_migrations where {condition}")

    with shared_server.connected_to(committed_db, role=OWNER_ROLE):
        yield forget_migrations


def test_a_replacement_of_what_was_applied_is_recorded_and_nothing_else_is_done(forget):
    assert compare() == SchemaState(unknown=[], pending=[])
    forget("name = '0001_tables'")
    state = compare()
    assert not state.evidence
    assert "ledger.0001_tables" in state.pending
    refuse_unknown(state)
    call_command("migrate", verbosity=0, interactive=False)
    assert compare() == SchemaState(unknown=[], pending=[])


def test_a_database_that_lacks_some_of_what_was_replaced_is_refused_with_its_cure(forget):
    forget("app = 'payments' and name in ('0001_tables', '0019_runs_of_kept_cards')")
    with pytest.raises(HalfwaySchema, match="lacks payments.0019_runs_of_kept_cards") as refused:
        refuse_unknown(compare())
    assert "billwright migrate" in refused.value.cure


def test_a_database_that_knows_only_plain_letters_is_refused(shared_server):
    name = f"plain_{os.getpid()}"
    shared_server.server.sql(f"create database {name} locale_provider libc locale 'C' template template0")
    try:
        with (
            psycopg.connect(shared_server.address(name)) as connection,
            pytest.raises(LettersUnknown, match="UTF8") as refused,
        ):
            refuse_other_letters(connection.cursor())
    finally:
        shared_server.drop(name)
    assert "C.UTF-8" in refused.value.cure
