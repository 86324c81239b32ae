from datetime import datetime
from decimal import Decimal

import pytest

from billwright.kernel.errors import Refusal
from billwright.usage.models import UsageRecord
from billwright.usage.tests.builders import make_meter
from billwright.workflow.bill_run.tests import builders
from billwright.workflow.metering import UsageDraft, record_usage

pytestmark = pytest.mark.django_db


@pytest.fixture
def kathmandu():
    builders.make_world()
    builders.make_plan()
    make_meter()
    return builders.subscribe(builders.make_account("ANA", timezone="Asia/Kathmandu"))


def draft(subscription, at="2026-01-15T18:14:59+00:00", **more):
    return UsageDraft(subscription=subscription, meter="minutes", happened_at=datetime.fromisoformat(at), **more)


def record(*drafts):
    return record_usage(act=builders.make_act(), drafts=drafts)


def test_the_day_is_that_of_the_account(kathmandu):
    record(draft(kathmandu.number), draft(kathmandu.number, "2026-01-15T18:15:00+00:00"))
    assert [str(one.day) for one in UsageRecord.objects.order_by("id")] == ["2026-01-15", "2026-01-16"]


def test_neither_quantity_nor_change_is_one(kathmandu):
    record(draft(kathmandu.number), draft(kathmandu.number, change=Decimal(-2)))
    rows = UsageRecord.objects.order_by("id").values_list("quantity", "is_change")
    assert list(rows) == [(1, False), (-2, True)]


def test_what_is_wrong_is_refused_by_its_row_in_the_batch(kathmandu):
    both = {"quantity": Decimal(1), "change": Decimal(1)}
    intake = record(
        draft("nobody"),
        draft(kathmandu.number, **both),
        draft(kathmandu.number),
        draft(kathmandu.number, quantity=Decimal("1e16")),
    )
    assert [(one.row, one.code) for one in intake.refused] == [
        (1, "subscription.not_found"),
        (2, "usage.two_quantities"),
        (4, "usage.quantity"),
    ]
    assert intake.recorded_count == 1


def test_a_batch_has_an_end(kathmandu):
    with pytest.raises(Refusal) as refused:
        record(*([draft(kathmandu.number)] * 20_001))
    assert refused.value.code == "usage.too_many"
