from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.periods import Period, month_day
from billwright.subscriptions.policies import Anchoring, GridKey, grid_key, period_holding


def anchored(unit, count, *, starts_on, cycle_day=None, anchor="account", **days):
    days = {"stretch_from": starts_on, "interval_from": starts_on, "first_paid_on": starts_on} | days
    anchoring = Anchoring(**days, cycle_day=cycle_day or starts_on.day)
    return grid_key(anchor=anchor, interval_unit=unit, interval_count=count, days=anchoring)


def key(months, *, cycle_day, starts_on):
    return anchored("MONTH", months, cycle_day=cycle_day, starts_on=starts_on)


def test_a_quarter_begins_on_the_cycle_day_of_the_month_of_the_start():
    grid = key(3, cycle_day=1, starts_on=date(2026, 2, 20))
    assert period_holding(grid, date(2026, 2, 20)).starts_on == date(2026, 2, 1)
    assert period_holding(grid, date(2026, 2, 20)).ends_before == date(2026, 5, 1)


def test_month_ends_are_clamped_and_never_drift():
    grid = key(1, cycle_day=31, starts_on=date(2027, 12, 31))
    starts = [period_holding(grid, date(2028, month, 28)).ends_before for month in range(1, 6)]
    assert starts == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30), date(2028, 5, 31)]


def test_without_a_cycle_day_the_first_paid_day_anchors():
    assert key(12, cycle_day=None, starts_on=date(2024, 2, 29)).anchor_day == 29


@pytest.mark.parametrize(
    ("anchor", "unit", "count", "begins"),
    [
        ("account", "MONTH", 12, "2026-05-03"),
        ("subscription_start", "MONTH", 12, "2025-11-21"),
        ("restart_on_change", "MONTH", 12, "2026-05-18"),
        ("calendar", "MONTH", 12, "2026-01-01"),
        ("calendar", "MONTH", 3, "2026-04-01"),
        ("calendar", "DAY", 7, "2026-05-18"),
        ("calendar", "DAY", 14, "2026-05-11"),
        ("account", "DAY", 30, "2026-05-18"),
    ],
)
def test_each_anchor_begins_its_periods_where_it_says(anchor, unit, count, begins):
    changed_on = date(2026, 5, 18)
    grid = anchored(unit, count, starts_on=changed_on, cycle_day=3, anchor=anchor, first_paid_on=date(2025, 11, 21))
    assert period_holding(grid, changed_on).starts_on == date.fromisoformat(begins)


def test_a_day_agreed_for_the_periods_outranks_the_anchor():
    grid = anchored("MONTH", 1, starts_on=date(2026, 5, 18), anchor="calendar", through=date(2026, 7, 9))
    assert period_holding(grid, date(2026, 5, 18)).starts_on == date(2026, 5, 9)


days = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@given(st.sampled_from([1, 2, 3, 6, 12, 24, 36, 120]), st.none() | st.integers(1, 31), days, days)
def test_every_day_lies_in_exactly_one_period_on_the_anchor(months, cycle_day, starts_on, asked):
    grid = key(months, cycle_day=cycle_day, starts_on=starts_on)
    period = period_holding(grid, asked)
    assert asked in period
    assert period_holding(grid, period.last_day) == period
    assert period_holding(grid, period.ends_before).starts_on == period.ends_before
    assert period.starts_on == month_day(period.starts_on.year, period.starts_on.month, grid.anchor_day)


@given(st.integers(1, 366).filter(lambda count: count % 7), days)
def test_periods_of_days_count_from_the_start(count, starts_on):
    grid = anchored("DAY", count, cycle_day=15, starts_on=starts_on)
    period = period_holding(grid, starts_on)
    assert (period.starts_on, period.day_count) == (starts_on, count)


def test_weeks_run_through_the_cycle_day_of_the_month_of_the_start():
    grid = anchored("DAY", 14, cycle_day=15, starts_on=date(2026, 2, 10))
    assert period_holding(grid, date(2026, 2, 10)) == Period(date(2026, 2, 1), date(2026, 2, 15))


def test_grids_of_other_phases_do_not_meet():
    starts = {period_holding(GridKey("MONTH", 3, 1, phase), date(2026, 6, 15)).starts_on for phase in (0, 1, 2)}
    assert len(starts) == 3
    assert all(earlier < later for earlier, later in pairwise(sorted(starts)))
