from datetime import UTC, date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billwright.kernel.errors import Refusal
from billwright.usage import queries
from billwright.usage.models import UsageRecord
from billwright.usage.policies import content_hash
from billwright.usage.states import Aggregate
from billwright.usage.tests.builders import make_meter, record, usage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def minutes():
    make_meter()


def outcome(intake):
    return intake.recorded_count, intake.repeated_count, [(one.row, one.code) for one in intake.refused]


def test_a_record_sent_twice_counts_once():
    assert outcome(record(usage("12.5", "c-1"))) == (1, 0, [])
    assert outcome(record(usage("12.50", "c-1"))) == (0, 1, [])
    assert queries.list_usage(subscription_ids=[7])[0].quantity == Decimal("12.5")


@pytest.mark.parametrize(
    "other",
    [
        {"quantity": "12"},
        {"at": "2026-01-15T10:00:01"},
        {"subscription_id": 8},
        {"is_change": True},
        {"properties": {"to": "27"}},
        {"continues_key": "c-0"},
    ],
)
def test_the_same_key_with_another_content_is_refused_and_counts_nothing(other):
    record(usage("12.5", "c-1"))
    assert outcome(record(usage(**{"quantity": "12.5", "key": "c-1", **other}))) == (0, 0, [(1, "usage.other_content")])
    assert UsageRecord.objects.count() == 1


def test_the_same_key_of_another_feed_is_another_record():
    assert outcome(record(usage(key="c-1", source="a"), usage(key="c-1", source="b"))) == (2, 0, [])


def test_records_without_a_key_all_count():
    assert outcome(record(usage(), usage())) == (2, 0, [])


def test_a_batch_is_judged_row_by_row():
    intake = record(
        usage("1", "a"),
        usage("1", "a"),
        usage("2", "a"),
        usage("1", "b", meter="unknown"),
        usage("1e15", "c"),
        usage("0.0000000000001", "d"),
        usage("1", "e", at="2030-01-01T00:00:00"),
        usage("1", "f", continues_key="f"),
        usage("5", "g"),
    )
    assert outcome(intake) == (
        2,
        1,
        [
            (3, "usage.other_content"),
            (4, "meter.not_found"),
            (5, "usage.quantity"),
            (6, "usage.quantity"),
            (7, "usage.instant"),
            (8, "usage.continues"),
        ],
    )


def test_a_batch_takes_a_fixed_number_of_statements():
    record(usage(key="warm"))
    counts = []
    for size in (2, 200):
        with CaptureQueriesContext(
            connection,
        ) as queries_made:
            record(*(usage(key=f"{size}-{number}") for number in range(size)))
        counts.append(len(queries_made))
    assert counts[0] == counts[1]


def test_a_computed_meter_takes_no_records():
    make_meter("in", Aggregate.P95)
    make_meter("out", Aggregate.P95)
    make_meter("line", Aggregate.HIGHEST_OF, "in", "out")
    assert outcome(record(usage(meter="line")))[2] == [(1, "usage.computed_meter")]


@pytest.mark.parametrize(
    ("meter", "rule"),
    [
        (("", Aggregate.SUM), "meter.unnamed"),
        (("minutes", Aggregate.SUM), "meter.exists"),
        (("x", Aggregate.HIGHEST_OF), "meter.highest_of"),
        (("x", Aggregate.SUM, "minutes"), "meter.highest_of"),
        (("x", Aggregate.HIGHEST_OF, "unknown"), "meter.not_found"),
    ],
)
def test_a_wrong_meter_is_refused(meter, rule):
    with pytest.raises(Refusal) as refused:
        make_meter(*meter)
    assert refused.value.code == rule


def test_no_records_are_refused():
    with pytest.raises(Refusal) as refused:
        record()
    assert refused.value.code == "usage.empty"


def test_a_record_is_never_changed():
    record(usage(key="a"))
    with pytest.raises(DatabaseError), transaction.atomic():
        UsageRecord.objects.update(quantity=2)


def test_the_database_counts_a_key_once():
    record(usage(key="a"))
    one = UsageRecord.objects.get()
    one.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        one.save(force_insert=True)


def test_usage_is_summed_by_meter_and_day():
    record(
        usage("1", at="2026-01-15T10:00:00"), usage("2", at="2026-01-15T11:00:00"), usage("4", at="2026-01-16T10:00:00")
    )
    days = queries.usage_by_day(subscription_id=7, day_from=date(2026, 1, 1), day_before=date(2026, 2, 1))
    assert [(str(one.day), one.record_count, one.quantity) for one in days] == [
        ("2026-01-15", 2, 3),
        ("2026-01-16", 1, 4),
    ]


def test_the_hash_does_not_see_how_a_quantity_or_an_instant_is_written():
    one = usage("1.50", "k")
    other = usage("1.5", "k")
    assert one.happened_at.tzinfo is UTC
    assert content_hash(one) == content_hash(other)
