"""The ageing report as a workbook: totals with their tie, and the lines."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.render.xlsx import Sheet, write_workbook
from billwright.reporting.ageing import Ageing


def ageing_workbook(report: Ageing) -> bytes:
    """Two sheets of an ageing report with real numbers."""
    money = [(label.replace("_", " "), "money") for label in report.labels]
    codes = {total.legal_entity_id: total.entity for total in report.totals}
    totals = Sheet(
        title=_("Totals"),
        columns=[
            (_("Entity"), "text"), (_("Currency"), "text"), *money, (_("Total"), "money"),
            (_("Unallocated"), "money"), (_("Suspense"), "money"), (_("Held"), "money"), (_("Disputed"), "money"),
            (_("Ledger"), "money"), (_("Difference"), "money"),
        ],
        rows=[
            (
                total.entity, total.currency, *total.buckets, total.total, total.unallocated, total.suspense,
                total.held, total.disputed, total.ledger, total.difference,
            )
            for total in report.totals
        ],
    )  # fmt: skip
    lines = Sheet(
        title=_("Accounts"),
        columns=[
            (_("Account"), "text"), (_("Name"), "text"), (_("Entity"), "text"), (_("Currency"), "text"), *money,
            (_("Total"), "money"), (_("Unallocated"), "money"), (_("Held"), "money"), (_("Disputed"), "money"),
        ],
        rows=[
            (
                line.number, line.name, codes.get(line.legal_entity_id, ""), line.currency, *line.buckets,
                line.total, line.unallocated, line.held, line.disputed,
            )
            for line in report.lines
        ],
    )  # fmt: skip
    return write_workbook([totals, lines])
