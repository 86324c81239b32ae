"""Every price model has its page, and a scenario file that comes out as it says."""

from pathlib import Path

import pytest

from billwright.catalog.states import PriceModel

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "examples" / "prices").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_price_comes_out_as_its_file_says(act_out, file):
    outcome = act_out(file.read_text(encoding="utf-8"))
    assert (outcome.exit_code, outcome.differences, outcome.result.get("error")) == (0, (), None)


@pytest.mark.parametrize("model", list(PriceModel), ids=str)
def test_a_model_has_its_file_and_its_page(model):
    assert (ROOT / "examples" / "prices" / f"{model.lower()}.yaml").exists()
    assert "## Example" in (ROOT / "docs" / "prices" / f"{model.lower()}.md").read_text(encoding="utf-8")
