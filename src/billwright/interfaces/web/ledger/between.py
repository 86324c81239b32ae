"""What the companies of the group owe one another: both books side by side, and that they agree."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.acting import permissions
from billwright.interfaces.web.exports import wants_export
from billwright.interfaces.web.forms import DayField, FilterForm
from billwright.interfaces.web.ledger.books import address, books_of, day_in
from billwright.ledger.queries.between import ClearingRow, clearing_between
from billwright.ui import tables
from billwright.ui.tables import Column, Table


class BetweenForm(FilterForm):
    """As of which day."""

    as_of = DayField(label=_("As of the end of"), required=False)


@require_GET
def between(request: HttpRequest) -> HttpResponse:
    """Each pair of companies in each currency; the difference is zero, or something is broken."""
    entity = books_of(request)
    filters = BetweenForm(request, as_of=day_in(entity, request))
    as_of = filters.asked("as_of")
    allowed = permissions(request).entities_for("ledger.view")
    rows = clearing_between(as_of=as_of, legal_entity_ids=allowed)
    table = Table(request, columns=_columns(), rows=rows, label=_("Between companies"), count=len(rows))
    if wants_export(request):
        return tables.export(table, title=f"{gettext('Between companies')} {as_of}")
    context = {"table": table, "filters": filters, "as_of": as_of, "broken": [row for row in rows if row.difference]}
    return render(request, "web/ledger/between.html", context)


def _columns() -> list[Column]:
    def ours(row: ClearingRow) -> str:
        return address("web:ledger-account", row.one_account_id) if row.one_account_id else ""

    def theirs(row: ClearingRow) -> str:
        return address("web:ledger-account", row.other_account_id) if row.other_account_id else ""

    return [
        Column("one", _("Company"), value=lambda row: row.one_code),
        Column("other", _("Other company"), value=lambda row: row.other_code),
        Column("in_one", _("In its books"), kind="money", value=lambda row: row.in_one, url=ours),
        Column("in_other", _("In the other's"), kind="money", value=lambda row: row.in_other, url=theirs),
        Column("difference", _("Difference"), kind="money", value=lambda row: row.difference),
    ]
