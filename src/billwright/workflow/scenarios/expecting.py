"""Comparing what came about with what a file expects: a missing key is not asserted, a list is asserted whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the world came out otherwise: the path, what was expected, what is there."""

    path: str
    expected: Any
    actual: Any


def compare(expected: Any, actual: Any, path: str = "") -> list[Difference]:
    """Every difference between an expectation and the result, with its path."""
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            return [Difference(path, plain(expected), actual)]
        return [
            difference
            for key, value in expected.items()
            for difference in compare(value, actual.get(str(key)), f"{path}.{key}" if path else str(key))
        ]
    if isinstance(expected, Sequence) and not isinstance(expected, str):
        return _compare_lists(list(expected), actual, path)
    return [] if same(expected, actual) else [Difference(path, plain(expected), actual)]


def same(expected: Any, actual: Any) -> bool:
    """Whether two single values agree; decimal strings agree by value: "5" and "5.00"."""
    if isinstance(expected, date):
        return expected.isoformat() == str(actual)
    if isinstance(expected, bool) or expected is None or actual is None or isinstance(actual, bool):
        return expected is actual if expected is None or actual is None else bool(expected) == actual
    try:
        return Decimal(str(expected)) == Decimal(str(actual))
    except InvalidOperation:
        return str(expected) == str(actual)


def plain(value: Any) -> Any:
    """An expectation as JSON."""
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value if isinstance(value, (bool, int)) or value is None else str(value)


def _compare_lists(expected: list[Any], actual: Any, path: str) -> list[Difference]:
    rows = list(actual) if isinstance(actual, Sequence) and not isinstance(actual, str) else []
    pairs = _pairing(expected, rows)
    left_expected = [index for index in range(len(expected)) if index not in pairs]
    left_rows = [index for index in range(len(rows)) if index not in pairs.values()]
    differences: list[Difference] = []
    # What finds no partner is compared with the row most like it, so that the table names the amount and not the list.
    for index in left_expected:
        if not left_rows:
            differences.append(Difference(f"{path}[{index}]", plain(expected[index]), None))
            continue
        nearest = min(left_rows, key=lambda row: (len(compare(expected[index], rows[row])), row))
        left_rows.remove(nearest)
        differences += compare(expected[index], rows[nearest], f"{path}[{index}]")
    differences += [Difference(f"{path}[+]", None, rows[index]) for index in left_rows]
    return differences


def _pairing(expected: list[Any], rows: list[Any]) -> dict[int, int]:
    """A largest set of pairs (expected, row) that agree, each used once: augmenting paths."""
    partners = [[row for row in range(len(rows)) if not compare(one, rows[row])] for one in expected]
    taken: dict[int, int] = {}

    def place(index: int, tried: set[int]) -> bool:
        for row in partners[index]:
            if row in tried:
                continue
            tried.add(row)
            if row not in taken or place(taken[row], tried):
                taken[row] = index
                return True
        return False

    for index in range(len(expected)):
        place(index, set())
    return {index: row for row, index in taken.items()}
