"""Billing performance as a workbook: months, causes, products, and every correction behind them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from billwright.render.xlsx import Sheet, write_workbook
from billwright.reporting.performance import Performance


def performance_workbook(found: Performance) -> bytes:
    """Four sheets with real numbers."""
    return write_workbook([_months(found), _causes(found), _products(found), _cases(found)])


def _months(found: Performance) -> Sheet:
    return Sheet(
        title=_("Months"),
        columns=[
            (_("Company"), "text"), (_("Currency"), "text"), (_("Month"), "date"), (_("Invoices"), "integer"),
            (_("Net"), "money"), (_("Corrected"), "integer"), (_("For a fault"), "integer"),
            (_("Net of faults"), "money"), (_("Right at once"), "percent"),
        ],
        rows=[
            (one.entity, one.currency, one.month, one.invoice_count, one.net, one.corrected_count, one.fault_count,
             one.fault, one.accuracy)
            for one in found.months
        ],
    )  # fmt: skip


def _causes(found: Performance) -> Sheet:
    return Sheet(
        title=_("Causes"),
        columns=[(_("Cause"), "text"), (_("Fault"), "text"), (_("Currency"), "text"), (_("Invoices"), "integer"),
                 (_("Net"), "money")],
        rows=[(one.reason_code, "x" if one.is_fault else "", one.currency, one.invoice_count, one.net)
              for one in found.causes],
    )  # fmt: skip


def _products(found: Performance) -> Sheet:
    return Sheet(
        title=_("Products"),
        columns=[(_("Product"), "text"), (_("Currency"), "text"), (_("Month"), "date"), (_("Documents"), "integer"),
                 (_("Net"), "money")],
        rows=[(one.product, one.currency, one.month, one.invoice_count, one.net) for one in found.products],
    )  # fmt: skip


def _cases(found: Performance) -> Sheet:
    return Sheet(
        title=_("Corrections"),
        columns=[
            (_("Invoice"), "text"), (_("Date"), "date"), (_("Account"), "text"), (_("Correction"), "text"),
            (_("Corrected on"), "date"), (_("Cause"), "text"), (_("Reason"), "text"), (_("Currency"), "text"),
            (_("Net"), "money"),
        ],
        rows=[
            (one.invoice, one.document_date, one.account, one.correction, one.corrected_on, one.reason_code, one.reason,
             one.net.currency, one.net)
            for one in found.cases
        ],
    )  # fmt: skip
