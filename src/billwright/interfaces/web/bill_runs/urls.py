"""The addresses of bill runs."""

from django.urls import path

from billwright.interfaces.web.bill_runs import acts, checks, findings, held, listing, page, payers, shadows

urlpatterns = [
    path("", listing.bill_runs, name="bill-runs"),
    path("new/", listing.new, name="bill-run-new"),
    path("checks/", checks.checks, name="bill-run-checks"),
    path("checks/<slug:code>/", checks.change, name="bill-run-check-change"),
    path("held/", held.held, name="bill-run-held"),
    path("held/release/", held.release, name="bill-run-held-release"),
    path("shadows/", shadows.shadows, name="bill-run-shadows"),
    path("shadows/new/", shadows.new, name="bill-run-shadow-new"),
    path("shadows/<int:shadow_id>/", shadows.shadow, name="bill-run-shadow"),
    path("shadows/<int:shadow_id>/sign/", shadows.sign, name="bill-run-shadow-sign"),
    path("shadows/<int:shadow_id>/accounts/", shadows.accounts, name="bill-run-shadow-accounts"),
    path("shadows/<int:shadow_id>/accounts/<int:payer_id>/", shadows.account, name="bill-run-shadow-account"),
    path("<int:run_id>/", page.bill_run, name="bill-run"),
    path("<int:run_id>/progress/", page.progress, name="bill-run-progress"),
    path("<int:run_id>/payers/", payers.payers, name="bill-run-payers"),
    path("<int:run_id>/payers/<int:payer_id>/", payers.payer, name="bill-run-payer"),
    path("<int:run_id>/payers/<int:payer_id>/hold/", acts.hold, name="bill-run-hold"),
    path("<int:run_id>/payers/<int:payer_id>/release/", acts.release, name="bill-run-release"),
    path("<int:run_id>/findings/", findings.findings, name="bill-run-findings"),
    path("<int:run_id>/findings/<int:finding_id>/clear/", acts.clear, name="bill-run-clear"),
    path("<int:run_id>/<slug:name>/", acts.act, name="bill-run-act"),
]
