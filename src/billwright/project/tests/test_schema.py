"""What is said of a database that has migrations which this code does not have, or the wrong letters."""

import os

import psycopg
import pytest

from billwright.project.runtime.refusals import LettersUnknown
from billwright.project.runtime.schema import FIRST, SchemaState, refuse_other_letters


def test_a_newer_database_asks_for_a_newer_version():
    state = SchemaState(unknown=["kernel.0009_later"], pending=["org.0002_currencies"])
    assert state.made_by == "a newer Billwright"
    assert "Install that version" in state.cure


def test_a_database_that_began_otherwise_asks_for_a_fresh_home():
    state = SchemaState(unknown=["kernel.0001_kernel_tables"], pending=[f"kernel.{FIRST}"])
    assert state.made_by == "a Billwright from before the first release"
    assert "fresh BILLWRIGHT_HOME" in state.cure


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
