"""Named SQL steps: one file, one statement, a header that says who owns what it writes.

A step's header is five to seven comment lines (`step`, `owner`, `reads`, `writes`, optional `uses` and `needs`, `why`).
The header is parsed here and held against the body by a test in tests/architecture. `needs` names working tables
without whose rows the step does nothing, so that whoever drives it may leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

_HEADER = re.compile(r"^-- (step|owner|reads|writes|uses|needs|why): *(.*)$")
_PARAMETER = re.compile(r"%\((\w+)\)s")


class Cursor(Protocol):
    """What a step needs of a database cursor; Django's and psycopg's both fit."""

    @property
    def rowcount(self) -> int: ...

    def execute(self, query: str, params: Mapping[str, Any] | None = ...) -> Any: ...
    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One statement with its declared tables and parameters."""

    name: str
    owner: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    uses: tuple[str, ...]
    why: str
    body: str
    parameters: frozenset[str]
    needs: tuple[str, ...] = ()

    def run(self, cursor: Cursor, parameters: Mapping[str, Any]) -> int:
        """Run with the parameters it names (others are left out); returns the rows written or found."""
        missing = self.parameters - parameters.keys()
        assert not missing, f"step {self.name} needs {sorted(missing)}"
        cursor.execute(self.body, {name: parameters[name] for name in self.parameters})
        return max(cursor.rowcount, 0)

    def rows(self, cursor: Cursor, parameters: Mapping[str, Any]) -> Sequence[Any]:
        """Run and return all rows."""
        self.run(cursor, parameters)
        return cursor.fetchall()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip() and name.strip() != "none")


def parse(text: str) -> Step:
    """Read a step file. Raises ValueError when its header is incomplete."""
    header: dict[str, str] = {}
    last = ""
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        match = _HEADER.match(line)
        if match:
            last = match.group(1)
            header[last] = match.group(2)
        elif last:
            header[last] += " " + line.removeprefix("--").strip()
    lacking = {"step", "owner", "reads", "writes", "why"} - header.keys()
    if lacking:
        raise ValueError(f"SQL step without {sorted(lacking)}: {text[:80]!r}")
    return Step(
        name=header["step"],
        owner=header["owner"],
        reads=_names(header["reads"]),
        writes=_names(header["writes"]),
        uses=_names(header.get("uses", "")),
        why=header["why"],
        body=text,
        parameters=frozenset(_PARAMETER.findall(text)),
        needs=_names(header.get("needs", "")),
    )


@contextmanager
def without_loops(cursor: Cursor) -> Iterator[None]:
    """Within, joins go by hashes, in the transaction of the caller: for statements over a whole book.

    What such a statement reckons on the way has no statistics. The planner takes it for a few rows, and would loop over
    all (docs/decisions/0015).
    """
    cursor.execute("set local enable_nestloop = off")
    yield
    cursor.execute("set local enable_nestloop = on")


@cache
def step(package: str, name: str) -> Step:
    """Load `sql/<name>.sql` of a package, such as step("billwright.receivables", "age_open_items")."""
    return parse(resources.files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8"))


@cache
def steps(package: str) -> tuple[Step, ...]:
    """All steps of a package's sql folder in the order of their file names."""
    folder = resources.files(package).joinpath("sql")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)
    return tuple(parse(file.read_text(encoding="utf-8")) for file in files)
