"""Reads of any length: one state of the book, and a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from billwright.kernel.sql import Step

ROWS_AT_ONCE = 2000


@contextmanager
def snapshot() -> Iterator[None]:
    """Within, every statement reads the book as the first one found it, and nothing may be written.

    A transaction that is open already keeps its own view of the book.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            # A cursor is planned as if a tenth of its rows were wanted, and these are all read.
            cursor.execute("set local cursor_tuple_fraction = 1")
        yield


def each_row(step: Step, parameters: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of one statement in its order, held in the database: here are only ROWS_AT_ONCE of them.

    Needs an open transaction, such as a `snapshot`.
    """
    assert connection.in_atomic_block, "a cursor lives in a transaction"
    with connection.chunked_cursor() as cursor:
        step.run(cursor, parameters)
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            yield from rows
