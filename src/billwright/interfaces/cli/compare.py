"""billwright compare: an invoice against the last of its account, per cause, with the answer to the customer."""

from __future__ import annotations

import typer

from billwright.interfaces.cli.acting import AS_JSON, print_json, print_table
from billwright.interfaces.cli.invoices import document_named
from billwright.workflow.bill_compare import compare_documents

NAME = ""
app = typer.Typer()


@app.command()
def compare(
    document: str = typer.Argument(..., metavar="INVOICE", help="Number of an issued document."),
    other: str = typer.Argument("", metavar="[OTHER]", help="The one to compare with (default: the account's last)."),
    language: str = typer.Option("", help="en, af, bg, de or hi (default: the customer's)."),
    as_json: bool = AS_JSON,
) -> None:
    """Say why two documents differ; the causes add up to the difference."""
    found = compare_documents(
        document_named(document).id, other_id=document_named(other).id if other else None, language=language
    )
    if as_json:
        print_json(found)
        return
    print_table("", ("cause", "amount"), [(one.cause, one.amount) for one in found.causes])
    typer.echo(found.answer)
