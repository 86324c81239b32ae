from datetime import UTC, datetime
from threading import Thread

import pytest
from django.db import InternalError, connections, transaction

from billwright.kernel import outbox, reading
from billwright.kernel.models import OutboxEvent
from billwright.kernel.reading import each_row, snapshot
from billwright.kernel.sql import parse

AT = datetime(2026, 3, 1, tzinfo=UTC)

NUMBERS = parse(
    """-- step: numbers
-- owner: kernel
-- reads: none
-- writes: none
-- why: a statement of three rows
select generate_series(1, %(last)s)
"""
)


def emit():
    with transaction.atomic():
        outbox.emit(topic="test", subject="test:1", at=AT)


def emit_elsewhere():
    def run():
        emit()
        connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def test_within_a_snapshot_the_book_stands_still_and_is_not_written(committed_db):
    emit()
    with snapshot():
        assert OutboxEvent.objects.count() == 1
        emit_elsewhere()
        assert OutboxEvent.objects.count() == 1
    assert OutboxEvent.objects.count() == 2
    with pytest.raises(InternalError, match="read-only"), snapshot():
        emit()


@pytest.mark.django_db
def test_rows_come_in_their_order_and_few_are_held(monkeypatch):
    monkeypatch.setattr(reading, "ROWS_AT_ONCE", 2)
    with snapshot():
        rows = each_row(NUMBERS, {"last": 3})
        assert [next(rows), next(rows)] == [(1,), (2,)]
        assert list(rows) == [(3,)]
