"""The addresses of the workbench of account reconciliation."""

from django.urls import path

from billwright.interfaces.web.reconciliations import acts, page

urlpatterns = [
    path("reconciliations/", page.listing, name="reconciliations"),
    path("reconciliations/new/", acts.start, name="reconciliation-new"),
    path("reconciliations/<int:reconciliation_id>/", page.page, name="reconciliation"),
    path("reconciliations/<int:reconciliation_id>/workbook/", page.workbook, name="reconciliation-workbook"),
    path("reconciliations/<int:reconciliation_id>/papers/new/", acts.add_paper, name="reconciliation-paper-new"),
    path(
        "reconciliations/<int:reconciliation_id>/papers/<int:file_id>/columns/",
        acts.columns,
        name="reconciliation-columns",
    ),
    path(
        "reconciliations/<int:reconciliation_id>/papers/<int:file_id>/remove/",
        acts.remove_paper,
        name="reconciliation-paper-remove",
    ),
    path("reconciliations/<int:reconciliation_id>/compare/", acts.compare, name="reconciliation-compare"),
    path("reconciliations/<int:reconciliation_id>/explain/", acts.explain, name="reconciliation-explain"),
    path("reconciliations/<int:reconciliation_id>/sign-off/", acts.sign_off, name="reconciliation-sign-off"),
    path("reconciliations/<int:reconciliation_id>/discard/", acts.discard, name="reconciliation-discard"),
]
