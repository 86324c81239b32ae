"""The report of subscriptions that look wrong."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.acting import at_of, permissions, require
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.reports.awaiting import awaited
from billwright.reporting.anomalies import LISTED_MAX, AnomalyKind, find_anomalies
from billwright.ui import tables
from billwright.ui.tables import Column, Table

RIGHT = "report.view"
KINDS: Final = {
    AnomalyKind.NO_PRICE: _("In service, but nothing bills it"),
    AnomalyKind.FREE: _("Free, and no trial runs"),
    AnomalyKind.SILENT: _("Metered, and no usage for weeks"),
    AnomalyKind.TWICE: _("The same days billed twice"),
    AnomalyKind.ENDED: _("Billed beyond its end"),
}
_COLUMNS: Final = [
    Column("kind", _("What is wrong"), value=lambda row: KINDS[row.kind]),
    Column(
        "subscription",
        _("Subscription"),
        value=lambda row: row.subscription,
        url=lambda row: reverse("web:subscription", args=[row.subscription_id]),
    ),
    Column(
        "account",
        _("Account"),
        value=lambda row: row.account,
        url=lambda row: address_of("web:account", row.account_id),
    ),
    Column("since", _("Since"), kind="date", value=lambda row: row.since),
    Column("amount", _("Net"), kind="money", value=lambda row: row.amount),
]


@require_GET
@awaited(_("Subscriptions that look wrong"))
def anomalies(request: HttpRequest) -> HttpResponse:
    """What looks wrong today, over the companies that the person may see."""
    require(request, RIGHT)
    is_export = tables.wants_export(request)
    found = find_anomalies(
        as_of=timezone.localdate(at_of(request)),
        legal_entity_ids=permissions(request).entities_for(RIGHT),
        limit=None if is_export else LISTED_MAX,
    )
    table = Table(
        request,
        columns=_COLUMNS,
        rows=found,
        row_id=lambda row: f"{row.kind}-{row.subscription_id}-{row.since}",
        label=gettext("Subscriptions that look wrong"),
    )
    if is_export:
        return tables.export(table, title=gettext("Subscriptions that look wrong"))
    context = {"table": table, "found": found, "cut": len(found) == LISTED_MAX}
    return render(request, "web/reports/anomalies.html", context)
