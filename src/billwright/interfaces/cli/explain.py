"""billwright explain: why an invoice says what it says, down to clause, price version, events and postings."""

from __future__ import annotations

import typer
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, print_json
from billwright.interfaces.cli.invoices import document_named
from billwright.invoicing.queries.rebillings import RebillingRow
from billwright.workflow.explanations import Explanation, LineExplanation, explain_document

NAME = ""
app = typer.Typer()


@app.command()
def explain(
    document: str = typer.Argument(..., metavar="INVOICE", help="Number of an issued document."),
    line: int = typer.Option(0, "--line", metavar="N", help="Only this line."),
    language: str = typer.Option("", help="en, af, bg, de or hi (default: the customer's)."),
    as_json: bool = AS_JSON,
) -> None:
    """Derive every number of a document from its stored derivation. Exit code 1: a figure does not follow from it."""
    found = explain_document(document_named(document).id, line_no=line or None, language=language)
    if as_json:
        print_json(found)
    else:
        show_explanation(found)
    if not found.ok:
        raise typer.Exit(1)


def chain_in_words(chain: RebillingRow) -> str:
    """Original, credits and replacements in one line, with the true date and what was found afterwards."""
    links = [chain.original, *chain.credits, *chain.replacements]
    numbers = " → ".join(f"{link.number} {link.total}" for link in links)
    found = _("cause gone") if chain.is_right else _("cause not gone")
    return f"{chain.id} {chain.cause} {chain.true_date}: {numbers} ({found})"


def show_explanation(found: Explanation) -> None:
    """Print it for people."""
    typer.echo(f"{found.number}: {found.net} + {found.tax} = {found.total}")
    for line in found.lines:
        _show_line(line)
    for chain in found.rebillings:
        typer.echo("")
        typer.echo(chain_in_words(chain))
    typer.echo("")
    if found.ok:
        typer.echo(_("Recomputed from the stored derivation: every figure was found again."))
    for one in found.mismatches:
        typer.secho(
            _("Line %(no)s: %(column)s is %(stored)s, but follows to %(computed)s.")
            % {"no": one.line_no or "–", "column": one.column, "stored": one.stored, "computed": one.computed},
            fg="red",
        )


def _show_line(line: LineExplanation) -> None:
    typer.echo("")
    typer.secho(f"{line.line_no}. {line.text}  {line.net}", bold=True)
    for sentence in line.sentences:
        typer.echo(f"   {sentence}")
    typer.echo(f"   {line.formula}: {line.expression}")
    if line.usage is not None and line.usage.digest:
        typer.echo(f"   {line.usage.meter}: {line.usage.record_count}, {line.usage.digest}")
    for posting in line.postings:
        typer.echo(f"   {posting.code} {posting.name}: {posting.amount}")
