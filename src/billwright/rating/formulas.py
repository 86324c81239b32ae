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
        Formula(
            7,
            "credit_by_days",
            "-round(full amount * credited days / base_days of the original), the rest to the last share",
            "The days of the line it credits that are not owed, over the days that line divided by.",
        ),
        Formula(
            8,
            "per_unit_per",
            "round(billed_quantity * unit_price / per * share)",
            "Units beyond those included, by the price for so many units; fees by their share of the period.",
        ),
        Formula(
            9,
            "package",
            "round(billed_quantity / package_size * unit_price * share)",
            "Every started package costs the price; fees by their share of the period.",
        ),
        Formula(
            10,
            "tiers",
            "round(sum of the parts * share)",
            "Each tier that is reached adds its part; fees by their share of the period.",
        ),
        Formula(11, "records", "round(sum of the records' amounts)", "Every record has its own price."),
        Formula(
            12,
            "usage_difference",
            "round(amount of the period) - billed of the period before",
            "What the usage of a period comes to by now, less what was billed of it.",
        ),
        Formula(13, "top_up", "round(minimum * share) - charged", "What is missing to the agreed minimum."),
        Formula(
            14,
            "service_credit",
            "-round(percent of the month's charges)",
            "A percentage of the charges of a month whose service was below the level promised.",
        ),
        Formula(15, "settlement", "-round(banked units * settlement price)", "The bank of netted units, paid out."),
        Formula(
            16,
            "credit_by_days_so_far",
            "-(round(full amount * days credited by now / base_days of the original)"
            " - round(full amount * days credited before / base_days)), the rest to the last share",
            "The days of the line it credits that are not owed, over the days that line divided by: all that are"
            " credited by now, rounded once, less what was credited before.",
        ),
    )
}


def recompute(
    number: int,
    *,
    quantity: Decimal,
    unit_price: Decimal,
    days: int | None,
    base_days: int | None,
    currency: str,
    per: Decimal = Decimal(1),
) -> Money | None:
    """Quantity times price for so many units, by days where both are told, rounded once half away from zero.

    None where that alone cannot be the amount: tiers, packages, records, what was entered, what credits another line.
    Exact fractions until the one rounding, so that the order of the bill run's arithmetic cannot matter.
    """
    if number not in (1, 2, 5, 8):
        return None
    amount = Fraction(unit_price) * (1 if number == 1 else Fraction(quantity) / Fraction(per))
    if number != 5 and days is not None and base_days is not None:
        amount = amount * days / base_days
    minor = abs(amount) * 10 ** exponent(currency)
    whole = math.floor(minor + Fraction(1, 2))
    return Money(whole if amount >= 0 else -whole, currency)
