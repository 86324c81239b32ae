"""The working table of an import: checked rows of a chunk, copied in once, read by every step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

COLUMNS: tuple[tuple[str, str], ...] = (
    ("row_no", "integer"),
    ("identity", "varchar(140)"),
    ("digest", "varchar(64)"),
    ("account_id", "bigint"),
    ("language", "varchar(8)"),
    ("currency", "char(3)"),
    ("invoice_id", "bigint"),
    ("kind", "varchar(12)"),
    ("number", "varchar(40)"),
    ("document_date", "date"),
    ("due_date", "date"),
    ("accounting_date", "date"),
    ("total_minor", "bigint"),
    ("tax_minor", "bigint"),
    ("line_text", "varchar(300)"),
    ("purchase_order", "varchar(60)"),
    ("entry_id", "bigint"),
    ("item_id", "bigint"),
    ("payment_id", "bigint"),
    ("cash_id", "bigint"),
    ("paid_minor", "bigint"),
    ("settled_minor", "bigint"),
    ("method", "varchar(14)"),
    ("payment_reference", "varchar(140)"),
    ("value_date", "date"),
    ("payment_accounting_date", "date"),
    ("payment_entry_id", "bigint"),
    ("allocation_accounting_date", "date"),
    ("allocation_entry_id", "bigint"),
)
TABLE = "book_import_row"


def fill_stage(rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into the working table, which lives as long as the transaction. Columns as in COLUMNS."""
    names = ", ".join(name for name, _ in COLUMNS)
    types = ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table if not exists {TABLE} ({types}) on commit drop")
        cursor.execute(f"truncate {TABLE}")
        with cursor.copy(f"copy {TABLE} ({names}) from stdin") as copy:
            for row in rows:
                assert len(row) == len(COLUMNS), "a row of the working table has every column"
                copy.write_row(row)
        cursor.execute(f"analyze {TABLE}")


def take_ids(table: str, count: int) -> list[int]:
    """The next ids of a table, so that rows of several tables can name one another before they are written."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)", [table, count])
        return [int(row[0]) for row in cursor.fetchall()]
