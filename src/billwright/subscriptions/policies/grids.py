"""The grid of periods that a charge bills on, by the convention `anchor` (docs/conventions/anchor.md).

    account             the cycle day in the month in which the price or interval starts or resumes, then every interval
    subscription_start  through the first paid day of the subscription, kept over changes
    restart_on_change   through the day on which the present interval began
    calendar            the 1st, Monday, 1 January; N months from January, N weeks from the year's first Monday

Month ends are clamped and never drift. Weeks run through the same days as months; days count from the start.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from billwright.catalog.states import IntervalUnit
from billwright.kernel.periods import Period, month_day

EPOCH = date(1970, 1, 1)
WEEK = 7


@dataclass(frozen=True, slots=True)
class GridKey:
    """What makes a grid of billing periods; see BillingGrid."""

    interval_unit: str
    interval_count: int
    anchor_day: int
    phase: int


@dataclass(frozen=True, slots=True)
class Anchoring:
    """The days that a grid may be anchored by.

    `stretch_from` is the day on which the price or interval starts or resumes, `interval_from` the one on which the
    present interval began (another plan that recurs alike begins none), `first_paid_on` the subscription's first paid
    day; `cycle_day` the account's or the subscription's own. `through` is a day agreed for the periods to run through:
    it outranks the convention.
    """

    stretch_from: date
    interval_from: date
    first_paid_on: date
    cycle_day: int
    through: date | None = None


def month_index(day: date) -> int:
    """Months since year 0: the unit in which month grids count."""
    return day.year * 12 + day.month - 1


def grid_through(*, interval_unit: str, interval_count: int, day: date) -> GridKey:
    """The grid in which a period begins on a day."""
    if interval_unit == IntervalUnit.DAY:
        return GridKey(interval_unit, interval_count, 1, (day - EPOCH).days % interval_count)
    return GridKey(interval_unit, interval_count, day.day, month_index(day) % interval_count)


def grid_on_cycle_day(*, interval_unit: str, interval_count: int, cycle_day: int, starts_on: date) -> GridKey:
    """The grid on the cycle day of the month of a start, weeks too; days count from the start."""
    if interval_unit == IntervalUnit.DAY:
        in_weeks = interval_count % WEEK == 0
        day = month_day(starts_on.year, starts_on.month, cycle_day) if in_weeks else starts_on
        return grid_through(interval_unit=interval_unit, interval_count=interval_count, day=day)
    return GridKey(interval_unit, interval_count, cycle_day, month_index(starts_on) % interval_count)


def grid_key(*, anchor: str, interval_unit: str, interval_count: int, days: Anchoring) -> GridKey:
    """The grid of a recurring charge by its convention; see the head of this module."""
    if days.through is not None:
        return grid_through(interval_unit=interval_unit, interval_count=interval_count, day=days.through)
    if anchor == "subscription_start":
        return grid_through(interval_unit=interval_unit, interval_count=interval_count, day=days.first_paid_on)
    if anchor == "restart_on_change":
        return grid_through(interval_unit=interval_unit, interval_count=interval_count, day=days.interval_from)
    if anchor == "calendar":
        day = _calendar_day(interval_unit, interval_count, days.stretch_from)
        return grid_through(interval_unit=interval_unit, interval_count=interval_count, day=day)
    return grid_on_cycle_day(
        interval_unit=interval_unit,
        interval_count=interval_count,
        cycle_day=days.cycle_day,
        starts_on=days.stretch_from,
    )


def _calendar_day(interval_unit: str, interval_count: int, starts_on: date) -> date:
    """A day on which the calendar begins an interval of this length."""
    new_year = date(starts_on.year, 1, 1)
    if interval_unit != IntervalUnit.DAY:
        return new_year
    if interval_count % WEEK:
        return starts_on
    return new_year + timedelta(days=-new_year.weekday() % WEEK)


def period_holding(key: GridKey, day: date) -> Period:
    """The period of a grid that holds a day, reckoned afresh; the stored grid periods must agree."""
    count = key.interval_count
    if key.interval_unit == IntervalUnit.DAY:
        number = (day - EPOCH).days
        start = EPOCH + timedelta(days=number - (number - key.phase) % count)
        return Period(start, start + timedelta(days=count))
    index = month_index(day)
    index -= (index - key.phase) % count
    if _grid_start(index, key) > day:
        index -= count
    return Period(_grid_start(index, key), _grid_start(index + count, key))


def _grid_start(index: int, key: GridKey) -> date:
    return month_day(index // 12, index % 12 + 1, key.anchor_day)
