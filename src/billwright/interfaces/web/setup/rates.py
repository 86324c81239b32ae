"""Exchange rates: one list for all companies, for a rate is a fact of the market and not of a company."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import may, perform, require
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.paging import by_ids
from billwright.interfaces.web.setup.forms import RateForm
from billwright.interfaces.web.setup.steps import form_drawer
from billwright.kernel.errors import Refusal
from billwright.org.operations import set_exchange_rate
from billwright.org.queries import list_exchange_rates
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table

VERB: Final = "exchange_rate.set"

_COLUMNS = [
    Column("from_currency", _("One"), value=lambda row: row.from_currency),
    Column("rate", _("Is worth"), kind="number", value=lambda row: row.rate.normalize()),
    Column("to_currency", _("Of"), value=lambda row: row.to_currency),
    Column("valid_from", _("From"), kind="date", value=lambda row: row.valid_from),
    Column("source", _("Source"), value=lambda row: row.source, optional=True),
]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The rates, the newest entry first."""
    require(request, "setup.view")
    currency = request.GET.get("currency", "").upper()[:3]
    shown = by_ids(
        request, lambda before_id, limit: list_exchange_rates(currency=currency, before_id=before_id, limit=limit)
    )
    table = Table(request, columns=_COLUMNS, rows=shown.rows, page=shown, label=_("Exchange rates"))
    if tables.wants_export(request):
        return tables.export(table, title="exchange rates")
    context = {"table": table, "may_change": may(request, VERB), "currency": currency}
    return render(request, "web/setup/rates.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Enter a rate from a day on."""
    require(request, VERB)
    form = bound(RateForm, request)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        names = ("from_currency", "to_currency", "rate", "valid_from", "source")
        try:
            perform(request, set_exchange_rate, **{name: asked[name] for name in names})
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The rate is entered."))
            return responses.done(request, reverse("web:setup-rates"))
    follows = (
        _("Documents and payments dated from this day on are booked by it."),
        _("What is booked before stays as it is."),
    )
    return form_drawer(request, form, title=_("Enter a rate"), icon="scale", follows=follows)
