"""Coverage of a whole book that was billed once: the page over everything, and the next page of it.

The floor is summing the net of every line once, which anything that looks at all lines must do.
"""

import argparse
import time
from datetime import UTC, datetime

from django.db import connection
from tests.performance.bill_run import loaded
from tests.performance.server import BenchServer, machine, report
from tests.performance.worlds import AS_OF

from billwright.kernel.acts import Act
from billwright.reporting.coverage import coverage_page
from billwright.workflow.bill_run import run_bill_run

SECONDS_MAX = 10


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="coverage")
    parser.add_argument("--subscriptions", type=int, default=100_000)
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.subscriptions)
        with server.copy_of(world):
            measure(asked.subscriptions)


def measure(subscriptions: int) -> float:
    """One case: bill everything, then ask for coverage; returns the seconds of the first page."""
    act = Act(actor="user:0", at=datetime(2026, 3, 31, 12, tzinfo=UTC))
    run_bill_run(act=act, as_of=AS_OF, connections=4)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        begun = time.perf_counter()
        cursor.execute("select l.account_id, sum(l.net_minor) from invoicing_invoice_line as l group by l.account_id")
        account_count = len(cursor.fetchall())
    floor = time.perf_counter() - begun
    begun = time.perf_counter()
    found = coverage_page(as_of=AS_OF)
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    one = coverage_page(as_of=AS_OF, account_ids=[found.days[0].account_id if found.days else 1])
    account_seconds = time.perf_counter() - begun
    report(
        name="coverage", subscriptions=subscriptions, accounts=account_count, faults=len(found.days),
        seconds=round(seconds, 2), floor_seconds=round(floor, 2), ratio=round(seconds / floor, 1),
        account_seconds=round(account_seconds, 3), rows_of_account=len(one.days), goal_met=seconds < SECONDS_MAX,
        machine=machine(),
    )  # fmt: skip
    return seconds
