"""billwright bank: show what files say, take them in, list what came, record receipts."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO

import typer
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import TypeAdapter

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.kernel.errors import NotFound
from billwright.org.queries import BankAccountRow, list_all_bank_accounts
from billwright.payments.bank_reading import BankReading, StatementRead, amount_text, open_reading, places_of
from billwright.payments.ports import BankFileReader, StatementEntry, UnableToRead, table_reader
from billwright.payments.queries.bank import (
    get_bank_file,
    list_bank_entries,
    list_bank_files,
    list_gaps,
    list_statements,
)
from billwright.payments.rows import BankEntryRow, BankFileRow
from billwright.payments.states import BankEntryState, BankFileState
from billwright.workflow import bank_inbox
from billwright.workflow.bank_inbox.own_accounts import find_own_account

app = typer.Typer(help=_("Bank statements: what files say, and what came in through them."))

# Output is kept in memory up to so many bytes, then on disk, so that a file of any length can be shown.
SPOOL_BYTES = 16 * 1024 * 1024
BATCH_ENTRIES = 1000

READ, DOES_NOT_ADD_UP, NOT_READABLE = 0, 1, 2

Files = typer.Argument(..., metavar="FILE...", help="Bank files of any known format; - is standard input.")


@app.callback()
def bank() -> None:
    """Bank statements: what files say, and what came in through them."""


PROFILE = typer.Option(None, "--profile", metavar="FILE", help="For tables of text: a profile of their columns.")


@app.command()
def parse(files: list[Path] = Files, profile: Path | None = PROFILE, as_json: bool = AS_JSON) -> None:
    """Show what bank files say, without recording anything.

    Exit code 0: read; 1: read, but a statement does not add up; 2: not readable, with the place and the reason.
    """
    show = _show_json if as_json else _show_table
    if as_json and len(files) > 1:
        typer.echo("[")
    readers = _readers(profile)
    codes = []
    for number, file in enumerate(files):
        if as_json and number:
            typer.echo(",")
        codes.append(_shown(file, readers, show, as_json=as_json))
    if as_json and len(files) > 1:
        typer.echo("]")
    raise typer.Exit(max(codes))


def _readers(profile: Path | None) -> Sequence[BankFileReader] | None:
    """Those of the installation, or the one of a profile that is given."""
    if profile is None:
        return None
    with _opened(profile) as source:
        return [table_reader(source.read().decode("utf-8-sig", errors="replace"), name=str(profile))]


def _shown(
    file: Path, readers: Sequence[BankFileReader] | None, show: Callable[[BankReading, IO[str]], int], *, as_json: bool
) -> int:
    """Show one file and answer its exit code. Nothing of a file is shown before all of it has been read."""
    format_name = None
    with tempfile.SpooledTemporaryFile(SPOOL_BYTES, mode="w+", encoding="utf-8") as shown:
        try:
            with _opened(file) as source:
                reading = open_reading(source, readers=readers)
                format_name = reading.format
                code = show(reading, shown)
        except UnableToRead as refused:
            _show_refusal(file, format_name, refused, as_json=as_json)
            return NOT_READABLE
        shown.seek(0)
        shutil.copyfileobj(shown, sys.stdout)
    return code


@contextlib.contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """The file, seekable: standard input is copied to a temporary file."""
    if str(file) == "-":
        with tempfile.TemporaryFile() as copied:
            shutil.copyfileobj(sys.stdin.buffer, copied)
            yield copied
        return
    try:
        source = file.open("rb")
    except OSError as error:
        raise UnableToRead(
            _("The file cannot be opened: %(problem)s.") % {"problem": error.strerror},
            where=str(file),
            cure=_("Give the path of a file that you may read."),
        ) from error
    with source:
        yield source


def _show_refusal(file: Path, format_name: str | None, refused: UnableToRead, *, as_json: bool) -> None:
    if not as_json:
        typer.secho(f"{file}: {refused.where}: {refused.message} {refused.cure or ''}".rstrip(), fg="red", err=True)
        return
    plain = {name: getattr(refused, name) for name in ("code", "message", "where", "field", "row", "cure")}
    typer.echo(json.dumps({"format": format_name, "refused": plain}, ensure_ascii=False, indent=2))


def _show_json(reading: BankReading, shown: IO[str]) -> int:
    """Write the file's statements as JSON: entries before their statement is known go through a file of their own."""
    shown.write(json.dumps({"format": reading.format})[:-1] + ', "statements": [')
    ties, statement_count = True, 0
    with contextlib.ExitStack() as stack:
        entries = stack.enter_context(tempfile.SpooledTemporaryFile(SPOOL_BYTES, mode="w+", encoding="utf-8"))
        batch: list[StatementEntry] = []
        for part in reading.read():
            if isinstance(part, StatementEntry):
                batch.append(part)
                if len(batch) == BATCH_ENTRIES:
                    _write_entries(batch, entries)
                continue
            _write_entries(batch, entries)
            shown.write("," if statement_count else "")
            _write_statement(part, entries, shown)
            statement_count += 1
            ties = ties and part.ties
            for fault in part.faults:
                typer.secho(fault, fg="yellow", err=True)
    shown.write("]}\n")
    return READ if ties else DOES_NOT_ADD_UP


_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def _write_entries(batch: list[StatementEntry], entries: IO[str]) -> None:
    """Entries as JSON objects behind one another, each with a comma before it."""
    if batch:
        entries.write(",\n" + _ENCODE([_plain(entry) for entry in batch])[1:-1])
        batch.clear()


def _plain(entry: StatementEntry) -> dict[str, Any]:
    return {
        "booking_date": None if entry.booking_date is None else entry.booking_date.isoformat(),
        "value_date": None if entry.value_date is None else entry.value_date.isoformat(),
        "amount": amount_text(entry.amount, places_of(entry.currency)),
        "bank_reference": entry.bank_reference,
        "end_to_end": entry.end_to_end,
        "counterparty": entry.counterparty,
        "counterparty_account": entry.counterparty_account,
        "remittance": entry.remittance,
        "code": entry.code,
    }


def _write_statement(statement: StatementRead, entries: IO[str], shown: IO[str]) -> None:
    places = places_of(statement.currency)
    head = {
        "account": statement.account,
        "currency": statement.currency,
        "number": statement.number,
        "opening": amount_text(statement.opening, places),
        "closing": amount_text(statement.closing, places),
        "ties": statement.ties,
    }
    shown.write("\n" + json.dumps(head, ensure_ascii=False)[:-1] + ', "entries": [')
    entries.seek(0)
    # The comma before the first.
    entries.read(1)
    shutil.copyfileobj(entries, shown)
    entries.seek(0)
    entries.truncate()
    shown.write("]}")


def _show_table(reading: BankReading, _shown: IO[str]) -> int:
    rows: list[tuple[object, ...]] = []
    faults: list[str] = []
    for part in reading.read():
        if isinstance(part, StatementRead):
            places = places_of(part.currency)
            faults += part.faults
            rows.append(
                (
                    part.account or "",
                    part.number or "",
                    part.currency or "",
                    part.entry_count,
                    amount_text(part.opening, places) or "",
                    amount_text(part.total, places) or "",
                    amount_text(part.closing, places) or "",
                    _("yes") if part.ties else _("no"),
                )
            )
    print_table(
        reading.format,
        [_("account"), _("number"), _("currency"), _("entries"), _("opening"), _("total"), _("closing"), _("adds up")],
        rows,
    )
    for fault in faults:
        typer.secho(fault, fg="yellow", err=True)
    return DOES_NOT_ADD_UP if faults else READ


ACCOUNT = typer.Option("", "--account", metavar="IBAN", help="Our bank account, where the file does not name it.")


def _account_named(number: str) -> BankAccountRow:
    found = find_own_account(number, list_all_bank_accounts())
    if found is None:
        raise NotFound(
            "bank_account.not_found",
            _("%(number)s is none of our bank accounts.") % {"number": number},
            field="account",
            cure=_("Give an IBAN or a number as it stands in the set-up."),
        )
    return found


@app.command("import")
def take(
    files: list[Path] = Files,
    account: str = ACCOUNT,
    profile: Path | None = PROFILE,
    receive: bool = typer.Option(False, "--receive", help="Record what came in as receipts, in suspense."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take bank files in. Exit code 1: one of them was set aside, with its reason."""
    rows = []
    account_id = _account_named(account).id if account else None
    for file in files:
        with _opened(file) as source, transaction.atomic():
            row = bank_inbox.take_bank_file(
                act=act_as(username),
                name=file.name,
                content=source.read(),
                bank_account_id=account_id,
                profile=profile.read_text("utf-8-sig") if profile else "",
            )
        rows.append(row)
    if receive:
        _receive_new(username)
    _show_files(rows, as_json=as_json)
    if any(row.state == BankFileState.QUARANTINED for row in rows):
        raise typer.Exit(1)


def _receive_new(username: str) -> None:
    """Record new entries that came in, so many at once that a transaction stays short."""
    while True:
        new = list_bank_entries(state=BankEntryState.NEW, came_in=True, limit=BATCH_ENTRIES)
        if not new:
            return
        with transaction.atomic():
            bank_inbox.receive_entries(act=act_as(username), bank_entry_ids=[entry.id for entry in new])


def _show_files(rows: list[BankFileRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Bank files"),
        [_("id"), _("file"), _("format"), _("state"), _("entries"), _("new"), _("reason")],
        [(row.id, row.name, row.format, row.state, row.entry_count, row.new_count, row.reason) for row in rows],
    )


@app.command("files")
def list_files(limit: int = typer.Option(50, "--limit"), as_json: bool = AS_JSON) -> None:
    """Bank files, the newest first, those set aside with their reason."""
    _show_files(list_bank_files(limit=limit), as_json=as_json)


@app.command("list")
def list_entries(
    account: str = ACCOUNT,
    state: str = typer.Option("", "--state", help="NEW, RECEIVED, HANDLED or IGNORED."),
    text: str = typer.Option("", "--text", help="In names, references and remittance."),
    limit: int = typer.Option(50, "--limit"),
    as_json: bool = AS_JSON,
) -> None:
    """Entries of our bank accounts, the newest first."""
    chosen = [_account_named(account).id] if account else None
    _show_entries(
        list_bank_entries(bank_account_ids=chosen, state=state.upper(), text=text, limit=limit), as_json=as_json
    )


def _show_entries(rows: list[BankEntryRow], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Bank entries"),
        [_("id"), _("value date"), _("amount"), _("state"), _("counterparty"), _("remittance")],
        [(row.id, row.value_date, row.amount, row.state, row.counterparty, row.remittance) for row in rows],
    )


@app.command()
def show(
    file_id: int = typer.Argument(..., metavar="ID", help="As `bank files` gives it."), as_json: bool = AS_JSON
) -> None:
    """A bank file: what became of it, and its statements."""
    row = get_bank_file(file_id)
    statements = list_statements(file_id=file_id)
    if as_json:
        plain = TypeAdapter(dict[str, Any]).dump_python({"file": row, "statements": statements}, mode="json")
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
        return
    _show_files([row], as_json=False)
    print_table(
        _("Statements"),
        [_("number"), _("from"), _("to"), _("opening"), _("closing"), _("entries"), _("new")],
        [
            (one.number, one.first_day, one.last_day, one.opening, one.closing, one.entry_count, one.new_count)
            for one in statements
        ],
    )


@app.command()
def gaps(as_json: bool = AS_JSON) -> None:
    """Where statements are missing: one that does not begin with the balance with which another ended."""
    rows = list_gaps(bank_account_ids=[account.id for account in list_all_bank_accounts()])
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Gaps"),
        [_("bank account"), _("statement"), _("first day"), _("begins with"), _("expected")],
        [(gap.bank_account_id, gap.number, gap.first_day, gap.opening, gap.expected) for gap in rows],
    )
