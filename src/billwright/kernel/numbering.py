"""Document numbers without gaps: one row per series, locked by the update that takes from it, until the commit."""

from __future__ import annotations

from django.db import connection

from billwright.kernel.locking import assert_in_transaction


def take(*, table: str, series_id: int, count: int) -> int:
    """Take `count` numbers in a row from a series row and return the first. A rollback gives them back."""
    assert_in_transaction()
    assert count > 0
    with connection.cursor() as cursor:
        cursor.execute(
            f'update "{table}" set next_no = next_no + %s where id = %s returning next_no - %s',
            [count, series_id, count],
        )
        row = cursor.fetchone()
    assert row is not None, f"series {series_id} does not exist in {table}"
    return int(row[0])


def shown(*, prefix: str, number: int, width: int) -> str:
    """The printed number: prefix and zero-padded count, such as INV-000042."""
    return f"{prefix}{number:0{width}d}"


def take_ids(*, table: str, count: int) -> list[int]:
    """Ids of rows still to be written, ascending, so that what is posted for them can name them. Gaps do not matter."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        # The sequence is looked up once, not once a row.
        cursor.execute(
            "with s as materialized (select pg_get_serial_sequence(%s, 'id')::regclass as name)"
            " select nextval(s.name) from s cross join generate_series(1, %s)",
            [table, count],
        )
        return sorted(int(row[0]) for row in cursor.fetchall())
