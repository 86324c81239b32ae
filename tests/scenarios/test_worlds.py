"""Small worlds, each for one sentence of the page of scenario files; the comment of a file derives what it expects."""

from pathlib import Path

import pytest

WORLDS = sorted((Path(__file__).parent / "worlds").glob("*.yaml"))


@pytest.mark.parametrize("world", WORLDS, ids=lambda path: path.stem)
def test_a_world_comes_out_as_it_says(act_out, world):
    outcome = act_out(world.read_text(encoding="utf-8"))
    assert (outcome.exit_code, outcome.result.get("error"), outcome.differences) == (0, None, ())
