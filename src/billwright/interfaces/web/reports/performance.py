"""Billing performance: accuracy, causes, products, unbilled, and what to look at first, each with its cases."""

from __future__ import annotations

from typing import Any, Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from billwright.interfaces.web.accounts.scope import today, visible_entities
from billwright.interfaces.web.acting import may
from billwright.interfaces.web.exports import RIGHT, wants_export
from billwright.interfaces.web.forms import DayField, FilterForm
from billwright.interfaces.web.invoices.words import CORRECTION_REASONS, words_of
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.interfaces.web.reports.coverage import WORDS as COVERAGE_WORDS
from billwright.kernel.periods import add_months
from billwright.reporting.performance import Performance, billing_performance
from billwright.reporting.performance_sheet import performance_workbook
from billwright.ui import charts, downloads, formats
from billwright.ui.charts import Chart, Series
from billwright.ui.tables import Column, Table

VIEW: Final = "report.view"
MONTHS_AT_FIRST: Final = 12
CASES_SHOWN: Final = 100


class PerformanceForm(FilterForm):
    """Which months, of which company; only one cause's cases."""

    first = DayField(label=gettext_lazy("From the month of"), required=False)
    last = DayField(label=gettext_lazy("To the month of"), required=False)
    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    cause = forms.ChoiceField(
        label=gettext_lazy("Cases of"), required=False,
        choices=[("", gettext_lazy("All")), *CORRECTION_REASONS.items()],
    )  # fmt: skip

    def prepare(self, request: HttpRequest) -> None:
        """Offer the companies that the person may see."""
        offered = [(one.code, one.name) for one in visible_entities(request, VIEW)]
        cast("forms.ChoiceField", self.fields["entity"]).choices = [("", _("All")), *offered]


@require_GET
@awaited(gettext_lazy("Billing performance"))
def performance(request: HttpRequest) -> HttpResponse:
    """The report, or the same as a workbook."""
    entities = visible_entities(request, VIEW)
    day = today(request)
    filters = PerformanceForm(request, first=add_months(day.replace(day=1), 1 - MONTHS_AT_FIRST), last=day)
    chosen = [one for one in entities if one.code == filters.asked("entity")] or entities
    found = billing_performance(
        legal_entity_ids=[one.id for one in chosen],
        first=filters.asked("first"),
        last=filters.asked("last"),
        known_on=day,
    )
    if wants_export(request):
        return downloads.made_workbook(performance_workbook(found), name="billing-performance")
    cause = filters.asked("cause") or ""
    cases = [one for one in found.cases if cause in ("", one.reason_code)]
    context = {
        "filters": filters,
        "found": found,
        "charts": list(_charts(found)),
        "months": Table(request, columns=_month_columns(), rows=list(reversed(found.months)), label=_("Months")),
        "causes": Table(request, columns=_cause_columns(), rows=found.causes, label=_("Causes")),
        "products": Table(request, columns=_product_columns(), rows=found.products, label=_("Products")),
        "cases": Table(request, columns=_case_columns(), rows=cases[:CASES_SHOWN], label=_("Corrections")),
        "unbilled": [(COVERAGE_WORDS[one.verdict], one) for one in found.unbilled],
        "may_export": may(request, RIGHT),
    }
    return render(request, "web/reports/performance.html", context)


def _month_columns() -> list[Column]:
    reader = formats.reader()
    return [
        Column("month", _("Month"), value=lambda one: reader.month(one.month)),
        Column("entity", _("Company"), value=lambda one: one.entity, optional=True),
        Column("invoices", _("Invoices"), kind="number", value=lambda one: one.invoice_count),
        Column("net", _("Net"), kind="money", value=lambda one: one.net),
        Column("corrected", _("Corrected"), kind="number", value=lambda one: one.corrected_count, optional=True),
        Column("fault", _("For a fault"), kind="number", value=lambda one: one.fault_count),
        Column("fault_net", _("Net of faults"), kind="money", value=lambda one: one.fault, optional=True),
        Column("accuracy", _("Right at once"), kind="percent", value=lambda one: one.accuracy),
        Column("value", _("By value"), kind="percent", value=lambda one: one.value_accuracy, optional=True),
    ]


def _cause_columns() -> list[Column]:
    return [
        Column("cause", _("Cause"), value=lambda one: words_of(CORRECTION_REASONS, one.reason_code) or _("Run"),
               url=lambda one: f"?cause={one.reason_code}"),
        Column("fault", _("A fault of ours"), value=lambda one: "✓" if one.is_fault else ""),
        Column("invoices", _("Invoices"), kind="number", value=lambda one: one.invoice_count),
        Column("net", _("Net"), kind="money", value=lambda one: one.net),
    ]  # fmt: skip


def _product_columns() -> list[Column]:
    reader = formats.reader()
    return [
        Column("product", _("Product"), value=lambda one: one.product or "–"),
        Column("month", _("Month"), value=lambda one: reader.month(one.month)),
        Column("documents", _("Documents"), kind="number", value=lambda one: one.invoice_count, optional=True),
        Column("net", _("Net"), kind="money", value=lambda one: one.net),
    ]


def _case_columns() -> list[Column]:
    def invoice(one: Any) -> str:
        return reverse("web:invoice", args=[one.invoice_id])

    return [
        Column("invoice", _("Invoice"), value=lambda one: one.invoice, url=invoice),
        Column("account", _("Account"), value=lambda one: one.account,
               url=lambda one: reverse("web:account", args=[one.account_id])),
        Column("correction", _("Correction"), value=lambda one: one.correction,
               url=lambda one: reverse("web:invoice", args=[one.correction_id])),
        Column("on", _("Corrected on"), kind="date", value=lambda one: one.corrected_on),
        Column("cause", _("Cause"), value=lambda one: words_of(CORRECTION_REASONS, one.reason_code), wrap=True),
        Column("reason", _("Reason"), value=lambda one: one.reason, wrap=True, optional=True),
        Column("net", _("Net"), kind="money", value=lambda one: one.net),
    ]  # fmt: skip


def _charts(found: Performance) -> list[Chart]:
    """What was invoiced, a line for each company and currency."""
    reader = formats.reader()
    drawn = []
    for entity, currency in sorted({(one.entity, one.currency) for one in found.months}):
        own = [one for one in found.months if (one.entity, one.currency) == (entity, currency)]
        words = [formats.amount(one.net, formats=reader) for one in own]
        series = Series(_("Invoiced net"), [one.net.decimal for one in own], words)
        drawn.append(charts.trend([reader.month(one.month) for one in own], [series], title=f"{entity} {currency}"))
    return drawn
