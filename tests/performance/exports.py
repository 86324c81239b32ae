"""Lists of a large book as spreadsheets, by HTTP as a browser asks. One line of JSON a list.

The floor is what no export can do without, in one process: the rows of the same statement fetched and thrown away, and
the cells of the workbook written as bare text into a compressed file. `first_seconds` is when the answer begins,
`memory_mb` what the web server holds more at its highest than before. `cpu_seconds` is what web server and database
worked: on a machine that others keep busy it says more than the time that passed.
"""

import argparse
import contextlib
import io
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from typing import Any

import psutil
from django.db import connection
from python_calamine import CalamineWorkbook
from tests.performance.pages import cpu_seconds, loaded, logged_in, made_ready, serving
from tests.performance.server import BenchServer, machine, report

from billwright.kernel import clock
from billwright.kernel.reading import each_row, snapshot
from billwright.kernel.sql import step

ROWS, SECONDS_MAX, MEMORY_MB_MAX = 100_000, 15, 150
SAMPLE_SECONDS = 0.05
UNASKED = {
    "account_ids": None, "account_id": None, "payment_ids": None, "currency": "", "state": "",
    "standing": "", "method": "", "since": None, "until": None, "sort": "overdue", "sign": -1, "newest_first": True,
    "after_figure": None, "after_day": None, "after_id": None, "with_clear": True, "limit": None,
}  # fmt: skip
# Each list with the statement that reads it.
LISTS = {"accounts": "account_page", "payments": "payment_list"}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="exports")
    parser.add_argument("--accounts", type=int, default=ROWS)
    parser.add_argument("--months", type=int, default=2, help="Invoices of each account, 2 to 12.")
    parser.add_argument("--only", nargs="+", default=list(LISTS), choices=LISTS)
    asked = parser.parse_args(arguments)
    is_missed = False
    with BenchServer().running() as server:
        world = loaded(server, asked.accounts, asked.months)
        with server.copy_of(world) as database:
            made_ready()
            with serving(server, database) as (address, workers):
                browser = logged_in(address)
                browser.open(f"{address}/accounts/").read()
                for name in asked.only:
                    is_missed |= not measure(browser, name, address, workers)
    if is_missed:
        raise SystemExit(1)


def measure(browser: urllib.request.OpenerDirector, name: str, address: str, workers: list[psutil.Process]) -> bool:
    """Report one list; returns whether it met the goal, which is stated for ROWS rows."""
    worked = cpu_seconds(workers)
    with highest_memory(workers[0]) as memory:
        began = time.perf_counter()
        with browser.open(f"{address}/{name}/?export=xlsx") as answer:
            first_seconds = time.perf_counter() - began
            content = answer.read()
        seconds = time.perf_counter() - began
    worked = cpu_seconds(workers) - worked
    fetch_seconds = timed(lambda: fetch(LISTS[name]))
    cells = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    write_seconds = timed(lambda: write(cells))
    rows, floor = len(cells) - 1, fetch_seconds + write_seconds
    goal_met = seconds <= SECONDS_MAX * max(rows / ROWS, 1) and memory[0] <= MEMORY_MB_MAX
    report(
        name=f"export-{name}", rows=rows, megabytes=round(len(content) / 2**20, 1), seconds=round(seconds, 2),
        first_seconds=round(first_seconds, 2), rate=round(rows / seconds), cpu_seconds=round(worked, 2),
        fetch_seconds=round(fetch_seconds, 2), write_seconds=round(write_seconds, 2), floor_seconds=round(floor, 2),
        ratio=round(seconds / floor, 2), memory_mb=round(memory[0]), goal_met=goal_met, machine=machine(),
    )  # fmt: skip
    return goal_met


@contextlib.contextmanager
def highest_memory(server: psutil.Process) -> Iterator[list[float]]:
    """A list of one number: how many MB the server's processes together held more at their highest than before."""
    before, ended = resident_mb(server), threading.Event()
    highest = [0.0]

    def watch() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            highest[0] = max(highest[0], resident_mb(server) - before)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield highest
    finally:
        ended.set()
        watching.join()


def resident_mb(server: psutil.Process) -> float:
    return sum(one.memory_info().rss for one in (server, *server.children(recursive=True))) / 2**20


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def fetch(name: str) -> None:
    """The rows of the list's statement, thrown away."""
    with connection.cursor() as cursor:
        cursor.execute("select array_agg(id) from org_legal_entity")
        parameters = {**UNASKED, "as_of": clock.now().date(), "legal_entity_ids": cursor.fetchone()[0]}
    with snapshot():
        for _row in each_row(step("billwright.reporting", name), parameters):
            pass


def write(rows: list[list[object]]) -> None:
    """The cells as text with tabs between them, compressed as those of the workbook are."""
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive, archive.open("cells", "w") as file:
        for row in rows:
            file.write("\t".join(map(str, row)).encode())
