"""billwright verify: every issued line recomputed from its stored derivation by the independent evaluator."""

from __future__ import annotations

import typer
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, print_json, print_table
from billwright.interfaces.cli.invoices import document_named
from billwright.kernel.errors import Refusal
from billwright.workflow.explanations import Verification, verify_documents

NAME = ""
app = typer.Typer()


@app.command()
def verify(
    documents: list[str] = typer.Argument(None, metavar="[NUMBER...]", help="Only these documents."),
    run: int = typer.Option(0, "--run", metavar="N", help="The documents of one bill run."),
    everything: bool = typer.Option(False, "--all", help="Every issued document of the book."),
    as_json: bool = AS_JSON,
) -> None:
    """Recompute issued documents from their stored derivation, cent by cent. Exit code 1: something differs."""
    if (bool(documents) + bool(run) + everything) != 1:
        raise Refusal(
            "verify.scope", _("Say which documents."), field="documents", cure=_("Give numbers, --run N or --all.")
        )
    found = verify_documents(
        invoice_ids=[document_named(one).id for one in documents] if documents else None,
        run_id=run or None,
        progress=lambda count: typer.echo(_("%(count)s documents …") % {"count": count}, err=True),
    )
    if as_json:
        print_json(found)
    else:
        _show(found)
    if not found.ok:
        raise typer.Exit(1)


def _show(found: Verification) -> None:
    typer.echo(
        _("%(documents)s documents, %(lines)s lines checked, %(wrong)s mismatched.")
        % {"documents": found.document_count, "lines": found.line_count, "wrong": found.mismatched_count}
    )
    if found.mismatches:
        rows = [(one.number, one.line_no or "", one.column, one.stored, one.computed) for one in found.mismatches]
        print_table("", ("document", "no", "column", "stored", "computed"), rows)
