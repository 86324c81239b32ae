"""Locks that lock: evaluated, ordered, inside a transaction, and with a time-out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def assert_in_transaction() -> None:
    assert connection.in_atomic_block, "open the transaction at the edge before calling a verb"


def lock_rows(model: type[Row], ids: Iterable[Any]) -> list[Row]:
    """Lock rows by key in ascending order and return them; two callers can never wait for each other in a circle."""
    assert_in_transaction()
    return list(model._default_manager.select_for_update(no_key=True).filter(pk__among=ids).order_by("pk"))


def advisory_key(name: str) -> int:
    """A stable 31-bit key of a lock's name."""
    return zlib.crc32(name.encode()) & 0x7FFFFFFF


def lock_names(*names: str) -> None:
    """Hold the named advisory locks until the transaction ends, taken in a fixed order."""
    assert_in_transaction()
    with connection.cursor() as cursor:
        for key in sorted({advisory_key(name) for name in names}):
            cursor.execute("select pg_advisory_xact_lock(%s)", [key])


def share_name(name: str) -> None:
    """Hold a named advisory lock in shared mode until the transaction ends: writers of a book hold it together."""
    assert_in_transaction()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock_shared(%s)", [advisory_key(name)])


def hold_name(name: str) -> None:
    """Hold a named advisory lock beyond the transaction: until `release_name`, or until the connection is gone."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [advisory_key(name)])


def release_name(name: str) -> None:
    """Let go of what `hold_name` took."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_unlock(%s)", [advisory_key(name)])


def is_held(name: str) -> bool:
    """Whether somebody else holds the name. Where nobody does, nobody can until our transaction ends."""
    assert_in_transaction()
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [advisory_key(name)])
        row = cursor.fetchone()
    assert row is not None
    return not row[0]
