from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.periods import month_day
from billwright.subscriptions.policies import GridKey, grid_key, period_holding


def key(months, *, cycle_day, starts_on):
    return grid_key(interval_unit="MONTH", interval_count=months, cycle_day=cycle_day, starts_on=starts_on)


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


def test_what_does_not_recur_has_no_grid():
    assert grid_key(interval_unit="ONCE", interval_count=1, cycle_day=1, starts_on=date(2026, 1, 1)) is None


days = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@given(st.sampled_from([1, 2, 3, 6, 12, 24, 36, 120]), st.none() | st.integers(1, 31), days, days)
def test_every_day_lies_in_exactly_one_period_on_the_anchor(months, cycle_day, starts_on, asked):
    grid = key(months, cycle_day=cycle_day, starts_on=starts_on)
    period = period_holding(grid, asked)
    assert asked in period
    assert period_holding(grid, period.last_day) == period
    assert period_holding(grid, period.ends_before).starts_on == period.ends_before
    assert period.starts_on == month_day(period.starts_on.year, period.starts_on.month, grid.anchor_day)


@given(st.integers(1, 366), days)
def test_periods_of_days_count_from_the_start(count, starts_on):
    grid = grid_key(interval_unit="DAY", interval_count=count, cycle_day=15, starts_on=starts_on)
    period = period_holding(grid, starts_on)
    assert (period.starts_on, period.day_count) == (starts_on, count)


def test_grids_of_other_phases_do_not_meet():
    starts = {period_holding(GridKey("MONTH", 3, 1, phase), date(2026, 6, 15)).starts_on for phase in (0, 1, 2)}
    assert len(starts) == 3
    assert all(earlier < later for earlier, later in pairwise(sorted(starts)))
