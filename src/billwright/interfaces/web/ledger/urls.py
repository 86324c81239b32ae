"""The addresses of the books."""

from django.urls import path

from billwright.interfaces.web.ledger import between, chart, journal, manual, periods, reports, revenue

urlpatterns = [
    path("trial-balance/", reports.trial_balance, name="trial-balance"),
    path("tax/", reports.tax_report, name="tax-report"),
    path("between-companies/", between.between, name="between-companies"),
    path("accounts/", chart.accounts, name="ledger-accounts"),
    path("accounts/<int:ledger_account_id>/", chart.account, name="ledger-account"),
    path("journal/", journal.journal, name="journal"),
    path("journal/export/", journal.export, name="journal-export"),
    path("journal/new/", manual.new, name="journal-new"),
    path("journal/<int:entry_id>/", journal.entry, name="journal-entry"),
    path("journal/<int:entry_id>/reverse/", manual.reverse_journal, name="journal-reverse"),
    path("revenue/", revenue.revenue, name="revenue"),
    path("revenue/recognise/", revenue.recognize, name="revenue-recognize"),
    path("revenue/accounts/<int:ledger_account_id>/", revenue.lines, name="revenue-lines"),
    path("revenue/runs/<int:run_id>/take-back/", revenue.take_back, name="revenue-reverse"),
    path("periods/", periods.periods, name="periods"),
    path("periods/open/", periods.open_months, name="period-open"),
    path("periods/<int:period_id>/<slug:move>/", periods.move, name="period-move"),
]
