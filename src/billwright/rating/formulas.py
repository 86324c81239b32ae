"""The versioned table of formulas: what a line's `formula` number means. Never edited; a new meaning is a new number.

A stored derivation (price, quantity, days, base, discount) and its formula number recompute the line to the cent.
`round` is half away from zero to the currency's minor units, once, after multiplying before dividing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from billwright.kernel.money import Money, exponent


@dataclass(frozen=True, slots=True)
class Formula:
    """One way to compute a line, in words and as an expression over the line's typed columns."""

    number: int
    code: str
    expression: str
    says: str


FORMULAS: dict[int, Formula] = {
    formula.number: formula
    for formula in (
        Formula(
            1, "flat", "round(unit_price * days / base_days)", "The price, by days of service over days of the period."
        ),
        Formula(
            2,
            "per_unit",
            "round(quantity * unit_price * days / base_days)",
            "Quantity times price, by days of service over days of the period.",
        ),
        Formula(3, "entered", "amount as entered", "Entered by a person or a document of another system."),
        Formula(
            4,
            "credit_of_line",
            "-round(credited_amount * days / base_days), the rest to the last share",
            "The share of the line it credits, by days.",
        ),
        Formula(5, "quantity_times_price", "round(quantity * unit_price)", "Quantity times price, not prorated."),
        Formula(
            6,
            "credit_by_amount",
            "-amount as entered; discount and tax in proportion, the rest to the last share",
            "An amount of the line it credits.",
        ),
    )
}


def recompute(
    number: int, *, quantity: Decimal, unit_price: Decimal, days: int | None, base_days: int | None, currency: str
) -> Money | None:
    """The amount of a line from its stored derivation; None where it was entered or shares another line.

    Exact fractions until the one rounding, so that the order of the bill run's arithmetic cannot matter.
    """
    if number not in (1, 2, 5):
        return None
    amount = Fraction(unit_price) * (1 if number == 1 else Fraction(quantity))
    if number != 5:
        assert days is not None, "a recurring line says how many days it bills"
        assert base_days is not None, "a recurring line says of how many days"
        amount = amount * days / base_days
    minor = abs(amount) * 10 ** exponent(currency)
    whole = math.floor(minor + Fraction(1, 2))
    return Money(whole if amount >= 0 else -whole, currency)
