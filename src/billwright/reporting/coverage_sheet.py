"""Coverage as a workbook: what is not on exactly one line, and lines that look billed twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.render.xlsx import Sheet, write_workbook
from billwright.reporting.coverage import Coverage


def coverage_workbook(found: Coverage) -> bytes:
    """Two sheets with real numbers."""
    days = Sheet(
        title=_("Days"),
        columns=[
            (_("What"), "text"), (_("Account"), "text"), (_("Subscription"), "text"), (_("Charge"), "text"),
            (_("From"), "date"), (_("Before"), "date"), (_("Lines"), "integer"), (_("Currency"), "text"),
            (_("Value"), "money"), (_("Reason"), "text"),
        ],
        rows=(
            (one.verdict, one.account, one.subscription, one.charge, one.starts_on, one.ends_before, one.line_count,
             one.value.currency, one.value, one.reason)
            for one in found.days
        ),
    )  # fmt: skip
    same = Sheet(
        title=_("Looks billed twice"),
        columns=[
            (_("Account"), "text"), (_("Document"), "text"), (_("Line"), "integer"), (_("Other document"), "text"),
            (_("Text"), "text"), (_("Currency"), "text"), (_("Value"), "money"), (_("Reason"), "text"),
        ],
        rows=(
            (one.account, one.number, one.line_no, one.other_number, one.text, one.value.currency, one.value,
             one.reason)
            for one in found.same_lines
        ),
    )  # fmt: skip
    return write_workbook([days, same])
