"""Rounding fractions to whole minor units, apart from the product's own arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

HALF = Fraction(1, 2)


def half_away(exact: Fraction) -> int:
    """To the nearest whole; what lies in the middle goes away from zero."""
    whole = math.floor(abs(exact) + HALF)
    return whole if exact >= 0 else -whole


def rounded(exact: Fraction, rounding: str | None) -> int:
    """By a line's convention: `line_half_even` rounds a middle to the even neighbour, the others away from zero."""
    return round(exact) if rounding == "line_half_even" else half_away(exact)
