"""Prices that rise by a clause: always reckoned from the first price, rounded once, never from a rounded one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import pairwise

from billwright.catalog.rows import Escalation, NewPrice, PriceRow
from billwright.kernel.periods import add_months

_EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
FACTOR_PLACES = Decimal("1e-12")


@dataclass(frozen=True, slots=True)
class Step:
    """How far a price has risen after so many steps: the exact factor of the first price, and what is printed."""

    factor: Fraction
    says: str

    @property
    def factor_shown(self) -> Decimal:
        """The factor with 12 places."""
        exact = _EXACT.divide(Decimal(self.factor.numerator), Decimal(self.factor.denominator))
        return exact.quantize(FACTOR_PLACES, context=_EXACT)


def step_by_percent(percent: Decimal, count: int) -> Step:
    """After `count` steps of so many percent: (1 + percent/100) to the power of count."""
    return Step((1 + Fraction(percent) / 100) ** count, f"{_plain(percent)} %, step {count}")


def reference_month(day: date) -> date:
    """The month whose published value an anniversary goes by: the calendar month before it."""
    return add_months(day.replace(day=1), -1, anchor_day=1)


def step_by_index(escalation: Escalation, values: Mapping[date, Decimal], days: Sequence[date]) -> Step | None:
    """After the anniversaries `days[1:]` of `days[0]`: each step moves by the index, between floor and cap percent.

    None while a value that it needs is not published.
    """
    months = [reference_month(day) for day in days]
    if any(month not in values for month in months):
        return None
    factor = Fraction(1)
    for before, after in pairwise(months):
        change = Fraction(values[after]) / Fraction(values[before]) - 1
        if escalation.floor is not None:
            change = max(change, Fraction(escalation.floor) / 100)
        if escalation.cap is not None:
            change = min(change, Fraction(escalation.cap) / 100)
        factor *= 1 + change
    last, before_last = months[-1], months[-2]
    return Step(
        factor,
        f"{escalation.index} {last:%Y-%m}: {_plain(values[last])}, {before_last:%Y-%m}: {_plain(values[before_last])}",
    )


def escalated(first: PriceRow, step: Step, *, decimals: int, valid_from: date, scope: str) -> NewPrice:
    """The price after a step: every sum of money of the first price times the factor, rounded half away from zero.

    Percentages, sizes, what is included, minimum and maximum stay.
    """

    def risen(amount: Decimal) -> Decimal:
        exact = Fraction(amount) * step.factor
        return _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator)).quantize(
            Decimal(1).scaleb(-decimals), context=_EXACT
        )

    names = NewPrice.__dataclass_fields__.keys() - {"valid_from", "scope", "says"}
    same = NewPrice(
        valid_from=valid_from, scope=scope, says=step.says, **{name: getattr(first, name) for name in names}
    )
    return replace(
        same,
        unit_price=risen(first.unit_price),
        fixed=risen(first.fixed),
        by_values=tuple(replace(one, unit_price=risen(one.unit_price)) for one in first.by_values),
        tiers=tuple(replace(tier, unit_price=risen(tier.unit_price), flat=risen(tier.flat)) for tier in first.tiers),
        bands=tuple(
            replace(
                band,
                connect=risen(band.connect),
                rates=tuple(replace(rate, unit_price=risen(rate.unit_price)) for rate in band.rates),
            )
            for band in first.bands
        ),
    )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
