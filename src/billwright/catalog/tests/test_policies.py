from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.catalog.policies import DatedPrice, price_on, price_segments, require_interval, require_later_price
from billwright.catalog.states import IntervalUnit
from billwright.kernel.errors import Conflict, Refusal

JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)
PRICES = [DatedPrice(1, JANUARY, Decimal(100)), DatedPrice(2, JULY, Decimal(110))]


def test_a_price_holds_until_the_next_begins():
    assert price_on(PRICES, date(2026, 6, 30)).price_id == 1
    assert price_on(PRICES, JULY).price_id == 2
    assert price_on(PRICES, date(2025, 12, 31)) is None


def test_two_prices_at_one_date_are_refused():
    with pytest.raises(Conflict, match="already there"):
        require_later_price(PRICES, valid_from=JULY)


def test_a_price_older_than_the_last_is_refused():
    with pytest.raises(Refusal) as refused:
        require_later_price(PRICES, valid_from=date(2026, 3, 1))
    assert (refused.value.code, refused.value.field) == ("price.older_than_last", "valid_from")


@pytest.mark.parametrize(
    ("unit", "count"), [(IntervalUnit.MONTH, 0), (IntervalUnit.MONTH, 121), (IntervalUnit.ONCE, 2)]
)
def test_an_interval_that_no_calendar_holds_is_refused(unit, count):
    with pytest.raises(Refusal):
        require_interval(unit, count)


days = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(st.lists(days, min_size=1, max_size=6, unique=True), days, st.none() | st.integers(1, 2000))
def test_segments_cover_the_service_without_gap_and_each_day_has_its_price(starts, starts_on, length):
    prices = [DatedPrice(number, day, Decimal(number)) for number, day in enumerate(starts)]
    ends_before = starts_on + timedelta(days=length) if length else None
    segments = price_segments(prices, starts_on=starts_on, ends_before=ends_before)
    if price_on(prices, starts_on) is None:
        assert segments == []
        return
    assert segments[0].starts_on == starts_on
    assert segments[-1].ends_before == ends_before
    for earlier, later in pairwise(segments):
        assert earlier.ends_before == later.starts_on
    for segment in segments:
        assert price_on(prices, segment.starts_on).price_id == segment.price_id
