"""Monthly recurring revenue: the movements of each month, their picture, and the subscriptions behind them."""

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
from billwright.interfaces.web.forms import DayField, FilterForm
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.kernel.errors import Refusal
from billwright.kernel.periods import add_months
from billwright.org.queries import LegalEntityRow
from billwright.reporting.mrr import UNITS_SHOWN_MAX, Movement, MrrMonth, MrrQuestion, MrrUnit, Unit, mrr_report
from billwright.reporting.mrr_sheet import mrr_workbook
from billwright.ui import charts, downloads, formats, responses, tables
from billwright.ui.charts import Chart, Series
from billwright.ui.tables import Column, Table

MONTHS_AT_FIRST: Final = 12
WORDS: Final = {
    Movement.NEW: gettext_lazy("New"),
    Movement.EXPANSION: gettext_lazy("Expansion"),
    Movement.CONTRACTION: gettext_lazy("Contraction"),
    Movement.CHURN: gettext_lazy("Churn"),
    Movement.REACTIVATION: gettext_lazy("Reactivation"),
}


class MrrForm(FilterForm):
    """Which months, of which company, and whose movements; the address holds it all."""

    first = DayField(label=gettext_lazy("From the month of"), required=False)
    last = DayField(label=gettext_lazy("To the month of"), required=False)
    entity = forms.ChoiceField(label=gettext_lazy("Company"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("Movements of"),
        required=False,
        choices=[(Unit.SUBSCRIPTION, gettext_lazy("Subscriptions")), (Unit.ACCOUNT, gettext_lazy("Accounts"))],
    )
    movement = forms.ChoiceField(
        label=gettext_lazy("Only"), required=False, choices=[("", gettext_lazy("All")), *WORDS.items()]
    )

    def prepare(self, request: HttpRequest) -> None:
        """Offer the companies that the person may see."""
        offered = [(one.code, one.name) for one in visible_entities(request, "report.view")]
        cast("forms.ChoiceField", self.fields["entity"]).choices = [("", _("All")), *offered]


@require_GET
@awaited(gettext_lazy("Monthly recurring revenue"))
def mrr(request: HttpRequest) -> HttpResponse:
    """Recurring revenue month by month, or the same as a workbook."""
    entities = visible_entities(request, "report.view")
    last = today(request)
    filters = MrrForm(
        request, first=add_months(last.replace(day=1), 1 - MONTHS_AT_FIRST), last=last, by=Unit.SUBSCRIPTION
    )
    question = _question(filters, entities)
    movement = Movement(filters.asked("movement")) if filters.asked("movement") else None
    is_export = tables.wants_export(request)
    try:
        months, units = mrr_report(question, movement=movement, limit=None if is_export else UNITS_SHOWN_MAX)
    except Refusal as refusal:
        responses.refuse_on_form(filters, refusal)
        months, units = [], []
    codes = {one.id: one.code for one in entities}
    if is_export:
        return downloads.made_workbook(mrr_workbook(months, units, codes=codes), name=f"mrr-{question.last:%Y-%m}")
    reader = formats.reader()
    context = {
        "filters": filters,
        "charts": _charts(months, codes),
        "table": Table(request, columns=_columns(codes), rows=list(reversed(months)), label=_("Movements")),
        "units": Table(request, columns=_unit_columns(), rows=units, label=_("Who moved")),
        "is_cut": len(units) == UNITS_SHOWN_MAX,
        "units_title": _("Who moved in %(month)s") % {"month": reader.month(question.last)},
    }
    return render(request, "web/reports/mrr.html", context)


def _question(filters: MrrForm, entities: list[LegalEntityRow]) -> MrrQuestion:
    chosen = [one for one in entities if one.code == filters.asked("entity")] or entities
    return MrrQuestion(
        legal_entity_ids=tuple(one.id for one in chosen),
        first=filters.asked("first"),
        last=filters.asked("last"),
        by=Unit(filters.asked("by")),
    )


def _columns(codes: dict[int, str]) -> list[Column]:
    reader = formats.reader()

    def month_url(row: MrrMonth) -> str:
        day = row.month.isoformat()
        return f"{reverse('web:mrr')}?entity={codes[row.legal_entity_id]}&first={day}&last={day}"

    def moved(name: str) -> Any:
        return lambda row: getattr(row, name) or None

    return [
        Column("month", _("Month"), value=lambda row: reader.month(row.month), url=month_url),
        Column("entity", _("Company"), value=lambda row: codes[row.legal_entity_id], optional=True),
        Column("opening", _("Opening"), kind="money", bare=True, value=lambda row: row.opening),
        *(Column(str(move), word, kind="money", bare=True, value=moved(str(move))) for move, word in WORDS.items()),
        Column("closing", _("Closing"), kind="money", value=lambda row: row.closing),
        Column("count", _("Count"), kind="number", value=lambda row: row.unit_count, optional=True),
    ]


def _unit_columns() -> list[Column]:
    def account(row: MrrUnit) -> str:
        return reverse("web:account", args=[row.account_id])

    def subscription(row: MrrUnit) -> str:
        return reverse("web:subscription", args=[row.subscription_id]) if row.subscription_id else account(row)

    return [
        Column("account", _("Account"), value=lambda row: row.account_number, url=account),
        Column(
            "name", _("Subscription"), value=lambda row: row.name or row.account_number, url=subscription, wrap=True
        ),
        Column("movement", _("Movement"), value=lambda row: WORDS[Movement(row.movement)] if row.movement else ""),
        Column("opening", _("Opening"), kind="money", bare=True, value=lambda row: row.opening, optional=True),
        Column("change", _("Change"), kind="money", bare=True, value=lambda row: row.change or None),
        Column("closing", _("Closing"), kind="money", value=lambda row: row.closing),
    ]


def _charts(months: list[MrrMonth], codes: dict[int, str]) -> list[Chart]:
    """A line for each company and currency: sums of two currencies mean nothing."""
    reader = formats.reader()
    drawn = []
    for entity_id, currency in sorted({(one.legal_entity_id, one.currency) for one in months}):
        own = [one for one in months if (one.legal_entity_id, one.currency) == (entity_id, currency)]
        words = [formats.amount(one.closing, formats=reader) for one in own]
        title = f"{codes[entity_id]} {currency}"
        series = Series(_("At the end of the month"), [one.closing.decimal for one in own], words)
        drawn.append(charts.trend([reader.month(one.month) for one in own], [series], title=title))
    return drawn
