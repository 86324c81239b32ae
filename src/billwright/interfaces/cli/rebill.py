"""billwright rebill: credit what a document had wrong and bill what is right, with the chain kept."""

from __future__ import annotations

from datetime import datetime

import typer
from django.db import transaction

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json
from billwright.interfaces.cli.catalog import decimal
from billwright.interfaces.cli.explain import chain_in_words
from billwright.interfaces.cli.invoices import document_named
from billwright.interfaces.cli.naming import account_id_named
from billwright.invoicing.queries.rebillings import RebillingRow, rebillings_of
from billwright.invoicing.states import RebillCause
from billwright.workflow import rebilling
from billwright.workflow.rebilling import NewRebill

app = typer.Typer(help="Credit a document and bill it anew, from the day on which it was wrong.")

DOCUMENT = typer.Argument(..., metavar="INVOICE", help="Number of an issued document.")
CAUSE = typer.Argument(..., help=", ".join(RebillCause.values))
DAY = ["%Y-%m-%d"]


@app.command()
def do(
    document: str = DOCUMENT,
    cause: RebillCause = CAUSE,
    since: datetime = typer.Option(..., formats=DAY, metavar="DATE", help="The first day on which it was wrong."),
    date: datetime = typer.Option(..., formats=DAY, metavar="DATE", help="Date of the new documents."),
    reason: str = typer.Option(..., help="Why: printed, and kept with the chain."),
    line: int = typer.Option(0, help="The line that is wrong, where the document bills more than one subscription."),
    plan: str = typer.Option("", help="The right plan."),
    quantity: str = typer.Option("", help="The right quantity."),
    price: str = typer.Option("", help="The right price per unit."),
    account: str = typer.Option("", help="The account that owes it."),
    purchase_order: str = "",
    preview: bool = typer.Option(False, "--preview", help="Only say what it comes to."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Credit what was wrong, put it right from that day on, and bill what is right."""
    asked = NewRebill(
        cause=cause,
        true_date=since.date(),
        document_date=date.date(),
        line_no=line or None,
        plan=plan,
        quantity=decimal(quantity, field="quantity") if quantity else None,
        unit_price=decimal(price, field="price") if price else None,
        account_id=account_id_named(account) if account else None,
        purchase_order=purchase_order,
    )
    verb = rebilling.preview_rebill if preview else rebilling.rebill
    with transaction.atomic():
        row = verb(act=act_as(as_user, reason=reason), invoice_id=document_named(document).id, asked=asked)
    _show([row], as_json)


@app.command()
def show(document: str = DOCUMENT, as_json: bool = AS_JSON) -> None:
    """Show the chains that a document is part of: as original, credit or replacement."""
    _show(rebillings_of(document_named(document).id), as_json)


@app.command()
def undo(
    rebilling_id: int = typer.Argument(..., metavar="ID", help="As `show` names it."),
    date: datetime = typer.Option(..., formats=DAY, metavar="DATE", help="Date of the new documents."),
    reason: str = typer.Option(..., help="Why."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a credit and rebill back by its inverse."""
    with transaction.atomic():
        row = rebilling.undo_rebill(
            act=act_as(as_user, reason=reason), rebilling_id=rebilling_id, document_date=date.date()
        )
    _show([row], as_json)


def _show(rows: list[RebillingRow], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(chain_in_words(row))
        typer.echo(f"   {row.difference}")
