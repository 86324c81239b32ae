"""Reading a scenario file: YAML 1.2 into frozen shapes, or the line and the cure of what is wrong with it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from billwright.workflow.scenarios.shapes import World

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class FileError(Exception):
    """A scenario file that cannot be acted out: the line (from 1), what is wrong, what to do about it."""

    line: int
    says: str
    cure: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.says} {self.cure}"


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
        first = error.errors()[0]
        raise FileError(_line(tree, list(first["loc"])), _says(first), _cure(first)) from error
    for index, act in enumerate(world.timeline):
        object.__setattr__(act, "line", _line(tree, ["timeline", index]))
    return world


def _tree(text: str) -> Any:
    # Round-trip loading keeps the line of every node; YAML 1.2 reads `on` and `yes` as words.
    yaml = YAML(typ="rt", pure=True)
    yaml.version = (1, 2)
    try:
        return yaml.load(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        raise FileError((mark.line + 1) if mark else 1, f"This is not YAML: {error.problem}.", "Mend it.") from error


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
    return "Mend the value."
