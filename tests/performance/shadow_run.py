"""A run drafted twice, every account differing, beside preparing it once: seconds, and the ratio to the preparation.

The least that two drafts can take is two preparations that keep nothing; what is above it is comparing and keeping.
"""

import argparse
import time
from datetime import UTC, datetime
from decimal import Decimal

from django.db import transaction
from tests.performance.bill_run import loaded
from tests.performance.server import BenchServer, machine, report
from tests.performance.worlds import AS_OF

from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries.shadows import Supposed, list_changed_accounts
from billwright.kernel.acts import Act
from billwright.workflow.bill_run import prepare_bill_run
from billwright.workflow.shadow_run import shadow_bill_run

RATIO_MAX = 5
RATES = {f"{code}-VAT": Decimal(16) for code in ("KAROO", "ANDES", "UMI", "NAJD")}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="shadow-run")
    parser.add_argument("--subscriptions", type=int, default=100_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[4, 1])
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.subscriptions)
        for connections in asked.connections:
            with server.copy_of(world):
                measure(asked.subscriptions, connections)


def measure(subscriptions: int, connections: int) -> float:
    """One case: prepare, then draft twice with another rate of tax; returns the ratio."""
    act = Act(actor="user:0", at=datetime(2026, 3, 31, 12, tzinfo=UTC))
    with transaction.atomic():
        run = operations.create_bill_run(act=act, as_of=AS_OF)
    prepared = prepare_bill_run(act=act, run_id=run.id, connections=connections)
    begun = time.perf_counter()
    shadow = shadow_bill_run(act=act, bill_run_id=run.id, supposed=Supposed(tax_rates=RATES), connections=connections)
    seconds = time.perf_counter() - begun
    begun = time.perf_counter()
    list_changed_accounts(shadow.id, cause="tax")
    page_seconds = time.perf_counter() - begun
    ratio = round(seconds / prepared.seconds, 2)
    report(
        name="shadow-run", subscriptions=subscriptions, connections=connections, accounts=shadow.payer_count,
        differing=shadow.changed_count, seconds=round(seconds, 2), prepare_seconds=round(prepared.seconds, 2),
        ratio=ratio, page_seconds=round(page_seconds, 3), goal_met=ratio <= RATIO_MAX, machine=machine(),
    )  # fmt: skip
    return ratio
