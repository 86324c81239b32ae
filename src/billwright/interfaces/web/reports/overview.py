"""Which reports there are, and what each answers."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from billwright.interfaces.web.acting import may, require
from billwright.interfaces.web.context import address_of

REPORTS: Final = (
    ("ageing", "report.view", "chart-column", _("Ageing"), _("What is owed, by age, as of any day and as then known.")),
    (
        "reconciliation",
        "report.view",
        "scale",
        _("Reconciliation"),
        _("Whether documents, items and ledger agree, account by account, or which transaction differs."),
    ),
    (
        "anomalies",
        "report.view",
        "circle-alert",
        _("Subscriptions that look wrong"),
        _("Without a price, free beyond a trial, silent, billed twice, billed beyond the end."),
    ),
    (
        "performance",
        "report.view",
        "chart-line",
        _("Billing performance"),
        _("What was invoiced, how much was right at once, why not the rest, what to look at first."),
    ),
    (
        "coverage",
        "report.view",
        "list-checks",
        _("Coverage"),
        _("Days of service on no line or on several, with their value, or with the reason that a person recorded."),
    ),
    (
        "mrr",
        "report.view",
        "refresh-cw",
        _("Recurring revenue"),
        _("What subscriptions bring a month, and how it moved: new, expansion, contraction, churn, reactivation."),
    ),
    ("revenue", "ledger.view", "hourglass", _("Deferred revenue"), _("Billed ahead of its service, by month ahead.")),
    ("trial-balance", "ledger.view", "book-open", _("Trial balance"), _("Every ledger account's balance.")),
    ("tax-report", "ledger.view", "percent", _("Output tax"), _("Tax by period and code, tied to the ledger.")),
    ("journal", "ledger.view", "notebook-text", _("Journal"), _("Every entry, for another general ledger too.")),
)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The reports that the person may see."""
    require(request, "report.view")
    found = [
        (address_of(f"web:{name}"), icon, label, says)
        for name, right, icon, label, says in REPORTS
        if may(request, right)
    ]
    return render(request, "web/reports/overview.html", {"reports": [line for line in found if line[0]]})
