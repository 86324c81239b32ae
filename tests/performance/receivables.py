"""Ageing, chasing and the intake of receipts over a large book. One line of JSON a case."""

import argparse
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from django.db import connection, transaction
from tests.performance.server import BenchServer, machine, memory_mb, report

from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.ledger.tests.builders import make_books
from billwright.project.runtime.postgres import OWNER_ROLE
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
    """A database with a book of that size, kept between calls as long as migrations are the same."""
    template = server.template()
    name = f"receivables_{accounts}_{template.rpartition('_')[2]}"
    if name not in server._names():
        server.drop(f"{name}_draft")
        server.server.sql(f"create database {name}_draft template {template} strategy file_copy owner {OWNER_ROLE}")
        with server.connected_to(f"{name}_draft", role=OWNER_ROLE):
            load(accounts)
        server.server.sql(f"alter database {name}_draft rename to {name}")
    return name


def load(accounts: int) -> None:
    with transaction.atomic():
        make_books("KAROO", first=date(2025, 1, 1), last=date(2027, 12, 31), currency="ZAR")
    text = (Path(__file__).parent / "sql" / "load_receivables.sql").read_text(encoding="utf-8")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, {"accounts": accounts})
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
    with timed("prove-everything", accounts):
        assert not untied()


def take_in(accounts: int, count: int) -> None:
    receipts = [
        ReceiptIn(
            source="bench",
            source_key=str(number),
            amount=Money(1000 + number % 5000, "ZAR"),
            value_date=TODAY,
            account_id=1 + number * 3 % accounts,
        )
        for number in range(count)
    ]
    act = Act(actor="user:0", at=datetime(2026, 4, 15, 12, tzinfo=UTC))
    with timed("intake", accounts, receipts=count), transaction.atomic():
        receive_payments(act=act, receipts=receipts)
    with timed("intake-of-one", accounts, receipts=1), transaction.atomic():
        one = ReceiptIn(
            source="bench", source_key="one", amount=Money(100, "ZAR"), value_date=TODAY, account_id=accounts
        )
        receive_payments(act=act, receipts=[one])
