"""billwright remittance: show what advice says, take it in, see what differs from the books."""

from __future__ import annotations

from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.kernel.errors import Refusal
from billwright.org.queries import get_legal_entity
from billwright.receivables import queries
from billwright.receivables.remittance_rows import AdviceRow, LineStanding
from billwright.workflow.cash_application import read_advice, take_advice

app = typer.Typer(help=_("Remittance advice: what payers say that their money is for."))

NOT_READABLE = 2
FILE = typer.Argument(..., metavar="FILE", exists=True, dir_okay=False, help="REMADV, X12 820, CSV, XLSX, mail or PDF.")


@app.callback()
def remittance() -> None:
    """Remittance advice: what payers say that their money is for."""


@app.command()
def parse(file: Path = FILE, as_json: bool = AS_JSON) -> None:
    """Show what an advice says, without recording anything. Exit code 1: it does not add up; 2: not readable."""
    try:
        read = read_advice(file.read_bytes(), name=file.name)
    except Refusal as refused:
        typer.secho(f"{file}: {refused.message} {refused.cure or ''}".rstrip(), fg="red", err=True)
        raise typer.Exit(NOT_READABLE) from refused
    if as_json:
        print_json(read)
    else:
        print_table(
            f"{read.format} {read.reference} {read.payer}".strip(),
            [_("document"), _("amount"), _("deduction"), _("reason")],
            [(line.document, line.amount, line.deduction or "", line.reason) for line in read.lines],
        )
    for fault in read.faults:
        typer.secho(fault, fg="yellow", err=True)
    raise typer.Exit(1 if read.faults else 0)


@app.command()
def take(
    file: Path = FILE,
    entity: str = typer.Option(..., "--entity", metavar="CODE", help="Whose documents are paid."),
    currency: str = typer.Option("", "--currency", help="Where the file does not say (default: the company's)."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take an advice in: the receipt that it belongs to pays what its lines say."""
    with transaction.atomic():
        row = take_advice(
            act=act_as(username),
            name=file.name,
            content=file.read_bytes(),
            legal_entity_id=get_legal_entity(code=entity).id,
            currency=currency or None,
        )
    _show(row, as_json=as_json)


@app.command("show")
def show_one(advice_id: int = typer.Argument(..., metavar="ID"), as_json: bool = AS_JSON) -> None:
    """One advice, and how each of its lines stands against the books."""
    _show(queries.get_advice(advice_id), as_json=as_json)


def _show(row: AdviceRow, *, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    words = {LineStanding.AGREES: ""}
    print_table(
        f"{row.advice_id} {row.format} {row.total} {row.payment_number or _('no receipt yet')}",
        [_("document"), _("amount"), _("deduction"), _("open"), _("paid"), _("differs"), _("reason")],
        [
            (
                line.number or line.document,
                line.amount,
                line.deduction,
                line.open or "",
                line.paid or "",
                words.get(line.standing, str(line.standing)),
                line.reason,
            )
            for line in row.lines
        ],
    )


@app.command("list")
def list_all(
    waiting: bool = typer.Option(False, "--waiting", help="Only those whose receipt has not come."),
    limit: int = typer.Option(50, "--limit"),
    as_json: bool = AS_JSON,
) -> None:
    """Advice, the newest first."""
    rows = queries.list_advice(is_waiting=True if waiting else None, limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        _("Remittance advice"),
        [_("id"), _("file"), _("format"), _("total"), _("reference"), _("receipt"), _("lines"), _("differ")],
        [
            (row.advice_id, row.name, row.format, row.total, row.reference, row.payment_number, len(row.lines),
             row.differing_count)
            for row in rows
        ],
    )  # fmt: skip
