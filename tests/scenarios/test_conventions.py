"""Every value of a convention has a scenario file that comes out as it says, and every option its page."""

from pathlib import Path

import pytest

from billwright.org.conventions import OPTIONS, SUPPORTED

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "conventions").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_convention_comes_out_as_its_file_says(act_out, file):
    outcome = act_out(file.read_text(encoding="utf-8"))
    assert (outcome.exit_code, outcome.differences, outcome.result.get("error")) == (0, (), None)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_for_a_value_that_exists(file):
    option, _, value = file.stem.partition("-")
    assert value.replace("_period", " period") in OPTIONS[option] or value in OPTIONS[option]


# Choices about schedules move no amount; they are told with the schedules.
SCHEDULES = {"statement_schedule", "bill_run_schedule", "debit_news", "payment_links", "card_runs"}
OF_MONEY = sorted(SUPPORTED.keys() - SCHEDULES)


@pytest.mark.parametrize("option", OF_MONEY)
def test_every_value_that_is_carried_out_has_its_file_and_the_option_its_page(option):
    assert {f"{option}-{value.replace(' ', '_')}" for value in SUPPORTED[option]} <= {file.stem for file in FILES}
    page = (ROOT / "docs" / "conventions" / f"{option}.md").read_text(encoding="utf-8")
    assert [value for value in SUPPORTED[option] if f"`{value}`" not in page] == []
