"""billwright report performance: how billing went, month by month, with the cases behind it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer
from django.utils.translation import gettext as _

from billwright.interfaces.cli.acting import AS_JSON, print_json, print_table, today_of
from billwright.interfaces.cli.naming import ENTITY, entities_named
from billwright.kernel.periods import add_months
from billwright.reporting.performance import Performance, billing_performance
from billwright.reporting.performance_sheet import performance_workbook

FORMATS = ["%Y-%m", "%Y-%m-%d"]


def performance(
    entity: str = ENTITY,
    first: datetime | None = typer.Option(None, "--first", metavar="MONTH", formats=FORMATS, help="(12 months back)"),
    last: datetime | None = typer.Option(None, "--last", metavar="MONTH", formats=FORMATS, help="(this month)"),
    xlsx: Path | None = typer.Option(None, "--xlsx", metavar="FILE", help="Write an Excel workbook."),
    as_json: bool = AS_JSON,
) -> None:
    """Invoices, value, corrections by cause, products, unbilled, and what to look at first."""
    entities = entities_named(entity)
    today = today_of(entities)
    found = billing_performance(
        legal_entity_ids=[one.id for one in entities],
        first=first.date() if first else add_months(today.replace(day=1), -11),
        last=last.date() if last else today,
        known_on=today,
    )
    if xlsx is not None:
        xlsx.write_bytes(performance_workbook(found))
    if as_json:
        print_json(found)
        return
    _show(found)


def _show(found: Performance) -> None:
    print_table(
        "",
        ("entity", "month", "documents", "net", "corrected", "for a fault", "right at once"),
        [
            (one.entity, f"{one.month:%Y-%m}", one.invoice_count, one.net, one.corrected_count, one.fault_count,
             f"{one.accuracy * 100:.1f} %")
            for one in found.months
        ],
    )  # fmt: skip
    print_table(_("Why"), ("cause", "documents", "net"),
                [(one.reason_code, one.invoice_count, one.net) for one in found.causes])  # fmt: skip
    for one in found.recommendations:
        typer.echo(f"{one.says} {', '.join(one.invoices)}")
