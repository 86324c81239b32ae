import pytest

from billwright.kernel.errors import Refusal
from billwright.usage.models import UsageRecord
from billwright.usage.tests.builders import make_meter
from billwright.workflow.bill_run.tests import builders
from billwright.workflow.metering import feeds, import_usage

pytestmark = pytest.mark.django_db
HEAD = "subscription,meter,happened_at,quantity,change,key,property.to\n"


@pytest.fixture
def number():
    builders.make_world()
    builders.make_plan()
    make_meter()
    return builders.subscribe(builders.make_account("ANA", timezone="Asia/Kathmandu")).number


def load(text):
    return import_usage(act=builders.make_act(), lines=text.splitlines(keepends=True), source="meters.csv")


def test_good_rows_count_and_wrong_ones_are_told_by_line(number, monkeypatch):
    monkeypatch.setattr(feeds, "BATCH_ROWS", 2)
    text = HEAD + "".join(
        f"{row}\n"
        for row in (
            f"{number},minutes,2026-01-15T10:00:00,12.5,,a,2782",
            f"{number},minutes,yesterday,1,,b,",
            f"{number},minutes,2026-01-15T10:00:00Z,,-1,c,",
            f"{number},minutes,2026-01-15T10:00:00Z,many,,d,",
            "nobody,minutes,2026-01-15T10:00:00Z,1,,e,",
            f"{number},minutes,2026-01-15T10:00:00Z,1,,f,,,",
        )
    )
    report = load(text)
    assert (report.row_count, report.recorded_count, report.refused_count) == (6, 2, 4)
    assert [(one.row, one.code) for one in report.refused] == [
        (3, "usage.instant"),
        (5, "usage.quantity"),
        (6, "subscription.not_found"),
        (7, "usage.cells"),
    ]
    first = UsageRecord.objects.order_by("id").first()
    assert (first.happened_at.isoformat(), first.properties) == ("2026-01-15T04:15:00+00:00", {"to": "2782"})


def test_the_same_file_again_changes_nothing(number):
    text = HEAD + f"{number},minutes,2026-01-15T10:00:00,12.5,,,\n{number},minutes,2026-01-15T10:00:00,12.5,,,\n"
    assert load(text).recorded_count == 2
    again = load(text)
    assert (again.recorded_count, again.repeated_count) == (0, 2)


@pytest.mark.parametrize("text", ["", "subscription,meter\n", "subscription,meter,happened_at,color\nx,y,z,w\n", HEAD])
def test_a_file_without_its_columns_or_rows_is_refused(number, text):
    with pytest.raises(Refusal) as refused:
        load(text)
    assert refused.value.code in ("usage.columns", "usage.empty")
