"""The example files are the tutorial of scenario files: each comes out as it says, through the command."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import scenario
from billwright.workflow.scenarios import ports

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "scenarios").glob("*.yaml"))


@pytest.fixture
def command(act_out, monkeypatch):
    """The command, acting out one file after another on the tests' own server."""
    monkeypatch.setattr(scenario, "core_count", lambda: 1)
    return lambda *arguments: CliRunner().invoke(scenario.app, ["run", *map(str, arguments)])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_comes_out_as_it_says(command, example):
    result = command(example)
    assert result.exit_code == 0, result.output


def test_json_is_one_object_a_file_on_one_line(command):
    result = command(EXAMPLES[0], "missing.yaml", "--json")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["ok"], set(second), result.exit_code) == (True, {"file", "error"}, 2)


def test_the_worst_of_several_files_decides(command, tmp_path):
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(EXAMPLES[0].read_text(encoding="utf-8").replace("81.62", "81.63"), encoding="utf-8")
    assert command(EXAMPLES[1], wrong).exit_code == 1


def test_the_table_of_contents_names_every_file():
    contents = (EXAMPLES[0].parent / "README.md").read_text(encoding="utf-8")
    assert [one.name for one in EXAMPLES if f"({one.name})" not in contents] == []


def test_running_is_wired_for_the_product():
    assert ports.scratch_worlds()
