from datetime import date

import pytest
from django.db import DataError, transaction

from billwright.kernel.bulk import insert_records, insert_rows
from billwright.kernel.models import AuditEvent, OutboxEvent
from billwright.kernel.tests.builders import make_act

pytestmark = pytest.mark.django_db

AT = make_act().at


def event(subject, **values):
    return OutboxEvent(topic="test", subject=subject, recorded_at=AT, **values)


def test_rows_arrive_as_they_were_given():
    odd = """a 'quote', a "double" one, a \\ and a %s, नमस्ते"""
    insert_rows(OutboxEvent, [event(odd, payload={"amount": "1.00", "list": [1, None]}), event("plain")])
    first, second = OutboxEvent.objects.order_by("id")
    assert (first.subject, first.payload, first.recorded_at) == (odd, {"amount": "1.00", "list": [1, None]}, AT)
    assert (second.delivered_at, second.attempt_count) == (None, 0)


def test_dates_and_nothing_at_all():
    audit = {"verb": "v", "actor": "a", "subject": "s", "recorded_at": AT}
    insert_rows(AuditEvent, [AuditEvent(effective_on=date(2026, 2, 28), **audit)])
    assert AuditEvent.objects.get(verb="v").effective_on == date(2026, 2, 28)
    assert insert_rows(AuditEvent, []) == []


def test_what_does_not_fit_is_refused_as_ever():
    with pytest.raises(DataError), transaction.atomic():
        insert_rows(OutboxEvent, [event("x" * 121)])


def test_records_take_the_defaults_of_what_they_leave_out():
    insert_records(OutboxEvent, [{"topic": "test", "subject": "x", "recorded_at": AT, "payload": {"a": 1}}])
    insert_records(OutboxEvent, [])
    row = OutboxEvent.objects.get()
    assert (row.payload, row.recorded_at, row.attempt_count, row.failure, row.delivered_at) == (
        {"a": 1},
        AT,
        0,
        "",
        None,
    )
