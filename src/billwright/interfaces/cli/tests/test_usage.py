"""The usage commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import usage
from billwright.kernel.errors import Refusal
from billwright.workflow.bill_run.tests import builders

pytestmark = pytest.mark.django_db


def type_in(*words, exit_code=0):
    result = CliRunner().invoke(usage.app, list(words), catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def number():
    builders.make_world()
    builders.make_plan()
    type_in("define-meter", "minutes")
    return builders.subscribe(builders.make_account("ANA")).number


def test_a_file_is_recorded_once_and_its_wrong_rows_told(number, tmp_path):
    file = tmp_path / "feed.csv"
    file.write_text(
        f"subscription,meter,happened_at,quantity\n{number},minutes,2026-01-15T10:00:00,12.5\n{number},steps,2026-01-15,1\n"
    )
    report = json.loads(type_in("import", str(file), "--json", exit_code=1))
    assert (report["recorded_count"], [one["row"] for one in report["refused"]]) == (1, [3])
    assert "steps" in type_in("import", str(file), exit_code=1)
    assert "12.5" in type_in("list", number)
    assert len(json.loads(type_in("list", number, "--json"))) == 1


def test_one_record_and_the_meters(number):
    words = ("record", number, "minutes", "3", "--at", "2026-01-15T10:00:00", "--key", "k")
    assert "recorded" in type_in(*words)
    assert "known" in type_in(*words)
    assert "minutes" in type_in("meters")


def test_a_missing_file_and_an_unknown_subscription_are_refused(number, tmp_path):
    with pytest.raises(Refusal):
        type_in("import", str(tmp_path / "none.csv"))
    with pytest.raises(Refusal):
        type_in("list", "nobody")
    with pytest.raises(Refusal):
        type_in("outage", number, "--uptime", "99", "--on", "2026-01-15")
