"""The bill run against its floor: merely inserting the identical finished rows into the same tables.

Prints one line of JSON a case. `seconds` is issue, `prepare_seconds` stands beside it, `floor_seconds` is taken in the
same call with the same number of connections, the same triggers, keys and indexes, one transaction a shard. A second
run must write nothing. With `--derivations` the same world is billed once more without what explains an amount:
`derivations_ratio` is what keeping it adds.
"""

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from tests.performance.derivations import without_derivations
from tests.performance.server import BenchServer, machine, memory_mb, report
from tests.performance.worlds import AS_OF, load

from billwright.invoicing.operations import bill_run as operations
from billwright.kernel.acts import Act
from billwright.workflow.bill_run import RunReport, issue_bill_run, prepare_bill_run, run_bill_run

RATIO_MAX = 2.5
ACT = Act(actor="user:0", at=datetime(2026, 3, 31, 12, tzinfo=UTC))
# In the order of the run. The key that says which shard a row belongs to: by its document, its entry or its account.
OUTPUTS = {
    "invoicing_party_snapshot": "account_id",
    "invoicing_invoice_line": "invoice_id",
    "invoicing_line_part": "invoice_id",
    "invoicing_invoice_tax": "invoice_id",
    "ledger_journal_entry": "id",
    "ledger_posting": "entry_id",
    "receivables_open_item": "account_id",
    "receivables_allocation": "account_id",
    "invoicing_document_seal": "invoice_id",
    "invoicing_invoice": "account_id",
}

# The tables and all that point to them, however far: only together may they be emptied.
REFERENCING = """
with recursive emptied as (
    select unnest(string_to_array('{tables}', ', ')::regclass[]) as oid
    union
    select key.conrelid::regclass from pg_constraint as key, emptied
    where key.contype = 'f' and key.confrelid = emptied.oid
)
select oid::text from emptied order by 1
"""


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="bill-run")
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[4, 1])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--steps", action="store_true", help="Print rows and seconds of every step too.")
    parser.add_argument("--derivations", action="store_true", help="Bill the world without derivations too.")
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.subscriptions)
        for connections in asked.connections * asked.repeat:
            bare = bare_seconds(server, world, connections) if asked.derivations else None
            with server.copy_of(world) as database:
                measure(server, database, asked.subscriptions, connections, steps=asked.steps, bare=bare)


def loaded(server: BenchServer, subscriptions: int) -> str:
    """A database with a world of that size, kept between calls."""
    return server.kept(f"loaded_{subscriptions}", lambda: load(subscriptions))


@dataclass(frozen=True, slots=True)
class Billed:
    """A world billed once, by prepare and issue."""

    prepared: RunReport
    issued: RunReport


def bill(server: BenchServer, database: str, connections: int) -> Billed:
    """Prepare, approve and issue a run; what was written before each is on disk."""
    with transaction.atomic():
        run = operations.create_bill_run(act=ACT, as_of=AS_OF)
    server.superuser("checkpoint", database=database)
    prepared = prepare_bill_run(act=ACT, run_id=run.id, connections=connections)
    with transaction.atomic():
        operations.check_bill_run(act=ACT, run_id=run.id)
        operations.approve_bill_run(act=ACT, run_id=run.id)
    server.superuser("checkpoint", database=database)
    return Billed(prepared, issue_bill_run(act=ACT, run_id=run.id, connections=connections))


def bare_seconds(server: BenchServer, world: str, connections: int) -> float:
    """Seconds of the issue when nothing is kept of what amounts follow from."""
    with server.copy_of(world) as database, without_derivations():
        return bill(server, database, connections).issued.seconds


def measure(
    server: BenchServer, database: str, subscriptions: int, connections: int, *, steps: bool, bare: float | None = None
) -> float:
    """One case: prepare, issue, a second run, and the floor on the same database emptied again. Returns the ratio."""
    memory_before = memory_mb()
    billed = bill(server, database, connections)
    issued = billed.issued
    memory_after = memory_mb()
    second = run_bill_run(act=ACT, as_of=AS_OF, connections=connections)
    assert second.rows["write_lines"] == second.rows["write_invoices"] == second.rows["advance_marks"] == 0
    save_outputs(server, database, issued.page.run.id)
    server.superuser("checkpoint", database=database)
    floor = insert_saved(issued.page.progress.shard_count, connections)
    ratio = round(issued.seconds / floor, 2)
    documents = issued.rows["write_invoices"]
    kept = {} if bare is None else {"derivations_ratio": round(issued.seconds / bare - 1, 3)}
    report(
        name="bill-run", subscriptions=subscriptions, documents=documents, lines=issued.rows["write_lines"],
        connections=connections, seconds=round(issued.seconds, 2), rate=round(documents / issued.seconds),
        prepare_seconds=round(billed.prepared.seconds, 2), floor_seconds=round(floor, 2), ratio=ratio,
        goal_met=ratio <= RATIO_MAX, **kept, second_run_rows=second.rows["write_lines"], memory_mb=memory_after,
        memory_grown_mb=memory_after - memory_before, machine=machine(),
    )  # fmt: skip
    if steps:
        print_steps(issued)
    return ratio


def print_steps(issued: RunReport) -> None:
    for step, seconds in sorted(issued.step_seconds.items(), key=lambda pair: -pair[1]):
        print(f"{seconds:8.3f} s {issued.rows[step]:>9} {step}")


def save_outputs(server: BenchServer, database: str, run_id: int) -> None:
    """Copy the finished rows aside with their shard, then empty the tables, as only a superuser may."""
    shard = (
        "(select s.shard_no from invoicing_bill_run_shard as s"
        f" where s.run_id = {run_id} and s.payer_from <= {{0}} and s.payer_before > {{0}})"
    )
    # Documents by account; lines, taxes and entries through their document; postings through the entry.
    statements = [
        (
            f"create table saved_shard as select id as invoice_id, entry_id, {shard.format('account_id')} as shard_no"
            " from invoicing_invoice"
        ),
        "create index on saved_shard (invoice_id)",
        (
            "create table saved_entry as select entry_id, shard_no from saved_shard union"
            f" select entry_id, {shard.format('account_id')} from receivables_allocation where entry_id is not null"
        ),
        "create index on saved_entry (entry_id)",
    ]
    for table, key in OUTPUTS.items():
        if key == "account_id":
            number = shard.format("t.account_id")
        elif key == "invoice_id":
            number = "(select s.shard_no from saved_shard as s where s.invoice_id = t.invoice_id)"
        else:
            number = f"(select s.shard_no from saved_entry as s where s.entry_id = t.{key})"
        statements.append(f"create table saved_{table} as select {number} as shard_no, t.* from {table} as t")
        statements.append(f"create index on saved_{table} (shard_no)")
        statements.append(f"grant select on saved_{table} to public")
    emptied = server.superuser(REFERENCING.format(tables=", ".join(OUTPUTS)), database=database).split()
    statements += [
        *(f"alter table {table} disable trigger user" for table in emptied),
        f"truncate {', '.join(emptied)}",
        *(f"alter table {table} enable trigger user" for table in emptied),
        "analyze",
    ]
    server.superuser("; ".join(statements), database=database)


def insert_saved(shard_count: int, connections: int) -> float:
    """The floor: seconds to insert the saved rows, a transaction a shard, over so many connections."""
    columns = {table: _columns(table) for table in OUTPUTS}
    begun = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda shard_no: _insert_shard(shard_no, columns), range(shard_count)))
    seconds = time.perf_counter() - begun
    with ThreadPoolExecutor(connections) as pool:
        list(pool.map(lambda _: connection.close(), range(connections)))
    return seconds


def _columns(table: str) -> str:
    with connection.cursor() as cursor:
        # An entry knows its transaction by a default: the floor's rows belong to the floor's transaction.
        cursor.execute(
            "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attname <> 'transaction_id'",
            [table],
        )
        row = cursor.fetchone()
        assert row is not None
        return str(row[0])


def _insert_shard(shard_no: int, columns: dict[str, str]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table, names in columns.items():
            cursor.execute(
                f"insert into {table} ({names}) select {names} from saved_{table} where shard_no = {shard_no}"
            )
