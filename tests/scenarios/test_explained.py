"""Every document of every example, recomputed from its stored derivation while its world stands."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from billwright.access.states import OPERATOR_ACTOR
from billwright.interfaces.cli.scenario import app
from billwright.workflow.explanations import verify_documents
from billwright.workflow.scenarios.running import run_text

FOLDER = Path(__file__).parents[2] / "examples"
EXAMPLES = sorted(file for kind in ("scenarios", "prices", "conventions") for file in (FOLDER / kind).glob("*.yaml"))
FIRST = FOLDER / "scenarios" / "01-first-month.yaml"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_line_of_an_example_is_found_again(act_out, example):
    checked = []
    run_text(
        example.read_text(encoding="utf-8"),
        file=example.name,
        actor=OPERATOR_ACTOR,
        then=lambda _stage: checked.append(verify_documents()) or {},
    )
    (report,) = checked
    assert report.mismatches == ()


def test_the_command_explains_a_document_of_a_file(act_out):
    result = CliRunner().invoke(app, ["explain", str(FIRST), "--invoice", "2"])
    assert result.exit_code == 0, result.output
    assert "every figure was found again" in result.output


def test_a_document_that_is_not_there_is_refused(act_out):
    result = CliRunner().invoke(app, ["explain", str(FIRST), "--invoice", "99"])
    assert "has no document 99" in str(result.exception)
