"""Number series of documents."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from billwright.interfaces.web.acting import at_of, perform
from billwright.interfaces.web.forms import bound
from billwright.interfaces.web.setup.forms import KINDS, SeriesForm
from billwright.interfaces.web.setup.steps import entity_of, form_drawer, step_page
from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.numbering import shown
from billwright.org.operations import SERIES_BEGIN, set_series
from billwright.org.queries import SeriesRow, list_series
from billwright.org.states import DocumentKind
from billwright.ui import responses, tables, toasts
from billwright.ui.tables import Column, Table


def _next(row: SeriesRow) -> str:
    return shown(prefix=row.prefix, number=row.next_no, width=row.width)


_COLUMNS = [
    Column("kind", _("For"), value=lambda row: KINDS[DocumentKind(row.kind)]),
    Column("next", _("Next number"), value=_next),
    Column("taken", _("Taken"), kind="number", value=lambda row: row.next_no - 1),
    Column(
        "valid_from",
        _("From"),
        kind="date",
        value=lambda row: None if row.valid_from == SERIES_BEGIN else row.valid_from,
        optional=True,
    ),
    Column("valid_to", _("Before"), kind="date", value=lambda row: row.valid_to, optional=True),
]


@require_GET
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The series and the next number of each."""
    entity = entity_of(request, code)
    rows = sorted(list_series(entity.id), key=lambda row: (list(KINDS).index(DocumentKind(row.kind)), row.valid_from))
    table = Table(request, columns=_COLUMNS, rows=rows, label=_("Number series"))
    if tables.wants_export(request):
        return tables.export(table, title=f"{entity.code} series")
    return step_page(request, entity, "series", verb="legal_entity.set_series", context={"table": table})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Start a series from a day on."""
    entity = entity_of(request, code, right="legal_entity.set_series")
    form = bound(SeriesForm, request, valid_from=business_date(at_of(request), entity.timezone))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            perform(
                request,
                set_series,
                legal_entity_id=entity.id,
                kind=DocumentKind(asked["kind"]),
                prefix=asked["prefix"],
                width=asked["width"],
                valid_from=asked["valid_from"],
            )
        except Refusal as refusal:
            responses.refuse_on_form(form, refusal)
        else:
            toasts.toast(request, _("The series is set."))
            return responses.done(request, reverse("web:setup-series", args=[code]))
    follows = (
        _("Documents from this day on are numbered by the new series, beginning with 1."),
        _("The present series of this kind ends there; its numbers stay."),
    )
    return form_drawer(request, form, title=_("Start a series"), icon="list-ordered", follows=follows)
