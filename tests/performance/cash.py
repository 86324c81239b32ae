"""Cash application over a large book: bank files read, receipts recorded, matched, allocated and posted.

A file, a bank account and a client for each connection. One line of JSON a phase and one for all, beside the floor: the
same finished receipts, allocations and postings written once more on as many connections, each table by one
INSERT..SELECT a connection, and committed. Findings, bank entries and events are matching's own and not in the floor.
"""

import argparse
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from tests.performance.cash_floor import floor_seconds
from tests.performance.server import BenchServer, machine, report
from tests.performance.worlds import run_file

from billwright.ledger.tests.builders import make_books
from billwright.org.models import OwnBankAccount
from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.receivables.queries import untied

CONNECTIONS = 4


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="cash")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--receipts", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=CONNECTIONS, choices=range(1, CONNECTIONS + 1))
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.accounts)
        with server.copy_of(world) as database:
            folder = Path(server.home.path) / "cash"
            write_files(folder, asked.accounts, asked.receipts, asked.connections)
            run_all(server, database, folder, asked)


def loaded(server: BenchServer, accounts: int) -> str:
    """A database with a book of that size, kept between calls."""
    return server.kept(f"cash_{accounts}", lambda: load(accounts))


def load(accounts: int) -> None:
    with transaction.atomic():
        books = make_books("KAROO", first=date(2025, 1, 1), last=date(2027, 12, 31), currency="ZAR")
        for number in range(CONNECTIONS):
            OwnBankAccount.objects.create(
                legal_entity_id=books.id, label=f"Bank {number}", holder="Karoo", currency_id="ZAR",
                account_number=f"62000000{number}",
            )  # fmt: skip
    run_file("load_accounts", accounts=accounts)
    run_file("load_claims")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def words_of(place: int, number: int, second: int, account: str) -> str:
    """What a payer writes: of twenty, eleven the number, three a spoilt one, two two numbers, two the account."""
    kind = place % 20
    plain = f"INV-2026-{number:07d}"
    if kind < 11:
        return f"payment {plain} thank you"
    if kind < 14:
        return (f"inv 2026 {number:07d}", plain.replace("0", "O"), f"2026{number:07d} hosting")[kind - 11]
    if kind < 16:
        return f"{plain} and INV-2026-{second:07d}"
    return f"acc {account} monthly" if kind < 18 else "transfer from savings"


def write_files(folder: Path, accounts: int, receipts: int, count: int) -> None:
    """MT940 files, one a client."""
    folder.mkdir(parents=True, exist_ok=True)
    per_client = receipts // count
    for client in range(count):
        total, lines = 0, [":20:X", f":25:62000000{client}", ":28C:1", ":60F:C260401ZAR0,00"]
        for place in range(per_client):
            account = 1 + client * per_client + place
            first, second = account, accounts + account
            owed = [10000 + (account * 37 + k * 1009) % 90000 for k in (0, 1)]
            amount = sum(owed) if place % 20 in (14, 15) else owed[0]
            total += amount
            # The bank's own reference: digits alone would be the number of somebody's invoice by chance.
            reference = f"NTRFNONREF//B{client}X{place}"
            lines.append(f":61:2604100410C{amount // 100},{amount % 100:02d}{reference}")
            lines.append(f":86:{words_of(place, first, second, f'A{account}')}")
        lines += [f":62F:C260410ZAR{total // 100},{total % 100:02d}", "-", ""]
        (folder / f"client-{client}.sta").write_text("\n".join(lines), encoding="ascii")


def run_all(server: BenchServer, database: str, folder: Path, asked: argparse.Namespace) -> None:
    """Read and match with as many clients as there are connections, told when to begin each phase."""
    began = time.perf_counter()
    started = clients(server, database, folder, asked.connections)
    memory_mb = 0
    for phase in ("read", "match"):
        phase_began = time.perf_counter()
        found = [answer_of(process, phase) for process in told(started, phase)]
        seconds = time.perf_counter() - phase_began
        memory_mb = max(memory_mb, *(memory for memory, _cpu in found))
        report(
            name=f"cash-{phase}", receipts=asked.receipts, connections=asked.connections, seconds=round(seconds, 2),
            rate=round(asked.receipts / seconds), client_cpu_seconds=round(sum(cpu for _memory, cpu in found), 1),
            memory_mb=memory_mb, machine=machine(),
        )  # fmt: skip
    for process in started:
        process.communicate()
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from receivables_unallocated_cash where open_minor = 0 and account_id > 0")
        [allocated] = cursor.fetchone()
    assert not untied()
    floor = floor_seconds(server, database, asked.connections)
    report(
        name="cash", accounts=asked.accounts, open_items=2 * asked.accounts, receipts=asked.receipts,
        allocated=allocated, connections=asked.connections, seconds=round(seconds, 2),
        rate=round(asked.receipts / seconds), floor_seconds=round(floor, 2), ratio=round(seconds / floor, 2),
        memory_mb=memory_mb, machine=machine(),
    )  # fmt: skip


def clients(server: BenchServer, database: str, folder: Path, count: int) -> list[subprocess.Popen[str]]:
    """One process a connection, each with its number; they wait to be told what to do."""
    address = server.server.django_address(role=OWNER_ROLE, database=database)
    command = [sys.executable, "-m", "tests.performance.cash_client", str(address["HOST"]), database, str(folder)]
    return [
        subprocess.Popen([*command, str(number), str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for number in range(count)
    ]


def told(started: list[subprocess.Popen[str]], phase: str) -> list[subprocess.Popen[str]]:
    """All clients, told to begin a phase before any of them is waited for."""
    for process in started:
        assert process.stdin is not None
        process.stdin.write(f"{phase}\n")
        process.stdin.flush()
    return started


def answer_of(process: subprocess.Popen[str], phase: str) -> tuple[int, float]:
    """The most memory that a client has had, in MB, and the seconds of the processor of its phase."""
    assert process.stdout is not None
    memory_mb, _space, cpu = process.stdout.readline().partition(" ")
    assert cpu, f"a client broke off in {phase}"
    return int(memory_mb), float(cpu)
