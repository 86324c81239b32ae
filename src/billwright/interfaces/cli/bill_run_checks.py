"""billwright bill-run checks and held: the table of checks before issue, and what they hold."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_accounts
from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table
from billwright.invoicing.operations.checks import release_many
from billwright.invoicing.queries import checks as queries
from billwright.invoicing.states import CheckSeverity
from billwright.kernel.clock import business_date
from billwright.org.queries import get_legal_entity
from billwright.workflow.approvals import request_approval
from billwright.workflow.bill_checks import preview_check

checks = typer.Typer(help=_("Checks before issue: what each does in a company, and from when."))
held = typer.Typer(help=_("Documents that a check holds."))
ENTITY = typer.Argument(..., metavar="ENTITY", help="Code of the legal entity.")
FACTOR = typer.Option(None, help="Times the usual distance (outlier).")
MINIMUM = typer.Option(None, help="Least amount in the document's currency (outlier).")
DAYS = typer.Option(None, help="How many days back (bank_changed).")


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@checks.command("list")
def list_checks(entity: str = ENTITY, history: bool = False, as_user: str = AS_USER, as_json: bool = AS_JSON) -> None:
    """Show what each check does today, or everything that was chosen and planned."""
    company = get_legal_entity(code=entity)
    today = business_date(act_as(as_user).at, company.timezone)
    rows = (
        queries.check_history(legal_entity_id=company.id)
        if history
        else queries.list_checks(legal_entity_id=company.id, on=today)
    )
    if as_json:
        print_json(rows)
        return
    print_table("", ("check", "does", "factor", "least", "days", "since"),
                [(row.code, row.severity, row.factor or "", row.minimum or "", row.days or "", row.valid_from or "")
                 for row in rows])  # fmt: skip


@checks.command()
def preview(
    entity: str = ENTITY,
    code: str = typer.Argument(..., metavar="CHECK"),
    severity: CheckSeverity = typer.Argument(..., case_sensitive=False),
    factor: str | None = FACTOR,
    minimum: str | None = MINIMUM,
    days: int | None = DAYS,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Say how many documents of the last run the check would have held."""
    found = preview_check(
        act=act_as(as_user),
        legal_entity_id=get_legal_entity(code=entity).id,
        code=code,
        severity=severity,
        factor=_number(factor),
        minimum=_number(minimum),
        days=days,
    )
    if as_json:
        print_json(found)
        return
    typer.echo(
        _("Of %(all)s accounts of run %(run)s: found %(found)s (now %(before)s), held %(held)s.")
        % {"all": found.document_count, "run": found.run_id, "found": found.found_after,
           "before": found.found_before, "held": found.held_after}
    )  # fmt: skip


@checks.command()
def change(
    entity: str = ENTITY,
    code: str = typer.Argument(..., metavar="CHECK"),
    severity: CheckSeverity = typer.Argument(..., case_sensitive=False),
    since: datetime = typer.Option(..., "--from", formats=["%Y-%m-%d"], help="From this day on."),
    reason: str = typer.Option(..., help="Why; the second person reads it."),
    factor: str | None = FACTOR,
    minimum: str | None = MINIMUM,
    days: int | None = DAYS,
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Ask that a check do something else; another person lets it hold."""
    company = get_legal_entity(code=entity)
    arguments = {
        "legal_entity_id": company.id,
        "code": code,
        "severity": severity,
        "valid_from": since.date(),
        "factor": _number(factor),
        "minimum": _number(minimum),
        "days": days,
    }
    with transaction.atomic():
        asked = request_approval(
            act=act_as(as_user, reason=reason),
            verb="check_rule.set",
            arguments=arguments,
            case_text=f"{code}: {severity} {company.code} {since.date()}",
        )
    if as_json:
        print_json(asked)
        return
    typer.echo(_("Request %(id)s waits for a second person.") % {"id": asked.id})


@held.command("list")
def list_held(
    state: str = typer.Option("OPEN", help="OPEN, RELEASED or GONE; empty: all."),
    run: int = typer.Option(0, help="Of this run."),
    code: str = typer.Option("", help="Of this check."),
    as_json: bool = AS_JSON,
) -> None:
    """List what checks hold, the oldest first."""
    rows = queries.list_held(state=state.upper(), run_id=run or None, code=code, limit=1000)
    if as_json:
        print_json(rows)
        return
    accounts = get_accounts({row.payer_id for row in rows})
    print_table("", ("id", "run", "account", "check", "total", "state", "reason"),
                [(row.id, row.run_id, accounts[row.payer_id].number, row.code, row.total, row.state, row.reason)
                 for row in rows])  # fmt: skip


@held.command()
def release(
    held_ids: list[int] = typer.Argument(..., metavar="ID...", help="Numbers of held documents."),
    reason: str = typer.Option(..., help="Why they may go."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Let exactly these documents go."""
    with transaction.atomic():
        rows = release_many(act=act_as(as_user), held_ids=tuple(held_ids), reason=reason)
    if as_json:
        print_json(rows)
        return
    typer.echo(_("%(count)s released.") % {"count": len(rows)})
