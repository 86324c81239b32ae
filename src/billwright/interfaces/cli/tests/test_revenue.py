"""The revenue commands, as they are typed."""

import json
from datetime import datetime

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.revenue import app
from billwright.invoicing.tests.builders import make_company, make_issued, make_payer
from billwright.kernel import clock
from billwright.workflow.bill_run.tests.builders import make_account, make_plan, make_world, subscribe
from billwright.workflow.revenue_recognition.tests.builders import prepaid

pytestmark = pytest.mark.django_db


def type_in(*words, exit_code=0):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def karoo():
    entity = make_company("KAROO")
    make_issued(make_payer(entity), prepaid("2026-01-01", "2026-04-01", "90.00"), on="2026-01-01")
    return entity


def test_months_are_recognised_in_order_and_one_is_taken_back(karoo):
    done = json.loads(type_in("recognise", "KAROO", "--since", "2026-01", "--month", "2026-03", "--json"))
    assert [one["amounts"][0]["amount"]["amount_minor"] for one in done] == [3100, 2800, 3100]
    assert "nothing to recognize" in type_in("recognise", "KAROO", "--month", "2026-03")
    assert "taken back" in type_in("reverse", str(done[-1]["run_id"]), "--reason", "too early")
    runs = json.loads(type_in("runs", "KAROO", "--json"))
    assert [(run["month"], run["reverses_id"]) for run in runs][:2] == [
        ("2026-03-01", done[-1]["run_id"]), ("2026-03-01", None),
    ]  # fmt: skip


def test_without_a_month_the_last_is_meant_that_is_over_at_the_company(karoo):
    with clock.standing_at(datetime.fromisoformat("2026-01-31T22:30:00+00:00")):
        [done] = json.loads(type_in("recognise", "KAROO", "--json"))
    assert done["month"] == "2026-01-01"


def test_the_waterfall_ties(karoo):
    [row] = json.loads(type_in("waterfall", "KAROO", "--month", "2026-01", "--json"))["rows"]
    assert (row["deferred"]["amount_minor"], row["due"]["amount_minor"], row["difference"]["amount_minor"]) == (
        9000,
        3100,
        0,
    )
    assert "31.00" in type_in("waterfall", "KAROO", "--month", "2026-01")


def test_recurring_revenue_as_table_json_and_workbook(tmp_path):
    make_world()
    make_plan(price="77.00")
    subscribe(make_account("ANA"), starts_on="2026-02-10")
    file = tmp_path / "mrr.xlsx"
    months = ("mrr", "--since", "2026-01", "--month", "2026-02")
    assert "77.00" in type_in(*months, "--xlsx", str(file))
    assert file.read_bytes()[:2] == b"PK"
    assert json.loads(type_in(*months, "--json"))[0]["new"] == {"amount_minor": 7700, "currency": "ZAR"}
