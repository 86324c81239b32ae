"""``make realbooks``: four real books into scratch databases, tied out, aged and billed; prints figures and seconds."""

import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billwright.project.testing.settings")

import django

django.setup()

from django.conf import settings  # noqa: E402
from tests.realbooks.independent import absent, monthly_charges  # noqa: E402
from tests.realbooks.playing import bill, compare_ageing, take_over  # noqa: E402

from billwright.project.runtime.shared_server import SharedServer  # noqa: E402

CUT_OVER = date(2026, 1, 1)
TELCO = "telco-customer-churn"
IBM, IBM_MISSING = "ibm-accounts-receivable", "ibm-accounts-receivable-with-missing"
CASSANDRA = "cassandra-udyam22-invoices-train"


def invoice_book(stem: str, entity: str, *days: date) -> None:
    """Import an invoice book and age it on days of its life."""
    answer = timed(f"{stem}: import", lambda: take_over("invoices", stem))
    lines = {line["measure"]: line for line in answer["tie_out"]}
    tell(*(f"{name} {line['theirs']} = {line['ours']}" for name, line in lines.items()))
    for on in days:
        total = timed(f"{stem}: ageing on {on}", lambda on=on: compare_ageing(stem, entity, on))
        tell(f"open {total}, every bucket as worked out from the file")


def subscribers(*options: str, active_only: bool) -> None:
    """Import the subscribers and bill one month."""
    answer = timed(f"{TELCO} {' '.join(options)}: import", lambda: take_over("subscriptions", TELCO, *options))
    tell(*(f"{line['measure']} {line['theirs']} = {line['ours']}" for line in answer["tie_out"]))
    net = timed(f"{TELCO} {' '.join(options)}: bill run", lambda: bill("TELCO", CUT_OVER))
    expected = monthly_charges(TELCO, active_only=active_only)
    assert net == int(expected * 100), (net, expected)
    tell(f"net {expected}")


def timed(what: str, act: Callable[[], object]) -> object:
    """Do it, and print how long it took."""
    began = time.perf_counter()
    answer = act()
    print(f"{time.perf_counter() - began:7.1f} s  {what}", flush=True)
    return answer


def tell(*facts: str) -> None:
    """Print facts below what was done."""
    for fact in facts:
        print(f"           {fact}", flush=True)


def main() -> None:
    """Play each world in a database of its own."""
    missing = absent(IBM, IBM_MISSING, CASSANDRA, TELCO)
    if missing:
        print(f"Skipped: {missing}.")
        return
    server = SharedServer(settings.HOME.path, run_dir=settings.BILLWRIGHT.run_dir)
    server.enter()
    try:
        for world in (_invoices, _all_active, _active_only):
            name = server.clone()
            with server.connected_to(name):
                world()
            server.drop(name)
    finally:
        server.leave()
    print("All real books tie out.")


def _invoices() -> None:
    invoice_book(IBM, "IBM-AR", date(2012, 12, 31), date(2013, 6, 30), date(2013, 12, 31))
    again = timed(f"{IBM}: again", lambda: take_over("invoices", IBM))
    tell(f"{again['repeated']} rows were in, {again['created']} made")
    invoice_book(IBM_MISSING, "IBM-AR-MISSING", date(2013, 6, 30))
    invoice_book(CASSANDRA, "CASSANDRA", date(2014, 6, 30), date(2016, 12, 31), date(2018, 12, 31))


def _all_active() -> None:
    subscribers("--force-status", "active", active_only=False)


def _active_only() -> None:
    subscribers(active_only=True)


if __name__ == "__main__":
    main()
