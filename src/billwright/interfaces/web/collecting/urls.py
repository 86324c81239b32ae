"""The addresses of collecting."""

from django.urls import path, re_path

from billwright.interfaces.web.collecting import agreements, announcing, failed, mandates, methods, runs

urlpatterns = [
    path("collection-agreements/", agreements.agreements, name="collection-agreements"),
    path("collection-agreements/new/", agreements.add, name="collection-agreement-new"),
    path("collection-agreements/<int:agreement_id>/end/", agreements.end, name="collection-agreement-end"),
    path("collection-announcements/", announcing.announcements, name="collection-announcements"),
    path("collection-announcements/mails/", announcing.announce, name="collection-announce"),
    path("collection-runs/", runs.runs, name="collection-runs"),
    path("collection-runs/new/", runs.prepare, name="collection-run-new"),
    path("collection-runs/results/", runs.results, name="collection-results"),
    path("collection-runs/<int:run_id>/", runs.run, name="collection-run"),
    path("collection-runs/<int:run_id>/file/", runs.download, name="collection-run-file"),
    path("collection-runs/<int:run_id>/settle/", runs.settle, name="collection-run-settle"),
    path("collection-runs/debits/<int:collection_id>/cancel/", runs.cancel, name="collection-cancel"),
    re_path(
        r"^collection-runs/(?P<run_id>\d+)/(?P<name>check|approve|submit|discard)/$",
        runs.act,
        name="collection-run-act",
    ),
    path("failed-debits/", failed.queue, name="failed-debits"),
    path("failed-debits/<int:collection_id>/", failed.debit, name="failed-debit"),
    path("failed-debits/<int:collection_id>/resolve/", failed.resolve, name="failed-debit-resolve"),
    path("failed-debits/<int:collection_id>/retry/", failed.move_retry, name="failed-debit-retry"),
    path("failed-debits/<int:collection_id>/debit/", methods.take_up, name="failed-debit-take-up"),
    path("stored-methods/<int:stored_method_id>/", methods.method, name="stored-method"),
    path("stored-methods/<int:stored_method_id>/debit/", methods.debit, name="stored-method-debit"),
    path("stored-methods/<int:stored_method_id>/order/", methods.rank, name="stored-method-rank"),
    re_path(
        rf"^stored-methods/(?P<stored_method_id>\d+)/(?P<name>{'|'.join(methods.MOVES)})/$",
        methods.move,
        name="stored-method-move",
    ),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/<int:mandate_id>/", mandates.mandate, name="mandate"),
    path("mandates/<int:mandate_id>/confirm/", mandates.confirm, name="mandate-confirm"),
    re_path(
        rf"^mandates/(?P<mandate_id>\d+)/(?P<name>{'|'.join(mandates.MOVES)})/$", mandates.move, name="mandate-move"
    ),
    path("accounts/<int:account_id>/stored-methods/new/", methods.add, name="stored-method-new"),
    path("accounts/<int:account_id>/mandates/new/", mandates.sign, name="mandate-new"),
]
