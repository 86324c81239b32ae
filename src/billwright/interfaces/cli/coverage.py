"""billwright coverage: every billable day on exactly one line, or with a reason."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from django.utils.translation import gettext as _

from billwright.catalog.queries import get_plan
from billwright.interfaces.cli.acting import AS_JSON, day_asked, print_table
from billwright.interfaces.cli.naming import ENTITY, account_id_named, entities_named
from billwright.interfaces.cli.report import AS_OF
from billwright.reporting.coverage import Coverage, CoveredDays, SameLine, check_coverage
from billwright.reporting.coverage_sheet import coverage_workbook

NAME = ""
app = typer.Typer()


@app.command()
def coverage(
    account: str = typer.Argument("", metavar="[BAN]", help="One billing account; none: all."),
    as_of: datetime | None = AS_OF,
    entity: str = ENTITY,
    plan: str = typer.Option("", "--plan", metavar="CODE", help="Only charges of this plan."),
    since: datetime | None = typer.Option(None, "--since", formats=["%Y-%m-%d"], help="Only days after this one."),
    reasons: bool = typer.Option(False, "--reasons", help="List what has a reason too."),
    xlsx: Path | None = typer.Option(None, "--xlsx", metavar="FILE", help="Write an Excel workbook."),
    as_json: bool = AS_JSON,
) -> None:
    """List days billed twice or not at all, with their value. Exit code 1: there are some."""
    entities = entities_named(entity)
    found = check_coverage(
        as_of=day_asked(as_of, entities),
        account_ids=[account_id_named(account)] if account else None,
        legal_entity_ids=[one.id for one in entities],
        plan_ids=[get_plan(code=plan).id] if plan else None,
        since=since.date() if since else None,
    )
    if xlsx:
        xlsx.write_bytes(coverage_workbook(found))
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=2))
    else:
        _show(found, with_reasons=reasons)
    if not found.ok:
        raise typer.Exit(1)


def _show(found: Coverage, *, with_reasons: bool) -> None:
    if found.ok:
        typer.echo(_("Every day is on exactly one line, or has a reason."))
    shown = found.days if with_reasons else found.faults
    if shown:
        columns = ("what", "account", "subscription", "charge", "from", "to", "lines", "value")
        rows = [
            (one.verdict, one.account, one.subscription, one.charge, one.starts_on, one.ends_before, one.line_count,
             one.value)
            for one in shown
        ]  # fmt: skip
        print_table("", columns, rows)
    if found.same_lines:
        rows_twice = [(one.account, one.number, one.other_number, one.text, one.value) for one in found.same_lines]
        print_table(_("Looks billed twice"), ("account", "document", "and", "text", "value"), rows_twice)


def _as_json(found: Coverage) -> dict[str, Any]:
    return {
        "as_of": str(found.as_of),
        "ok": found.ok,
        "totals": [
            {"verdict": verdict, "currency": currency, "value": f"{value.decimal:f}"}
            for (verdict, currency), value in found.values().items()
        ],
        "days": [_days(one) for one in found.days],
        "same_lines": [_same(one) for one in found.same_lines],
    }


def _days(one: CoveredDays) -> dict[str, Any]:
    return {
        "verdict": one.verdict,
        "fault": one.is_fault,
        "account": one.account,
        "subscription": one.subscription,
        "account_id": one.account_id,
        "item": one.item_id,
        "charge": one.charge,
        "from": str(one.starts_on),
        "to": str(one.ends_before),
        "lines": one.line_count,
        "currency": one.value.currency,
        "value": f"{one.value.decimal:f}",
        "reason": one.reason,
    }


def _same(one: SameLine) -> dict[str, Any]:
    return {
        "account": one.account,
        "document": one.number,
        "line": one.line_no,
        "other_document": one.other_number,
        "other_line": one.other_line_no,
        "text": one.text,
        "from": str(one.service_from),
        "to": str(one.service_to),
        "currency": one.value.currency,
        "value": f"{one.value.decimal:f}",
        "reason": one.reason,
    }
