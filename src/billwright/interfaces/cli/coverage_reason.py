"""billwright coverage-reason: why days or lines that coverage lists are as they should be."""

from __future__ import annotations

from datetime import datetime

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json
from billwright.interfaces.cli.naming import account_id_named
from billwright.invoicing.operations.coverage import record_coverage_reason
from billwright.invoicing.queries import find_document_by_number

NAME = ""
app = typer.Typer()
DAY = ["%Y-%m-%d"]


@app.command("coverage-reason")
def coverage_reason(
    account: str = typer.Argument(..., metavar="BAN"),
    reason: str = typer.Argument(..., help="Why it is as it should be."),
    item: int = typer.Option(0, help="The charge, as `coverage --json` names it."),
    first: datetime | None = typer.Option(None, "--from", formats=DAY),
    before: datetime | None = typer.Option(None, "--to", formats=DAY, help="The day after the last."),
    document: str = typer.Option("", help="Number of the document whose line looks billed twice."),
    line: int = typer.Option(0),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Record why days on no line, or a line that looks billed twice, are right. Nothing is billed by it."""
    found = find_document_by_number(document) if document else None
    with transaction.atomic():
        row = record_coverage_reason(
            act=act_as(as_user),
            account_id=account_id_named(account),
            reason=reason,
            item_id=item or None,
            starts_on=first.date() if first else None,
            ends_before=before.date() if before else None,
            invoice_id=found.id if found else None,
            line_no=line or None,
        )
    if as_json:
        print_json(row)
        return
    typer.echo(_("The reason is recorded."))
