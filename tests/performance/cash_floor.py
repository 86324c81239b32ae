"""The floor of cash application: the rows that it wrote, written once more by nothing but INSERT..SELECT.

As many connections as the run had write their share of the receipts, each in one transaction that is committed, with
the same triggers, indexes and foreign keys. Findings, bank entries and events are matching's own and not in it.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection, transaction
from tests.performance.server import BenchServer

# Far above every id of the run.
SHIFT = 100_000_000

# Each table in the order of writing: the columns that are moved to ids of their own, and the receipt of each row, as
# rows that refer to one another belong to one share.
TABLES = {
    "ledger_journal_entry": (
        ("id",),
        """inner join (
            select entry_id, id as payment_id from payments_payment
            union all
            select u.entry_id, c.payment_id
            from receivables_source_use as u inner join receivables_unallocated_cash as c on c.id = u.cash_id
            union all
            select a.entry_id, c.payment_id
            from receivables_allocation as a inner join receivables_unallocated_cash as c on c.id = a.cash_id
        ) as o on o.entry_id = t.id""",
    ),
    "ledger_posting": (
        ("entry_id",),
        """inner join (
            select id - 100000000 as id, share as payment_id from floor_ledger_journal_entry
        ) as o on o.id = t.entry_id""",
    ),
    "payments_payment": (("id", "entry_id"), "cross join lateral (select t.id as payment_id) as o"),
    "receivables_unallocated_cash": (("id", "payment_id"), "cross join lateral (select t.payment_id) as o"),
    "receivables_source_use": (
        ("id", "cash_id", "to_cash_id", "entry_id"),
        "inner join receivables_unallocated_cash as o on o.id = t.cash_id",
    ),
    "receivables_allocation": (
        ("id", "cash_id", "entry_id"),
        "inner join receivables_unallocated_cash as o on o.id = t.cash_id",
    ),
}


def floor_seconds(server: BenchServer, database: str, connections: int) -> float:
    """Seconds to write what stands in the tables once more; their rows are prepared before the clock starts."""
    columns = {table: _columns(table) for table in TABLES}
    for table, (moved, receipt_of) in TABLES.items():
        chosen = ", ".join(_copied(table, column, moved) for column in columns[table])
        server.superuser(
            f"create unlogged table floor_{table} as select {chosen}, mod(o.payment_id, {connections}) as share"
            f" from {table} as t {receipt_of}; grant select on floor_{table} to public; analyze floor_{table}",
            database=database,
        )
    server.superuser("checkpoint", database=database)
    start = Barrier(connections + 1)
    with ThreadPoolExecutor(connections) as pool:
        writing = [pool.submit(_write, columns, share, start) for share in range(connections)]
        start.wait()
        began = time.perf_counter()
        for one in writing:
            one.result()
        return time.perf_counter() - began


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select column_name from information_schema.columns where table_name = %s order by ordinal_position",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


def _copied(table: str, column: str, moved: tuple[str, ...]) -> str:
    if column in moved:
        return f"t.{column} + {SHIFT} as {column}"
    # One receipt is recorded once, so that a second one comes from elsewhere.
    if (table, column) == ("payments_payment", "source"):
        return "'floor:' || t.source as source"
    return f"t.{column}"


def _write(columns: dict[str, list[str]], share: int, start: Barrier) -> None:
    connection.ensure_connection()
    start.wait()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, names in columns.items():
                # An entry is of the transaction that posts it.
                chosen = ["pg_current_xact_id()" if name == "transaction_id" else name for name in names]
                cursor.execute(
                    f"insert into {table} ({', '.join(names)}) select {', '.join(chosen)}"
                    f" from floor_{table} where share = %s",
                    [share],
                )
    finally:
        connection.close()
