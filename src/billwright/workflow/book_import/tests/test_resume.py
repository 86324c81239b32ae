"""A killed import: what it had committed stays, and the next run adds the rest."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from billwright.files.models import ImportJob
from billwright.files.operations import _fail_ended_jobs
from billwright.files.states import ImportState
from billwright.invoicing.models import Invoice
from billwright.kernel.tests.builders import make_act
from billwright.workflow.book_import import pipeline
from billwright.workflow.book_import.invoices import Invoices
from billwright.workflow.book_import.tests.builders import take_over


def test_an_import_that_was_killed_goes_on_when_it_is_run_again(committed_db, monkeypatch):
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 1)
    written = Invoices.write

    def write_and_die(self, context, judged, parties):
        if judged[0].becomes.number == "3":
            raise KeyboardInterrupt
        written(self, context, judged, parties)

    monkeypatch.setattr(Invoices, "write", write_and_die)
    with pytest.raises(KeyboardInterrupt):
        take_over()
    assert (Invoice.objects.count(), ImportJob.objects.get().done_count) == (2, 2)
    monkeypatch.setattr(Invoices, "write", written)
    report = take_over()
    assert (report.state, report.created_count, report.repeated_count) == (ImportState.TIED_OUT, 1, 2)
    assert list(ImportJob.objects.order_by("id").values_list("state", flat=True)) == ["FAILED", "TIED_OUT"]
    assert "not doubled" in ImportJob.objects.order_by("id")[0].failure


def test_an_import_that_still_runs_is_not_taken_for_killed(committed_db, monkeypatch):
    running = []
    written = Invoices.write

    def write_beside_another(self, context, judged, parties):
        with ThreadPoolExecutor() as threads:
            threads.submit(_begin_another).result()
        running.append(ImportJob.objects.get(pk=context.job_id).state)
        written(self, context, judged, parties)

    monkeypatch.setattr(Invoices, "write", write_beside_another)
    take_over()
    assert running == [ImportState.RUNNING]


def _begin_another():
    try:
        with transaction.atomic():
            _fail_ended_jobs(make_act())
    finally:
        connection.close()
