"""Reading a scenario file: YAML 1.2 into frozen shapes, or the line and the cure of what is wrong with it."""

from __future__ import annotations

import io
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from billwright.workflow.scenarios.shapes import World

FORMAT_VERSION = 1


class FileError(Exception):
    """A scenario file that cannot be acted out: the line (from 1), what is wrong, what to do about it."""

    def __init__(self, line: int, says: str, cure: str) -> None:
        super().__init__(f"line {line}: {says} {cure}")
        self.line = line
        self.says = says
        self.cure = cure


def read_world(text: str) -> World:
    """The world of a scenario file. Raises FileError."""
    tree = _tree(text)
    if not isinstance(tree, dict):
        raise FileError(1, "The file holds no scenario.", "Begin it with `scenario: 1`.")
    if tree.get("scenario") != FORMAT_VERSION:
        raise FileError(
            _line(tree, ["scenario"]), "The format version is missing or unknown.", "Write `scenario: 1` on top."
        )
    try:
        world = World.model_validate(tree)
    except ValidationError as error:
        # A key that is not known is often why another is missing: it is told first.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        path = [*first["loc"], *first.get("ctx", {}).get("path", [])]
        raise FileError(_line(tree, path), _says(first), _cure(first)) from error
    world._line_of = lambda place: _line(tree, list(place))
    return world


def _tree(text: str) -> Any:
    # Round-trip loading keeps the line of every node; YAML 1.2 reads `on` and `yes` as words.
    yaml = YAML(typ="rt", pure=True)
    yaml.version = (1, 2)
    yaml.Constructor = _Constructor
    try:
        return yaml.load(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FileError((mark.line + 1) if mark else 1, f"This is not YAML: {error.problem}.", "Mend it.") from error
    except YAMLError as error:
        raise FileError(1, f"This is not YAML: {error}.", "Mend it.") from error


class _Constructor(RoundTripConstructor):
    """YAML 1.2 knows no dates: a day is a word, and the shapes judge whether it is one of the calendar."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_scalar)


def _line(tree: Any, path: list[Any]) -> int:
    """The line (from 1) of the deepest node of the path that exists."""
    line, node = 1, tree
    for part in path:
        marks = getattr(node, "lc", None)
        try:
            if isinstance(node, dict):
                line = marks.key(part)[0] + 1 if marks else line
                node = node[part]
            elif isinstance(node, list):
                line = marks.item(part)[0] + 1 if marks else line
                node = node[part]
            else:
                break
        except (KeyError, IndexError, TypeError):
            continue
    return line


def _where(loc: tuple[Any, ...]) -> str:
    names = [str(part) for part in loc if isinstance(part, str)]
    return names[-1] if names else "file"


def _says(error: Any) -> str:
    where = _where(error["loc"])
    if error["type"] == "misplaced":
        return str(error["ctx"]["says"])
    if error["type"] == "extra_forbidden":
        return f"{where!r} is not known here."
    if error["type"] in ("union_tag_invalid", "union_tag_not_found"):
        return "This act is not known."
    if error["type"] == "missing":
        return f"{where!r} is missing."
    return f"{where!r}: {error['msg'].removeprefix('Value error, ').rstrip('.')}."


def _cure(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "Remove it, or see docs/concepts/scenario.md for the keys of this place."
    if error["type"] == "union_tag_invalid":
        return f"Known acts are {error['ctx']['expected_tags']}."
    if error["type"] == "missing":
        return "Add it."
    if error["type"] == "misplaced":
        return str(error["ctx"]["cure"])
    return "Mend the value."
