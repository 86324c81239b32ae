"""``billwright import``: look at a file, and take it over by a mapping.

Exit code 0: every row is in and the totals agree. 1: rows were refused, or the totals differ. 2: the file or the
mapping cannot be read; the message names the line and the cure.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import typer
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from billwright.files.queries import list_jobs
from billwright.files.states import ImportKind, ImportState
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.kernel.errors import Refusal
from billwright.workflow.book_import import ImportReport, import_book, inspect_file

NAME = "import"
FAULTS_SHOWN = 10

app = typer.Typer(help="Take over a real book: customers, invoices, payments, subscriptions.", no_args_is_help=True)

FILE = typer.Argument(..., metavar="FILE", help="A .csv or .xlsx file.")
MAPPING = typer.Option(..., "--mapping", metavar="M.yaml", help="How its columns become ours.")
DRY_RUN = typer.Option(False, "--dry-run", help="Judge every row and compare the totals; write nothing.")
ERRORS = typer.Option(None, "--errors", metavar="FILE", help="Where refused rows go (default: NAME.errors.csv here).")
FORCE_STATUS = typer.Option("", "--force-status", metavar="STATUS", help="Take every row's status for this one.")


def _take_over(kind: ImportKind, words: str) -> None:
    """Make the command that takes over files of one kind."""

    @app.command(kind.value.lower(), help=words)
    def take_over(
        file: Path = FILE,
        mapping: Path = MAPPING,
        dry_run: bool = DRY_RUN,
        errors: Path | None = ERRORS,
        as_user: str = AS_USER,
        as_json: bool = AS_JSON,
    ) -> None:
        _import(kind, file, mapping, dry_run, errors, "", as_user, as_json)


_take_over(ImportKind.CUSTOMERS, "Customers with their billing accounts, contacts and addresses.")
_take_over(ImportKind.INVOICES, "Invoices and credit notes of another system, with what was paid on them.")
_take_over(ImportKind.PAYMENTS, "Receipts of another system, settling imported invoices where they name one.")


@app.command("subscriptions")
def import_subscriptions(
    file: Path = FILE,
    mapping: Path = MAPPING,
    dry_run: bool = DRY_RUN,
    errors: Path | None = ERRORS,
    force_status: str = FORCE_STATUS,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Running agreements, billed here from the cut-over day of the mapping on."""
    _import(ImportKind.SUBSCRIPTIONS, file, mapping, dry_run, errors, force_status, as_user, as_json)


@app.command("inspect")
def inspect(file: Path = FILE, as_json: bool = AS_JSON) -> None:
    """How a file reads: encoding, delimiter, and for each column the date formats and number styles that fit."""
    try:
        found = inspect_file(_content(file), name=file.name)
    except Refusal as refused:
        _refuse(refused, as_json=as_json)
    if as_json:
        print_json(found)
        return
    print_table(
        f"{file.name}: {found.row_count} rows, {found.encoding or 'xlsx'}, delimiter {found.delimiter!r}",
        ("column", "holds", "dates", "numbers", "blank", "distinct", "for instance"),
        [
            (
                column.name,
                column.kind,
                " or ".join(column.date_formats),
                " or ".join(column.number_styles),
                column.blank_count,
                column.distinct_count,
                ", ".join(sample[:24] for sample in column.samples),
            )
            for column in found.columns
        ],
    )


@app.command("list")
def show_jobs(as_json: bool = AS_JSON) -> None:
    """The newest imports and how they ended."""
    jobs = list_jobs()
    if as_json:
        print_json(jobs)
        return
    print_table(
        "",
        ("import", "file", "state", "rows", "made", "again", "refused"),
        [
            (
                job.id,
                job.file_name,
                job.state.value,
                job.row_count,
                job.created_count,
                job.repeated_count,
                job.error_count,
            )
            for job in jobs
        ],
    )


def _import(
    kind: ImportKind,
    file: Path,
    mapping: Path,
    dry_run: bool,
    errors: Path | None,
    force_status: str,
    as_user: str,
    as_json: bool,
) -> None:
    try:
        with _progress(show=not as_json and sys.stderr.isatty()) as progress:
            task = progress.add_task(file.name, total=None)
            report = import_book(
                act=act_as(as_user),
                kind=kind,
                file_name=file.name,
                content=_content(file),
                mapping_text=_text(mapping),
                dry_run=dry_run,
                force_status=force_status,
                on_progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
    except Refusal as refused:
        _refuse(refused, as_json=as_json)
    where = _write_errors(report, errors, file, dry_run=dry_run)
    if as_json:
        typer.echo(json.dumps(_as_plain(report, where, dry_run=dry_run), ensure_ascii=False, indent=2))
    else:
        _show(report, where, dry_run=dry_run)
    if report.state is not ImportState.TIED_OUT:
        raise typer.Exit(1)


def _progress(*, show: bool) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not show)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refusal(
            "import.unreadable",
            _("The file cannot be opened: %(problem)s.") % {"problem": error.strerror},
            field=str(file),
            cure=_("Give the path of a file that you may read."),
        ) from error


def _text(mapping: Path) -> str:
    try:
        return _content(mapping).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(
            "mapping.unreadable", _("The mapping is not UTF-8."), field=str(mapping), cure=_("Save it as UTF-8.")
        ) from error


def _refuse(refused: Refusal, *, as_json: bool) -> NoReturn:
    if as_json:
        plain = {name: getattr(refused, name) for name in ("code", "message", "field", "row", "cure")}
        typer.echo(json.dumps({"refused": plain}, ensure_ascii=False, indent=2))
        raise typer.Exit(2)
    raise refused


def _write_errors(report: ImportReport, errors: Path | None, file: Path, *, dry_run: bool) -> Path | None:
    """Write the refused rows; a dry run does so only where it was told to."""
    if not report.error_file or (dry_run and errors is None):
        return None
    path = errors or Path(f"{file.stem}.errors.csv")
    try:
        path.write_bytes(report.error_file)
    except OSError as error:
        typer.secho(f"{path}: {error.strerror}", fg="yellow", err=True)
        return None
    return path


def _as_plain(report: ImportReport, errors: Path | None, *, dry_run: bool) -> dict[str, Any]:
    return {
        "import": report.job_id,
        "dry_run": dry_run,
        "state": report.state.value,
        "rows": report.row_count,
        "created": report.created_count,
        "repeated": report.repeated_count,
        "skipped": report.skipped_count,
        "refused": len({fault.row for fault in report.faults}),
        "faults": [dataclasses.asdict(fault) for fault in report.faults[:FAULTS_SHOWN]],
        "errors": None if errors is None else str(errors),
        "tie_out": [dataclasses.asdict(line) for line in report.tie_out],
        "read_as": {
            "encoding": report.encoding,
            "delimiter": report.delimiter,
            "dates": report.date_format,
            "decimal": report.decimal_mark,
            "thousands": report.thousands_mark,
        },
    }


def _show(report: ImportReport, errors: Path | None, *, dry_run: bool) -> None:
    refused = len({fault.row for fault in report.faults})
    typer.echo(
        f"{'Dry run: nothing was written. ' if dry_run else ''}{report.row_count} rows: {report.created_count} made, "
        f"{report.repeated_count} were in, {report.skipped_count} left out, {refused} refused."
    )
    for fault in report.faults[:FAULTS_SHOWN]:
        typer.secho(f"  row {fault.row}, {fault.field}: {fault.message} {fault.cure}", fg="yellow")
    if errors is not None:
        typer.echo(f"Refused rows: {errors}. Correct them there and import that file by the same mapping.")
    print_table(
        f"Tie-out: {report.state.value}",
        ("currency", "measure", "theirs", "ours", "difference"),
        [(line.currency, line.measure, line.theirs, line.ours, line.difference) for line in report.tie_out],
    )
