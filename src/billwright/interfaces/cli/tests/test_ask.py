"""billwright ask: the keys of its answer, and sentences for people."""

import json

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli.ask import app
from billwright.kernel.errors import Refusal


def ask(*words):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_keys_of_an_answer():
    answer = json.loads(ask("retry", "scheme=nacha", "code=R01", "attempts=1", "on=2026-03-02", "--json"))
    assert list(answer) == ["question", "answer", "earliest", "rule", "in_force_since", "source", "says"]
    assert answer["question"] == "retry scheme=nacha code=R01 attempts=1 on=2026-03-02"
    assert (answer["answer"], answer["earliest"]) == (True, "2026-03-03")
    assert (answer["rule"], answer["in_force_since"]) == ("nacha.reinitiation", "2015-09-18")


def test_an_answer_for_people():
    assert ask("retry", "scheme=za-eft", "code=04", "attempts=1").startswith("No.")
    assert ask("return-rate", "scheme=nacha", "kind=unauthorized").startswith("0.5%")


def test_a_word_without_a_value():
    with pytest.raises(Refusal, match="scheme=nacha"):
        ask("retry", "nacha")
