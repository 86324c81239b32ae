"""The amount and the discount of one line from its stored columns, by the number of its formula (rating.formulas)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from billwright.rating.evaluating.rounding import half_away, rounded

Line = Mapping[str, Any]
# A by-hand credit shares its discount by amount, a bill run's by days.
CREDIT_BY_DAYS, CREDIT_BY_AMOUNT = 4, 6


def line_amount(line: Line) -> int:
    """Before discount, in minor units. A formula without a rule here is a KeyError: nothing is waved through."""
    return AMOUNTS[line["formula"]](line)


def line_discount(line: Line) -> int:
    """What was taken off, in minor units."""
    if line["original"] is not None and line["formula"] in (CREDIT_BY_DAYS, CREDIT_BY_AMOUNT):
        return _credited_discount(line)
    if line["discounts"]:
        return sum(int(discount["amount_minor"]) for discount in line["discounts"])
    # Written by hand: the discount was entered as an amount of its own.
    return int(line["discount_minor"]) if line["item_id"] is None else 0


def _minor(line: Line, major: Fraction) -> int:
    return rounded(major * 10 ** int(line["minor_units"]), line["rounding"])


def _share(line: Line) -> Fraction:
    """Days of service over days of the period, and the part of the price that is owed while paused."""
    percent = Fraction(100) if line["share_percent"] is None else Fraction(line["share_percent"])
    return Fraction(line["days"], line["base_days"]) * percent / 100


def _flat(line: Line) -> int:
    return _minor(line, Fraction(line["unit_price"]) * _share(line))


def _per_unit(line: Line) -> int:
    return _minor(line, Fraction(line["quantity"]) * Fraction(line["unit_price"]) * _share(line))


def _entered(line: Line) -> int:
    return int((line["entered"] or line)["amount_minor"])


def _quantity_times_price(line: Line) -> int:
    return _minor(line, Fraction(line["quantity"]) * Fraction(line["unit_price"]))


def _left(line: Line, column: str) -> int:
    """What earlier credits left of the line that this one credits, without its sign."""
    original = line["original"]
    whole = int(original[column])
    left = whole + int(original[f"earlier_{column}"])
    return max(left if whole >= 0 else -left, 0)


def _credit_by_days(line: Line, column: str) -> int:
    """The share by days, never more than is left; the share that reaches the first day takes all that is left."""
    original = line["original"]
    left = _left(line, column)
    share = half_away(Fraction(abs(int(original[column])) * line["days"], line["base_days"]))
    is_last = line["service_from"] == original["service_from"] and line["item_id"] is not None
    owed = left if is_last else min(left, share)
    return -owed if int(original[column]) >= 0 else owed


def _credit_of_line(line: Line) -> int:
    return _credit_by_days(line, "amount_minor")


def _credit_by_amount(line: Line) -> int:
    """As entered, and no more than was left."""
    entered = int(line["amount_minor"])
    left = _left(line, "amount_minor")
    return entered if abs(entered) <= left else (left if entered > 0 else -left)


def _credited_discount(line: Line) -> int:
    """By days in a bill run; by hand in proportion to the amount, the credit of the rest taking the rest of it."""
    if line["item_id"] is not None:
        return _credit_by_days(line, "discount_minor")
    original = line["original"]
    sign = -1 if int(original["discount_minor"]) >= 0 else 1
    left = _left(line, "discount_minor")
    if abs(int(line["amount_minor"])) == _left(line, "amount_minor"):
        return sign * left
    share = Fraction(int(original["discount_minor"]) * int(line["amount_minor"]), int(original["amount_minor"]))
    return sign * min(left, abs(half_away(share)))


def service_days(line: Line) -> int:
    """Days of service of a line, the last day not counted."""
    return (date.fromisoformat(line["service_to"]) - date.fromisoformat(line["service_from"])).days


AMOUNTS: dict[int, Callable[[Line], int]] = {
    1: _flat,
    2: _per_unit,
    3: _entered,
    4: _credit_of_line,
    5: _quantity_times_price,
    6: _credit_by_amount,
}
