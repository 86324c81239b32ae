"""The addresses of the staff workspace: one line an area. Every name is reversed as `web:<name>`."""

from django.urls import URLPattern, URLResolver, include, path

app_name = "web"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("billwright.interfaces.web.home.urls")),
    path("", include("billwright.interfaces.web.access.urls")),
    path("files/", include("billwright.interfaces.web.files.urls")),
    path("imports/", include("billwright.interfaces.web.imports.urls")),
    path("ledger/", include("billwright.interfaces.web.ledger.urls")),
    path("messages/", include("billwright.interfaces.web.messages.urls")),
    path("setup/", include("billwright.interfaces.web.setup.urls")),
    path("", include("billwright.interfaces.web.bank.urls")),
    path("", include("billwright.interfaces.web.matching.urls")),
    path("", include("billwright.interfaces.web.collecting.urls")),
    path("bill-runs/", include("billwright.interfaces.web.bill_runs.urls")),
    path("catalog/", include("billwright.interfaces.web.catalog.urls")),
    path("invoices/", include("billwright.interfaces.web.invoices.urls")),
    path("", include("billwright.interfaces.web.contracts.urls")),
    path("", include("billwright.interfaces.web.offers.urls")),
    path("scenarios/", include("billwright.interfaces.web.scenarios.urls")),
    path("subscriptions/", include("billwright.interfaces.web.subscriptions.urls")),
    path("usage/", include("billwright.interfaces.web.usage.urls")),
    path("search/", include("billwright.interfaces.web.search.urls")),
    path("", include("billwright.interfaces.web.accounts.urls")),
    path("", include("billwright.interfaces.web.payments.urls")),
    path("", include("billwright.interfaces.web.wallets.urls")),
    path("", include("billwright.interfaces.web.receivables.urls")),
    path("", include("billwright.interfaces.web.refunds.urls")),
    path("", include("billwright.interfaces.web.counter.urls")),
    path("", include("billwright.interfaces.web.gateways.urls")),
    path("", include("billwright.interfaces.web.payment_links.urls")),
    path("", include("billwright.interfaces.web.fraud.urls")),
    path("", include("billwright.interfaces.web.reconciliations.urls")),
    path("", include("billwright.interfaces.web.reports.urls")),
]
