"""What a quantity costs and which share of a period is billed, for the oracle, in whole fractions."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import ceil

from billwright.workflow.bill_run.tests import usage_oracle


@dataclass(frozen=True)
class Tier:
    """A tier up to and including `up_to` (none: without end); `whole`: once reached, it prices everything below too."""

    up_to: Fraction | None
    unit: Fraction
    flat: Fraction
    percent: Fraction | None = None
    package: Fraction | None = None
    whole: bool = False

    def cost(self, quantity: Fraction) -> Fraction:
        if self.percent is not None:
            return quantity * self.percent / 100 + self.flat
        units = ceil(quantity / self.package) if self.package else quantity
        return units * self.unit + self.flat


@dataclass(frozen=True)
class Percentage:
    """Percent of each record, with a fixed part, within limits; free for so many records."""

    percent: Fraction
    fixed: Fraction
    least: Fraction | None
    most: Fraction | None
    included_records: int | None


@dataclass(frozen=True)
class Call:
    """What a record costs by its seconds and the clock on the wall."""

    rates: tuple[usage_oracle.Rate, ...]
    connect: Fraction
    bands: tuple[usage_oracle.Band, ...]
    cap: Fraction | None


@dataclass(frozen=True)
class Price:
    """A price in major units. `included` units cost nothing."""

    model: str
    unit: Fraction
    per: Fraction = Fraction(1)
    package: Fraction | None = None
    included: Fraction = Fraction(0)
    tiers: tuple[Tier, ...] = ()
    step: Fraction | None = None
    percentage: Percentage | None = None
    call: Call | None = None

    def cost(self, quantity: Fraction) -> Fraction:
        """What a full period costs."""
        rest = max(quantity - self.included, Fraction(0))
        if self.model == "FLAT":
            return self.unit
        if self.model == "PER_UNIT":
            return rest / self.per * self.unit
        if self.model == "PACKAGE":
            assert self.package is not None, "a package has a size"
            return ceil(rest / self.package) * self.unit
        return self._tiered(rest)

    def of_usage(self, readings: list[tuple[datetime, Fraction]], zone: str) -> Fraction:
        """What the readings of a window cost, in the order in which they happened."""
        amounts = [quantity for _, quantity in readings]
        if self.percentage is not None:
            return usage_oracle.percentage(amounts, included=self.included, **vars(self.percentage))
        if self.step is not None:
            return usage_oracle.stepped(amounts, step=self.step, price=self.unit, per=self.per, included=self.included)
        if self.call is not None:
            return sum((usage_oracle.call(at, one, zone=zone, **vars(self.call)) for at, one in readings), Fraction(0))
        return self.cost(sum(amounts, Fraction(0)))

    def _tiered(self, rest: Fraction) -> Fraction:
        if rest == 0:
            return Fraction(0)
        floor, reached = Fraction(0), []
        for tier in self.tiers:
            if rest > floor:
                reached.append((floor, tier))
            floor = tier.up_to if tier.up_to is not None else rest
        if self.model == "VOLUME":
            return reached[-1][1].cost(rest)
        wholes = [place for place, (_, tier) in enumerate(reached) if tier.whole]
        first = wholes[-1] if wholes else 0
        total = Fraction(0)
        for place, (floor, tier) in list(enumerate(reached))[first:]:
            top = rest if tier.up_to is None else min(rest, tier.up_to)
            total += tier.cost(top if place in wholes and place == first else top - floor)
        return total


@dataclass(frozen=True)
class Counting:
    """The conventions day_count and stub, for an interval of so many months, or of days where `months` is 0."""

    day_count: str = "actual"
    stub: str = "aligned_period"
    months: int = 1
    interval_days: int = 0

    def share(self, starts: date, ends: date, period: tuple[date, date]) -> tuple[int, int]:
        """Days of service and what they are divided by."""
        base_from, base_to = period
        if self.stub == "own_period" and starts > base_from:
            base_from, base_to = starts, self._after(starts)
        base = self._days(base_from, base_to)
        if self._thirty:
            base = self._thirty * self.months
        if self.day_count == "none" or (starts, ends) == period:
            return base, base
        return self._days(starts, ends), base

    def owed(self, kept: list[tuple[date, date]], whole: bool, billed: int) -> int:
        """Of the days that a line billed, those still owed when it serves only some stretches of them."""
        if whole or (kept and self.day_count == "none"):
            return billed
        return sum(self._days(starts, ends) for starts, ends in kept)

    @property
    def _thirty(self) -> int:
        return {"fixed_30": 30, "fixed_28": 28}.get(self.day_count, 0) if self.months else 0

    def _days(self, starts: date, ends: date) -> int:
        if not self._thirty:
            return (ends - starts).days
        months = (ends.year - starts.year) * 12 + ends.month - starts.month
        return months * self._thirty + min(ends.day, self._thirty) - min(starts.day, self._thirty)

    def _after(self, day: date) -> date:
        if not self.months:
            return day + timedelta(days=self.interval_days)
        year, month = divmod(day.year * 12 + day.month - 1 + self.months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
