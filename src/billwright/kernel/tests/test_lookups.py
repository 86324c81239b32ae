import pytest

from billwright.kernel.models import OutboxEvent
from billwright.kernel.tests.builders import make_act

pytestmark = pytest.mark.django_db


def test_rows_among_keys_and_among_texts():
    rows = [
        OutboxEvent.objects.create(topic="test", subject=f"a '{n}' {{,\"", recorded_at=make_act().at) for n in range(3)
    ]
    first, second, _third = rows
    assert list(OutboxEvent.objects.filter(pk__among={second.pk, first.pk}).order_by("id")) == [first, second]
    assert OutboxEvent.objects.get(subject__among=[second.subject, "x" * 200]) == second
    assert not OutboxEvent.objects.filter(pk__among=[]).exists()


def test_many_keys_are_one_parameter():
    _sql, parameters = OutboxEvent.objects.filter(pk__among=range(10_000)).query.sql_with_params()
    assert len(parameters) == 1
