"""Cash application over a large book: bank files read, receipts recorded, matched, allocated and posted.

Four files of four bank accounts, four clients. One line of JSON a phase and one for all, beside the floor: the same
finished rows written once more, each table by one INSERT..SELECT on one connection.
"""

import argparse
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from django.db import connection, transaction
from tests.performance.server import BenchServer, machine, report
from tests.performance.worlds import run_file

from billwright.ledger.tests.builders import make_books
from billwright.org.models import OwnBankAccount
from billwright.project.runtime.postgres import OWNER_ROLE
from billwright.receivables.queries import untied

CLIENTS = 4
TODAY = date(2026, 4, 15)
# What was written, and the column that makes a second copy unique. Proposals, items and signs are matching's own.
WRITTEN = {
    "ledger_journal_entry": ("id", "id > 40000000"),
    "ledger_posting": ("entry_id", "entry_id > 40000000"),
    "payments_payment": ("id", "true"),
    "receivables_unallocated_cash": ("id", "true"),
    "receivables_source_use": ("id", "true"),
    "receivables_allocation": ("id", "true"),
}


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="cash")
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--receipts", type=int, default=100_000)
    asked = parser.parse_args(arguments)
    with BenchServer().running() as server:
        world = loaded(server, asked.accounts)
        with server.copy_of(world) as database:
            folder = Path(server.home.path) / "cash"
            write_files(folder, asked.accounts, asked.receipts)
            run_all(server, database, folder, asked.accounts, asked.receipts)


def loaded(server: BenchServer, accounts: int) -> str:
    """A database with a book of that size, kept between calls as long as migrations are the same."""
    template = server.template()
    name = f"cash_{accounts}_{template.rpartition('_')[2]}"
    if name not in server._names():
        server.drop(f"{name}_draft")
        server.server.sql(f"create database {name}_draft template {template} strategy file_copy owner {OWNER_ROLE}")
        with server.connected_to(f"{name}_draft", role=OWNER_ROLE):
            load(accounts)
        server.server.sql(f"alter database {name}_draft rename to {name}")
    return name


def load(accounts: int) -> None:
    with transaction.atomic():
        books = make_books("KAROO", first=date(2025, 1, 1), last=date(2027, 12, 31), currency="ZAR")
        for number in range(CLIENTS):
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


def write_files(folder: Path, accounts: int, receipts: int) -> None:
    """MT940 files, one a client."""
    folder.mkdir(parents=True, exist_ok=True)
    per_client = receipts // CLIENTS
    for client in range(CLIENTS):
        total, lines = 0, [":20:X", f":25:62000000{client}", ":28C:1", ":60F:C260401ZAR0,00"]
        for place in range(per_client):
            account = 1 + client * per_client + place
            first, second = account, accounts + account
            owed = [10000 + (account * 37 + k * 1009) % 90000 for k in (0, 1)]
            amount = sum(owed) if place % 20 in (14, 15) else owed[0]
            total += amount
            lines.append(f":61:2604100410C{amount // 100},{amount % 100:02d}NTRF{client}-{place}")
            lines.append(f":86:{words_of(place, first, second, f'A{account}')}")
        lines += [f":62F:C260410ZAR{total // 100},{total % 100:02d}", "-", ""]
        (folder / f"client-{client}.sta").write_text("\n".join(lines), encoding="ascii")


def run_all(server: BenchServer, database: str, folder: Path, accounts: int, receipts: int) -> None:
    began = time.perf_counter()
    memory = 0
    for phase in ("read", "match"):
        started = time.perf_counter()
        found = clients(server, database, folder, phase)
        memory = max(memory, *found)
        seconds = round(time.perf_counter() - started, 2)
        report(name=f"cash-{phase}", receipts=receipts, seconds=seconds, memory_mb=max(found), machine=machine())
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from receivables_unallocated_cash where open_minor = 0 and account_id > 0")
        [allocated] = cursor.fetchone()
    assert not untied()
    floor = floor_seconds()
    report(
        name="cash", accounts=accounts, open_items=2 * accounts, receipts=receipts, allocated=allocated,
        seconds=round(seconds, 2), rate=round(receipts / seconds), floor_seconds=round(floor, 2),
        ratio=round(seconds / floor, 2), client_memory_mb=memory, machine=machine(),
    )  # fmt: skip


def clients(server: BenchServer, database: str, folder: Path, phase: str) -> list[int]:
    """Run one phase on all clients side by side; answers the most memory that each had, in MB."""
    address = server.server.django_address(role=OWNER_ROLE, database=database)
    command = [
        sys.executable,
        "-m",
        "tests.performance.cash_client",
        str(address["HOST"]),
        database,
        str(folder),
        phase,
    ]
    started = [
        subprocess.Popen([*command, str(number), str(CLIENTS)], stdout=subprocess.PIPE, text=True)
        for number in range(CLIENTS)
    ]
    answers = [process.communicate()[0] for process in started]
    assert all(process.returncode == 0 for process in started), answers
    return [int(answer.split()[-1]) for answer in answers]


def floor_seconds() -> float:
    """The identical finished rows once more, each table by one INSERT..SELECT; rolled back."""
    seconds = 0.0
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (key, condition) in WRITTEN.items():
            cursor.execute(
                f"create temporary table copy_of_{table} on commit drop as select * from {table} where {condition}"
            )
            cursor.execute(f"update copy_of_{table} set {key} = {key} + 100000000")
        cursor.execute("update copy_of_payments_payment set source = 'floor:' || source")
        cursor.execute("update copy_of_ledger_journal_entry set transaction_id = pg_current_xact_id()")
        cursor.execute("update copy_of_receivables_source_use set to_cash_id = to_cash_id + 100000000")
        for table in WRITTEN:
            began = time.perf_counter()
            cursor.execute(f"insert into {table} select * from copy_of_{table}")
            seconds += time.perf_counter() - began
        transaction.set_rollback(True)
    return seconds
