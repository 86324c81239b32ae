"""A killed import: what it had committed stays, and the next run adds the rest."""

import pytest

from billwright.files.models import ImportJob
from billwright.files.states import ImportState
from billwright.invoicing.models import Invoice
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
