"""billwright reconcile: our books of a customer's accounts beside the customer's own paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.interfaces.cli.naming import account_named
from billwright.receivables.queries import reconciliations as queries
from billwright.receivables.reconciliation_rows import Columns
from billwright.receivables.states import DifferenceKind, TheirContent
from billwright.workflow import reconciliations as workbench

app = typer.Typer(help=_("Compare accounts with a customer's own statement or remittance."))

ID = typer.Argument(..., metavar="ID", help="The reconciliation's id.")
DAY = ["%Y-%m-%d"]


@app.command()
def start(
    accounts: list[str] = typer.Argument(..., metavar="BAN...", help="Accounts of one customer, of any company."),
    as_of: datetime = typer.Option(..., "--as-of", formats=DAY, help="The day of both balances."),
    content: TheirContent = typer.Option(TheirContent.OPEN_ITEMS, "--content", help="What they sent."),
    since: datetime | None = typer.Option(None, "--since", formats=DAY, help="For movements (default: their first)."),
    timing_days: int = typer.Option(5, "--timing-days", help="Days on which something may be on its way."),
    title: str = typer.Option("", "--title", help="How it is called in the list."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Begin a comparison."""
    with transaction.atomic():
        row = workbench.start_reconciliation(
            act=act_as(username),
            account_ids=tuple(account_named(number).id for number in accounts),
            content=content,
            as_of=as_of.date(),
            since=since.date() if since else None,
            timing_days=timing_days,
            title=title,
        )
    print_json(row) if as_json else typer.echo(f"{row.id}: {row.title}")


@app.command("add")
def add_paper(
    reconciliation_id: int = ID,
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="CSV, XLSX, or a PDF with text."),
    account: str = typer.Option("", "--account", metavar="BAN", help="Whose it is, where no column says so."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a file of theirs in, read it and compare."""
    with transaction.atomic():
        row = workbench.add_their_paper(
            act=act_as(username),
            reconciliation_id=reconciliation_id,
            name=file.name,
            content=file.read_bytes(),
            account_id=account_named(account).id if account else None,
        )
    if as_json:
        print_json(row)
    else:
        typer.echo(_("File %(id)d: %(count)d lines read.") % {"id": row.id, "count": row.row_count})


@app.command()
def columns(
    reconciliation_id: int = ID,
    file_id: int = typer.Argument(..., metavar="FILE", help="Its id, from `reconcile show`."),
    number: str = typer.Option(None, "--number", help="The column of document numbers."),
    dated_on: str = typer.Option(None, "--date", help="The column of days."),
    amount: str = typer.Option(None, "--amount", help="The column of amounts."),
    debit: str = typer.Option(None, "--debit", help="The column of what they owe, where two columns hold amounts."),
    credit: str = typer.Option(None, "--credit", help="The column of what they paid or were credited."),
    date_format: str = typer.Option(None, "--date-format", help="As d/m/Y."),
    turned: bool = typer.Option(False, "--turned", help="What they owe is negative in it."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Confirm which columns say what; those not named stay as they were found."""
    found = queries.get_their_file(file_id).columns
    given = {
        "number": number, "dated_on": dated_on, "amount": amount, "debit": debit, "credit": credit,
        "date_format": date_format,
    }  # fmt: skip
    told = {name: getattr(found, name) if value is None else value for name, value in given.items()}
    with transaction.atomic():
        row = workbench.confirm_columns(
            act=act_as(username),
            reconciliation_id=reconciliation_id,
            their_file_id=file_id,
            columns=Columns(
                **told,
                currency=found.currency,
                account=found.account,
                text=found.text,
                decimal=found.decimal,
                thousands=found.thousands,
                is_turned=turned or found.is_turned,
            ),
        )
    print_json(row) if as_json else typer.echo(_("Confirmed."))


@app.command()
def show(
    reconciliation_id: int = ID,
    kind: DifferenceKind | None = typer.Option(None, "--kind", help="The lines of one kind."),
    as_json: bool = AS_JSON,
) -> None:
    """Both balances, what lies between, and with --kind every line of it."""
    if kind is not None:
        found = queries.list_findings(reconciliation_id, kind=kind, limit=None)
        if as_json:
            print_json(found)
            return
        print_table(
            str(kind),
            ("id", "theirs", "amount", "ours", "amount", "difference", "why"),
            [
                (one.id, one.their_number, one.theirs, one.our_number, one.ours, one.difference, one.explanation)
                for one in found
            ],
        )
        return
    totals = queries.total_findings(reconciliation_id)
    if as_json:
        print_json(totals)
        return
    print_table(
        queries.get_reconciliation(reconciliation_id).title,
        ("kind", "lines", "theirs", "ours", "difference", "unexplained"),
        [(one.kind, one.count, one.theirs, one.ours, one.difference, one.unexplained_count) for one in totals],
    )


@app.command()
def compare(reconciliation_id: int = ID, username: str = AS_USER) -> None:
    """Compare with the books as they are now."""
    with transaction.atomic():
        workbench.compare_again(act=act_as(username), reconciliation_id=reconciliation_id)
    typer.echo(_("Compared."))


@app.command()
def explain(
    reconciliation_id: int = ID,
    text: str = typer.Argument(..., help="Why they differ."),
    kind: str = typer.Option("", "--kind", help="All of a kind that nobody has explained."),
    findings: list[int] = typer.Option([], "--finding", help="One of them, by its id."),
    username: str = AS_USER,
) -> None:
    """Say why findings differ."""
    with transaction.atomic():
        workbench.explain(
            act=act_as(username), reconciliation_id=reconciliation_id, text=text, kind=kind,
            finding_ids=tuple(findings),
        )  # fmt: skip
    typer.echo(_("Kept."))


@app.command("sign-off")
def sign_off(
    reconciliation_id: int = ID,
    note: str = typer.Option("", "--note", help="What is kept with the signature."),
    username: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Freeze the figures; every difference is explained."""
    with transaction.atomic():
        row = workbench.sign_off(act=act_as(username), reconciliation_id=reconciliation_id, note=note)
    print_json(row) if as_json else typer.echo(_("Signed off: %(digest)s.") % {"digest": row.digest})


@app.command()
def export(
    reconciliation_id: int = ID, to: Path = typer.Option(..., "--to", metavar="FILE", help="A .xlsx to write.")
) -> None:
    """Write the comparison as a spreadsheet."""
    to.write_bytes(workbench.reconciliation_workbook(reconciliation_id))
    typer.echo(str(to))
