"""Deferred foreign keys checked at a moment of our choosing instead of at the commit."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from billwright.kernel.locking import assert_in_transaction


def check_references_now(*, tables: Iterable[str], except_to: str) -> int:
    """Check what waits for the commit of the foreign keys of these tables, but for those that lead to `except_to`.

    A transaction that takes a short lock at its end calls it before. Afterwards the keys are deferred again. Returns
    how many keys were checked. Raises IntegrityError as the commit would.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        cursor.execute(
            "select string_agg(quote_ident(c.conname), ', '), count(*) from pg_constraint as c"
            " where c.contype = 'f' and c.condeferred and c.conrelid = any(%s::regclass[])"
            " and c.confrelid <> %s::regclass",
            [list(tables), except_to],
        )
        row = cursor.fetchone()
        assert row is not None
        names, count = row
        if count:
            cursor.execute(f"set constraints {names} immediate")
            cursor.execute(f"set constraints {names} deferred")
    return int(count)
