from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.periods import Period, add_months, month_of

DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2080, 12, 31))


def test_an_empty_period_does_not_exist():
    with pytest.raises(ValueError, match="must hold a day"):
        Period(date(2026, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("months", "expected"),
    [(1, date(2026, 2, 28)), (2, date(2026, 3, 31)), (3, date(2026, 4, 30)), (13, date(2027, 2, 28))],
)
def test_month_ends_are_clipped_and_never_drift(months, expected):
    assert add_months(date(2026, 1, 31), months, anchor_day=31) == expected


def test_the_anchor_day_comes_back_after_a_short_month():
    assert add_months(date(2026, 2, 28), 1, anchor_day=31) == date(2026, 3, 31)


@given(DAYS)
def test_the_month_of_a_day_holds_it_and_begins_on_the_first(day):
    month = month_of(day)
    assert day in month
    assert month.starts_on.day == 1 == month.ends_before.day


@given(DAYS, st.integers(1, 90), DAYS, st.integers(1, 90))
def test_an_overlap_is_shared_by_both(first, first_days, second, second_days):
    one, two = Period(first, first + timedelta(first_days)), Period(second, second + timedelta(second_days))
    shared = one.overlap(two)
    days = {one.starts_on + timedelta(n) for n in range(one.day_count)} & {
        two.starts_on + timedelta(n) for n in range(two.day_count)
    }
    assert (shared.day_count if shared else 0) == len(days)
