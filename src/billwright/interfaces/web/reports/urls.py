"""The addresses of reports."""

from django.urls import path

from billwright.interfaces.web.reports import (
    ageing,
    anomalies,
    coverage,
    mrr,
    overview,
    performance,
    reconciling,
    statement,
    statement_mail,
)

urlpatterns = [
    path("reports/", overview.overview, name="reports"),
    path("reports/ageing/", ageing.ageing, name="ageing"),
    path("reports/reconciliation/", reconciling.reconciliation, name="reconciliation"),
    path("reports/recurring-revenue/", mrr.mrr, name="mrr"),
    path("reports/anomalies/", anomalies.anomalies, name="anomalies"),
    path("reports/performance/", performance.performance, name="performance"),
    path("reports/coverage/", coverage.coverage, name="coverage"),
    path("reports/coverage/reason/", coverage.reason, name="coverage-reason"),
    path("accounts/<int:account_id>/statement/", statement.statement, name="statement"),
    path("accounts/<int:account_id>/statement.pdf", statement.statement_pdf, name="statement-pdf"),
    path("accounts/<int:account_id>/statement/mail/", statement_mail.mail, name="statement-mail"),
]
