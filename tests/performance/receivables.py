"""Ageing, chasing and the intake of receipts over a large book. One line of JSON a case."""

import argparse
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.db import connection, transaction
from tests.performance.server import BenchServer, machine, memory_mb, report
from tests.performance.worlds import run_file

from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.ledger.queries import trial_balance
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance, make_books
from billwright.receivables.queries import chaseable, untied
from billwright.reporting.account_summary import account_summary
from billwright.reporting.ageing import AgeingQuestion, age_lines, age_totals
from billwright.reporting.statements import default_period, statements
from billwright.workflow.payment_intake import ReceiptIn, receive_payments

TODAY = date(2026, 4, 15)
LAST_YEAR = date(2025, 9, 30)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="receivables")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--receipts", type=int, default=25_000)
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.accounts)
        with server.copy_of(world):
            read(asked.accounts)
            take_in(asked.accounts, asked.receipts)


def loaded(server: BenchServer, accounts: int) -> str:
    """A database with a book of that size, kept between calls."""
    return server.kept(f"receivables_{accounts}", lambda: load(accounts))


def load(accounts: int) -> None:
    with transaction.atomic():
        make_books("KAROO", first=date(2025, 1, 1), last=date(2027, 12, 31), currency="ZAR")
    run_file("load_accounts", accounts=accounts)
    run_file("load_documents", months=12, owing=0)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


@contextmanager
def timed(name: str, accounts: int, **figures: object):
    began = time.perf_counter()
    yield
    seconds = round(time.perf_counter() - began, 3)
    report(name=name, accounts=accounts, seconds=seconds, memory_mb=memory_mb(), machine=machine(), **figures)


def read(accounts: int) -> None:
    some_account = accounts // 2
    age_totals(AgeingQuestion(as_of=TODAY), tie=False)  # a warm cache, as a second reader has it
    with timed("ageing-totals-today", accounts):
        age_totals(AgeingQuestion(as_of=TODAY), tie=False)
    with timed("ageing-first-page-today", accounts):
        age_lines(AgeingQuestion(as_of=TODAY), limit=50)
    with timed("ageing-totals-half-a-year-ago", accounts):
        age_totals(AgeingQuestion(as_of=LAST_YEAR), tie=False)
    with timed("ageing-totals-tied", accounts):
        [total] = age_totals(AgeingQuestion(as_of=TODAY)).totals
    assert not total.difference
    assert not total.cash_difference
    with timed("ageing-all-lines", accounts):
        age_lines(AgeingQuestion(as_of=TODAY))
    with timed("chaseable-all", accounts):
        chaseable(as_of=TODAY)
    with timed("account-summary", accounts):
        account_summary(account_id=some_account, as_of=TODAY)
    with timed("statement", accounts):
        statements(account_ids=[some_account], period=default_period(TODAY))
    entity = some_entity()
    with timed("trial-balance", accounts):
        trial_balance(legal_entity_id=entity, as_of=TODAY)
    with timed("control-balance", accounts):
        control_balance(legal_entity_id=entity, role=LedgerRole.RECEIVABLES, as_of=TODAY)
    with timed("prove-everything", accounts):
        assert not untied()


def some_entity() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select min(id) from org_legal_entity")
        return int(cursor.fetchone()[0])


def take_in(accounts: int, count: int) -> None:
    act = Act(actor="user:0", at=datetime(2026, 4, 15, 12, tzinfo=UTC))
    # The first batch meets pages that nobody has read or changed since the copy; the second is measured beside the
    # floor, which meets them as it left them.
    for name in ("intake-cold", "intake"):
        receipts = batch(name, accounts, count)
        began = time.perf_counter()
        with transaction.atomic():
            receive_payments(act=act, receipts=receipts)
        seconds = time.perf_counter() - began
        floor = floor_seconds(name)
        report(
            name=name, accounts=accounts, receipts=count, seconds=round(seconds, 3), rate=round(count / seconds),
            floor_seconds=round(floor, 3), ratio=round(seconds / floor, 2), memory_mb=memory_mb(), machine=machine(),
        )  # fmt: skip
    for number in range(3):
        one = ReceiptIn(
            source="bench", source_key=f"one {number}", amount=Money(100, "ZAR"), value_date=TODAY, account_id=accounts
        )
        with timed("intake-of-one", accounts, receipts=1), transaction.atomic():
            receive_payments(act=act, receipts=[one])


def batch(source: str, accounts: int, count: int) -> list[ReceiptIn]:
    return [
        ReceiptIn(
            source=source,
            source_key=str(number),
            amount=Money(1000 + number % 5000, "ZAR"),
            value_date=TODAY,
            account_id=1 + number * 3 % accounts,
        )
        for number in range(count)
    ]


# The rows of a batch by table, found by its source, and the column that makes a second copy of them unique.
OF_BATCH = "select id from payments_payment where source = %(source)s"
CASH_OF_BATCH = f"select id from receivables_unallocated_cash where payment_id in ({OF_BATCH})"
ALLOCATED = f"select entry_id from receivables_allocation where cash_id in ({CASH_OF_BATCH})"
ENTRIES = f"select entry_id from payments_payment where source = %(source)s union all {ALLOCATED}"
ROWS_OF_BATCH = {
    "ledger_journal_entry": (f"id in ({ENTRIES})", "id"),
    "ledger_posting": (f"entry_id in ({ENTRIES})", "entry_id"),
    "payments_payment": ("source = %(source)s", "id"),
    "receivables_unallocated_cash": (f"payment_id in ({OF_BATCH})", "id"),
    "receivables_allocation": (f"cash_id in ({CASH_OF_BATCH})", "id"),
    "kernel_outbox_event": (f"subject in (select 'payment:' || id from ({OF_BATCH}) as p)", "id"),
}


def floor_seconds(source: str) -> float:
    """The identical finished rows once more, each table by one INSERT..SELECT; rolled back."""
    seconds = 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (condition, _key) in ROWS_OF_BATCH.items():
            found = f"create temporary table copy_of_{table} on commit drop as select * from {table} where {condition}"
            cursor.execute(found, {"source": source})
        cursor.execute("update copy_of_payments_payment set source = 'floor'")
        cursor.execute("update copy_of_ledger_journal_entry set transaction_id = pg_current_xact_id()")
        for table, (_condition, key) in ROWS_OF_BATCH.items():
            cursor.execute(f"update copy_of_{table} set {key} = {key} + 100000000")
            began = time.perf_counter()
            cursor.execute(f"insert into {table} select * from copy_of_{table}")
            seconds += time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds
