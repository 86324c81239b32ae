"""Every value of a convention has a scenario file that comes out as it says, and every option its page."""

from pathlib import Path

import pytest

from billwright.org.conventions import OPTIONS

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "conventions").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_convention_comes_out_as_its_file_says(act_out, file):
    outcome = act_out(file.read_text(encoding="utf-8"))
    assert (outcome.exit_code, outcome.differences, outcome.result.get("error")) == (0, (), None)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_for_a_value_that_exists(file):
    option, _, value = file.stem.partition("-")
    assert value in OPTIONS[option]
