"""The plan commands, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import plan
from billwright.kernel.errors import Refusal
from billwright.workflow.bill_run.tests import builders

pytestmark = pytest.mark.django_db
PLAN = """
code: gold
trial: 14 days
charges:
  - {code: calls, model: graduated, every: 1 month, tiers: [{up_to: "100", unit: "0.50"}, {up_to: null, unit: "0.30"}]}
"""


def type_in(*words, exit_code=0):
    result = CliRunner().invoke(plan.app, list(words), catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return result.output


@pytest.fixture
def gold(tmp_path):
    builders.make_world()
    file = tmp_path / "gold.yaml"
    file.write_text(PLAN, encoding="utf-8")
    type_in("create", str(file), "--product", "hosting", "--currency", "ZAR", "--from", "2025-01-01")


def test_a_plan_of_tiers_is_made_shown_and_calculated(gold):
    made = json.loads(type_in("show", "gold", "--json"))
    assert made["plan"]["terms"]["trial_count"] == 14
    assert len(made["prices"][0]["tiers"]) == 2
    told = type_in("calculate", "gold", "calls", "150", "--currency", "ZAR", "--on", "2026-01-15")
    assert "65.00 ZAR" in told


def test_a_change_says_whom_it_hits_and_asks_when_nobody(gold):
    change = ("price", "gold", "calls", "--tiers", '{unit: "0.40"}', "--currency", "ZAR", "--from", "2026-07-01")
    with pytest.raises(Refusal, match="No contract takes this price"):
        type_in(*change)
    builders.subscribe(builders.make_account("ANA"), plan="gold", quantity="150")
    found = json.loads(type_in(*change, "--preview", "--json"))
    assert (found["subscription_count"], len(found["contracts"])) == (1, 1)
    assert "65.00 ZAR before, 60.00 ZAR after" in type_in(*change)


@pytest.mark.parametrize("words", ["code: x", "[1]", "charges: [", PLAN.replace("graduated", "cubic")])
def test_a_file_that_is_no_plan_is_refused(gold, tmp_path, words):
    file = tmp_path / "wrong.yaml"
    file.write_text(words, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        type_in("create", str(file), "--product", "hosting", "--currency", "ZAR", "--from", "2025-01-01")
    assert refused.value.code == "charge.unreadable"


def test_prices_are_agreed_by_dates(gold):
    running = builders.subscribe(builders.make_account("ANA"), plan="gold", quantity="150")
    builders.make_plan()
    flat = builders.subscribe(builders.make_account("BEN"))
    agree = ("agree", "basic", "fee", "--step", "2026-07-01=80", "--step", "2027-07-01=90.5")
    made = json.loads(type_in(*agree, "--subscription", flat.number, "--list-price-from", "2028-07-01", "--json"))
    assert [(one["valid_from"], one["lapses"]) for one in made] == [
        ("2026-07-01", False), ("2027-07-01", False), ("2028-07-01", True),
    ]  # fmt: skip
    assert "without it" in type_in(*agree, "--account", "BEN", "--preview")
    with pytest.raises(Refusal, match="no step"):
        type_in("agree", "gold", "calls", "--step", "soon", "--subscription", running.number)
