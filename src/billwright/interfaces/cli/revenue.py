"""billwright revenue: recognise what is deferred, see what lies ahead, recurring revenue and its movements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, AS_USER, act_as, print_json, print_table, today_of
from billwright.interfaces.cli.naming import entities_named
from billwright.invoicing.queries.revenue import list_revenue_runs
from billwright.kernel.periods import add_months, month_of
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.reporting.mrr import MrrMonth, MrrQuestion, Unit, mrr_report
from billwright.reporting.mrr_sheet import mrr_workbook
from billwright.workflow.revenue_recognition import Recognition, recognize_revenue, reverse_recognition, waterfall

app = typer.Typer(help=_("Deferred revenue month by month, and monthly recurring revenue."))
ENTITY = typer.Argument(..., metavar="CODE", help="The legal entity.")
MONTH_FORMATS = ["%Y-%m", "%Y-%m-%d"]


MONTH = typer.Option(
    None, "--month", show_default="last month", metavar="MONTH", formats=MONTH_FORMATS, help="Such as 2026-03."
)


def _month(given: datetime | None, entities: Sequence[LegalEntityRow]) -> date:
    """A month that was given, by a day of it; else the last that is over at the first of some legal entities."""
    return given.date() if given else add_months(today_of(entities).replace(day=1), -1)


@app.command("recognise")
def recognise(
    entity: str = ENTITY,
    month: datetime | None = MONTH,
    since: datetime | None = typer.Option(
        None, "--since", metavar="MONTH", formats=MONTH_FORMATS, help="Every month from this one on, in order."
    ),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Recognize what a month's days bring of lines billed ahead. A second run does only what came since."""
    company = get_legal_entity(code=entity)
    last = _month(month, [company])
    done = [_recognized(company.id, one, as_user) for one in _months(since.date() if since else last, last)]
    if as_json:
        print_json(done)
        return
    for one in done:
        _show_recognition(one)


def _months(first: date, last: date) -> list[date]:
    months = [first.replace(day=1)]
    while add_months(months[-1], 1) <= last:
        months.append(add_months(months[-1], 1))
    return months


def _recognized(entity_id: int, month: date, as_user: str) -> Recognition:
    with transaction.atomic():
        return recognize_revenue(act=act_as(as_user), legal_entity_id=entity_id, month=month)


def _show_recognition(done: Recognition) -> None:
    month = f"{done.month:%Y-%m}"
    if done.run_id is None:
        typer.echo(_("%(month)s: nothing to recognize.") % {"month": month})
        return
    words = {"month": month, "run": done.run_id, "count": done.line_count}
    typer.echo(_("%(month)s: run %(run)s recognized %(count)s lines.") % words)
    print_table("", ["family", "total"], [(one.family, one.amount) for one in done.amounts])


@app.command("reverse")
def reverse(
    run: int = typer.Argument(..., metavar="RUN", help="Number of the run."),
    reason: str = typer.Option(..., "--reason", help="Why."),
    as_user: str = AS_USER,
    as_json: bool = AS_JSON,
) -> None:
    """Take a recognition back, the latest first."""
    with transaction.atomic():
        done = reverse_recognition(act=act_as(as_user, reason=reason), revenue_run_id=run)
    if as_json:
        print_json(done)
    else:
        typer.echo(_("Run %(run)s is taken back as of %(day)s.") % {"run": run, "day": done.accounting_date})


@app.command("runs")
def runs(entity: str = ENTITY, as_json: bool = AS_JSON) -> None:
    """The recognitions of an entity, the newest first."""
    found = list_revenue_runs(legal_entity_id=get_legal_entity(code=entity).id)
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ["run", "month", "booked on", "lines", "reverses", "reversed by"],
        [
            (one.id, f"{one.month:%Y-%m}", one.accounting_date, one.line_count, one.reverses_id or "",
             one.reversed_by_id or "")
            for one in found
        ],
    )  # fmt: skip


@app.command("waterfall")
def show_waterfall(
    entity: str = ENTITY,
    month: datetime | None = typer.Option(
        None, show_default="last month", metavar="MONTH", formats=MONTH_FORMATS, help="As of the end of this month."
    ),
    as_json: bool = AS_JSON,
) -> None:
    """Deferred revenue by family and month ahead, tied to the ledger. Exit code 1: it does not tie."""
    company = get_legal_entity(code=entity)
    with transaction.atomic():
        found = waterfall(legal_entity_id=company.id, as_of=month_of(_month(month, [company])).last_day)
    if as_json:
        print_json(found)
    else:
        months = found.months
        rows = [
            (row.code, row.family, row.deferred, row.due.decimal,
             *(next((one.amount.decimal for one in row.ahead if one.month == ahead), "") for ahead in months),
             row.by_hand.decimal, row.ledger.decimal, row.difference.decimal)
            for row in found.rows
        ]  # fmt: skip
        heads = ["account", "family", "total", "due", *(f"{ahead:%Y-%m}" for ahead in months), "by hand", "ledger"]
        print_table(_("Deferred as of %(day)s") % {"day": found.as_of}, [*heads, "difference"], rows)
    if not found.ties:
        raise typer.Exit(1)


@app.command("mrr")
def mrr(
    entity: str = typer.Option("", "--entity", metavar="CODE", help="Only this legal entity."),
    month: datetime | None = MONTH,
    since: datetime | None = typer.Option(None, "--since", metavar="MONTH", formats=MONTH_FORMATS, help="First month."),
    by: Unit = typer.Option(Unit.SUBSCRIPTION, "--by", help="Whose movements."),
    xlsx: Path | None = typer.Option(None, "--xlsx", metavar="FILE", help="Write an Excel workbook."),
    as_json: bool = AS_JSON,
) -> None:
    """Monthly recurring revenue at each month's end, and how it moved."""
    entities = entities_named(entity)
    last = _month(month, entities)
    question = MrrQuestion(
        legal_entity_ids=tuple(one.id for one in entities),
        first=since.date() if since else add_months(last.replace(day=1), -11),
        last=last,
        by=by,
    )
    found, units = mrr_report(question)
    codes = {one.id: one.code for one in entities}
    if xlsx is not None:
        xlsx.write_bytes(mrr_workbook(found, units, codes=codes))
    if as_json:
        print_json(found)
        return
    print_table(
        "",
        ["entity", "currency", "month", "opening", "new", "expansion", "contraction", "churn", "reactivation", "total"],
        [_mrr_cells(one, codes) for one in found],
    )


def _mrr_cells(one: MrrMonth, codes: dict[int, str]) -> tuple[Any, ...]:
    moved = (one.opening, one.new, one.expansion, one.contraction, one.churn, one.reactivation, one.closing)
    return (codes[one.legal_entity_id], one.currency, f"{one.month:%Y-%m}", *(amount.decimal for amount in moved))
