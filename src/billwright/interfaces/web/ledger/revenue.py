"""Deferred revenue: what lies ahead by month, tied to the ledger, the lines behind it, and its recognition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import perform
from billwright.interfaces.web.drawers import drawer_button
from billwright.interfaces.web.entities import acting_entity, may_in, require_in
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import ActForm, DayField, bound
from billwright.interfaces.web.ledger.books import BooksForm, address, books_of, day_in
from billwright.invoicing.queries.revenue import RevenueRunRow, get_revenue_run, list_revenue_runs
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.periods import month_of
from billwright.ledger.queries import get_account
from billwright.org.queries import LegalEntityRow, get_legal_entity
from billwright.ui import charts, formats, responses, tables, toasts
from billwright.ui.charts import Chart, Series
from billwright.ui.tables import Column, Table, Totals
from billwright.workflow.revenue_recognition import (
    LINES_SHOWN_MAX,
    DeferredLine,
    Waterfall,
    WaterfallRow,
    deferred_lines,
    recognize_revenue,
    reverse_recognition,
    waterfall,
)

MONTHS_SHOWN = 12


class RevenueForm(BooksForm):
    """As of the end of which day."""

    as_of = DayField(label=_("As of the end of"), required=False)


def _last_month_end(entity: LegalEntityRow, request: HttpRequest) -> date:
    return day_in(entity, request).replace(day=1) - timedelta(days=1)


@require_GET
def revenue(request: HttpRequest) -> HttpResponse:
    """What is deferred by product family and month ahead, and the recognitions of the company."""
    entity = books_of(request)
    filters = RevenueForm(request, entity=entity.code, as_of=_last_month_end(entity, request))
    as_of = filters.asked("as_of")
    with transaction.atomic():
        found = waterfall(legal_entity_id=entity.id, as_of=as_of)
    table = Table(
        request,
        columns=_columns(found),
        rows=list(found.rows),
        totals=_totals(found),
        label=_("Deferred revenue"),
    )
    if wants_export(request):
        return tables.export(table, title=f"{entity.code} {gettext('Deferred revenue')} {as_of}")
    runs = list_revenue_runs(legal_entity_id=entity.id)
    context = {
        "table": table,
        "runs": Table(request, columns=_run_columns(request, entity), rows=runs, label=_("Recognitions")),
        "filters": filters,
        "entity": entity,
        "as_of": as_of,
        "found": found,
        "due": [row for row in found.rows if row.due],
        "differences": [row for row in found.rows if row.difference],
        "chart": _chart(found),
        "may_recognize": may_in(request, "revenue.recognize", entity.id),
    }
    return render(request, "web/ledger/revenue.html", context)


def _columns(found: Waterfall) -> list[Column]:
    def lines(row: WaterfallRow) -> str:
        return address("web:revenue-lines", row.ledger_account_id, as_of=found.as_of)

    return [
        Column("code", _("Account"), value=lambda row: row.code, url=lines),
        Column("family", _("Family"), value=lambda row: row.family or row.code),
        Column("deferred", _("Deferred"), kind="money", value=lambda row: row.deferred, url=lines),
        Column("due", _("Due now"), kind="money", bare=True, value=lambda row: row.due or None),
        *_month_columns(found),
        Column("by_hand", _("By hand"), kind="money", bare=True, value=lambda row: row.by_hand or None, hidden=True),
        Column(
            "ledger",
            _("Ledger"),
            kind="money",
            bare=True,
            value=lambda row: row.ledger,
            url=lambda row: address("web:ledger-account", row.ledger_account_id, until=found.as_of),
        ),
        Column("difference", _("Difference"), kind="money", bare=True, value=lambda row: row.difference or None),
    ]


def _month_columns(found: Waterfall) -> list[Column]:
    reader = formats.reader()

    def brought(month: date) -> Callable[[WaterfallRow], Money | None]:
        return lambda row: next((one.amount for one in row.ahead if one.month == month), None)

    def later(row: WaterfallRow) -> Money | None:
        amounts = [one.amount for one in row.ahead if one.month > found.months[MONTHS_SHOWN - 1]]
        return sum(amounts[1:], amounts[0]) if amounts else None

    shown = [
        Column(f"m{month:%Y%m}", reader.month(month), kind="money", bare=True, value=brought(month), optional=True)
        for month in found.months[:MONTHS_SHOWN]
    ]
    if len(found.months) > MONTHS_SHOWN:
        shown.append(Column("later", _("Later"), kind="money", bare=True, value=later, optional=True))
    return shown


def _totals(found: Waterfall) -> list[Totals]:
    sums: dict[str, Money] = {}
    for row in found.rows:
        currency = row.deferred.currency
        sums[currency] = sums.get(currency, Money.zero(currency)) + row.deferred
    return [Totals(_("Total %(currency)s") % {"currency": key}, {"deferred": sums[key]}) for key in sorted(sums)]


def _chart(found: Waterfall) -> Chart | None:
    """The months ahead of the currency that has most of them, a family a tone; what is below zero is in the table."""
    currencies = [row.deferred.currency for row in found.rows for _month in row.ahead]
    if not currencies:
        return None
    currency = max(sorted(set(currencies)), key=currencies.count)
    reader = formats.reader()
    months = found.months[:MONTHS_SHOWN]
    series = []
    for row in (row for row in found.rows if row.deferred.currency == currency and row.ahead):
        by_month = {one.month: one.amount for one in row.ahead}
        amounts = [by_month.get(month, Money.zero(currency)) for month in months]
        series.append(
            Series(
                row.family or row.code,
                [max(amount.decimal, Decimal(0)) for amount in amounts],
                [formats.amount(amount, formats=reader) for amount in amounts],
            )
        )
    title = gettext("Revenue to come, %(currency)s") % {"currency": currency}
    return charts.stacked([reader.month(month) for month in months], series, title=title)


def _run_columns(request: HttpRequest, entity: LegalEntityRow) -> list[Column]:
    reader = formats.reader()
    may_reverse = may_in(request, "revenue.reverse_recognition", entity.id)

    def button(row: RevenueRunRow) -> str:
        if not (may_reverse and row.is_in_force):
            return ""
        return drawer_button(reverse("web:revenue-reverse", args=[row.id]), gettext("Take back"))

    def entries(row: RevenueRunRow) -> str:
        return address("web:journal", entity=entity.code, entry_key=f"revenue_run:{row.reverses_id or row.id}")

    return [
        Column("run", _("Run"), value=lambda row: row.id, url=entries),
        Column("month", _("Month"), value=lambda row: reader.month(row.month)),
        Column("booked", _("Booked on"), kind="date", value=lambda row: row.accounting_date),
        Column("lines", _("Lines"), kind="number", value=lambda row: row.line_count),
        Column("state", _("State"), value=_run_state),
        Column("moves", "", value=_run_state, render=button, align="end"),
    ]


def _run_state(row: RevenueRunRow) -> str:
    if row.reverses_id is not None:
        return gettext("Takes back run %(run)s") % {"run": row.reverses_id}
    if row.reversed_by_id is not None:
        return gettext("Taken back")
    return gettext("In force")


@require_GET
def lines(request: HttpRequest, ledger_account_id: int) -> HttpResponse:
    """The lines of which something is deferred on an account, those with most left first."""
    account = get_account(ledger_account_id)
    require_in(request, "ledger.view", account.legal_entity_id)
    entity = get_legal_entity(legal_entity_id=account.legal_entity_id)
    filters = RevenueForm(request, entity=entity.code, as_of=_last_month_end(entity, request))
    is_export = wants_export(request)
    with transaction.atomic():
        rows = deferred_lines(
            legal_entity_id=entity.id,
            ledger_account_id=account.id,
            as_of=filters.asked("as_of"),
            limit=None if is_export else LINES_SHOWN_MAX,
        )
    table = Table(request, columns=_line_columns(), rows=rows, label=_("Deferred lines"))
    if is_export:
        return tables.export(table, title=f"{entity.code} {gettext('Deferred lines')}")
    context = {"table": table, "filters": filters, "entity": entity, "account": account,
               "as_of": filters.asked("as_of")}  # fmt: skip
    return render(request, "web/ledger/revenue_lines.html", context)


def _line_columns() -> list[Column]:
    def invoice(row: DeferredLine) -> str:
        return reverse("web:invoice", args=[row.invoice_id])

    def money(key: str, label: Any, value: Callable[[DeferredLine], Money | None]) -> Column:
        return Column(key, label, kind="money", value=value)

    return [
        Column("number", _("Document"), value=lambda row: row.number, url=invoice),
        Column("text", _("Text"), value=lambda row: row.text, wrap=True),
        Column("from", _("From"), kind="date", value=lambda row: row.service_from),
        Column("to", _("Ends before"), kind="date", value=lambda row: row.service_to, optional=True),
        money("net", _("Net with credits"), lambda row: row.net),
        money("recognized", _("Recognized"), lambda row: row.recognized),
        money("due", _("Due now"), lambda row: row.due or None),
        money("deferred", _("Deferred"), lambda row: row.deferred),
    ]


class RecognizeForm(ActForm):
    """Which month is recognized."""

    month = DayField(label=_("A day of the month"))


@require_http_methods(["GET", "POST"])
def recognize(request: HttpRequest) -> HttpResponse:
    """Recognize a month of the company."""
    entity = acting_entity(request)
    require_in(request, "revenue.recognize", entity.id)
    form = bound(RecognizeForm, request, month=_last_month_end(entity, request))
    if request.method == "POST" and form.is_valid():
        month = form.cleaned_data["month"]
        try:
            done = perform(request, recognize_revenue, legal_entity_id=entity.id, month=month)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            words = {"month": formats.reader().month(month), "count": done.line_count}
            toasts.toast(request, _("%(month)s: %(count)s lines recognized") % words)
            return responses.done(request, address("web:revenue", entity=entity.code, as_of=month_of(month).last_day))
    context = {"form": form, "entity": entity}
    return responses.drawer(request, "web/ledger/revenue_recognize.html", context, status=422 if form.errors else 200)


class TakeBackForm(ActForm):
    """Why a recognition is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take a recognition back, the latest first."""
    run = get_revenue_run(run_id)
    require_in(request, "revenue.reverse_recognition", run.legal_entity_id)
    entity = get_legal_entity(legal_entity_id=run.legal_entity_id)
    form = bound(TakeBackForm, request)
    if request.method == "POST" and form.is_valid():
        try:
            perform(request, reverse_recognition, reason=form.cleaned_data["reason"], revenue_run_id=run_id)
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The recognition is taken back"))
            return responses.done(request, address("web:revenue", entity=entity.code))
    context = {"form": form, "entity": entity, "month": formats.reader().month(run.month)}
    return responses.drawer(request, "web/ledger/revenue_reverse.html", context, status=422 if form.errors else 200)
