"""Each price model against its definition, with the worked examples of docs/prices."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billwright.catalog.rows import ByValueRow, CallBandRow, CallRateRow, NewPrice, TierRow
from billwright.catalog.states import PriceModel
from billwright.rating.policies import (
    RecordFacts,
    band_at,
    longest_prefix,
    price_quantity,
    rate_call,
    rate_percentages,
    rate_units,
)

D = Decimal
ZONE = ZoneInfo("Africa/Johannesburg")
PRICE = NewPrice(currency="ZAR", valid_from=date(2026, 1, 1))


def amount(model, quantity, *, zero="free", **price):
    return price_quantity(model, replace(PRICE, **price), D(quantity), first_tier_flat_at_zero=zero).amount


def tier(up_to, unit="0", **more):
    return TierRow(None if up_to is None else D(up_to), D(unit), **{name: D(one) for name, one in more.items()})


def record(quantity, *, at="2026-01-05T10:00:00", continues=False, **properties):
    start = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    return RecordFacts("k", D(quantity), start, properties, continues)


def test_a_flat_price_ignores_the_quantity():
    assert amount(PriceModel.FLAT, "7", unit_price=D(100)) == 100


def test_units_cost_the_price_per_so_many_after_what_is_included():
    assert amount(PriceModel.PER_UNIT, "1250", unit_price=D(4), per=D(1000), included=D(250)) == 4
    assert amount(PriceModel.PER_UNIT, "1", unit_price=D(1), per=D(3)) == Fraction(1, 3)


@pytest.mark.parametrize(("quantity", "expected"), [("100", 0), ("100.5", 9), ("110", 9), ("111", 18)])
def test_a_started_package_costs_the_price_after_what_is_included(quantity, expected):
    assert amount(PriceModel.PACKAGE, quantity, unit_price=D(9), package_size=D(10), included=D(100)) == expected


@pytest.mark.parametrize(("quantity", "expected"), [("0", "0"), ("100", "50"), ("100.5", "50.15"), ("150", "65")])
def test_graduated_tiers_price_their_own_units(quantity, expected):
    tiers = (tier("100", "0.50"), tier(None, "0.30"))
    assert amount(PriceModel.GRADUATED, quantity, tiers=tiers) == Fraction(expected)


@pytest.mark.parametrize(("quantity", "expected"), [("100", "50"), ("101", "30.3"), ("0", "0")])
def test_volume_prices_the_whole_quantity_in_the_tier_reached(quantity, expected):
    assert amount(PriceModel.VOLUME, quantity, tiers=(tier("100", "0.50"), tier(None, "0.30"))) == Fraction(expected)


def test_flats_only_are_a_stair_step():
    tiers = (tier("10", flat="20"), tier("20", flat="35"), tier(None, flat="50"))
    assert [amount(PriceModel.VOLUME, quantity, tiers=tiers) for quantity in ("10", "11", "21")] == [20, 35, 50]


def test_the_first_flat_at_zero_is_free_or_owed():
    tiers = (tier("10", "1", flat="20"), tier(None, "1"))
    for model in (PriceModel.GRADUATED, PriceModel.VOLUME):
        assert amount(model, "0", tiers=tiers) == 0
        assert amount(model, "0", tiers=tiers, zero="owed") == 20


def test_tiers_by_percent_and_by_package_add_their_flats():
    tiers = (tier("1000", percent="2.5", flat="1"), tier(None, "5", package_size="100", flat="2"))
    assert amount(PriceModel.GRADUATED, "1150", tiers=tiers) == 25 + 1 + 2 * 5 + 2


KERALA = (
    tier("50", "3.25"), tier("100", "4.05"), tier("150", "5.10"), tier("200", "6.95"), tier("250", "8.20"),
    replace(tier("300", "6.40"), is_all=True), replace(tier(None, "7.25"), is_all=True),
)  # fmt: skip


@pytest.mark.parametrize(
    ("units", "expected"),
    [("180", "828.50"), ("250", "1377.50"), ("251", "1606.40"), ("260", "1664"), ("301", "2182.25")],
)
def test_a_tier_for_all_prices_the_whole_once_it_is_reached(units, expected):
    assert amount(PriceModel.GRADUATED, units, tiers=KERALA) == Fraction(expected)


def test_a_percentage_stays_within_its_minimum_and_maximum():
    price = replace(PRICE, percent=D("2.9"), fixed=D("0.30"), record_minimum=D("0.50"), record_maximum=D("5"))
    rated = rate_percentages(price, [record("1"), record("100"), record("1000")])
    assert [one.amount for one in rated] == [Fraction("0.50"), Fraction("3.20"), 5]


def test_the_record_that_crosses_the_included_sum_pays_on_the_excess():
    price = replace(PRICE, percent=D(1), fixed=D("0.10"), included=D(100))
    rated = rate_percentages(price, [record("60"), record("60"), record("10")])
    assert [(one.billed, one.amount) for one in rated] == [(0, 0), (20, Fraction("0.30")), (10, Fraction("0.20"))]


def test_both_limits_must_last():
    price = replace(PRICE, percent=D(1), included=D(1000), included_records=2)
    assert [one.amount for one in rate_percentages(price, [record("10")] * 3)] == [0, 0, Fraction("0.1")]
    only_records = replace(price, included=D(0))
    assert [one.amount for one in rate_percentages(only_records, [record("10")] * 3)] == [0, 0, Fraction("0.1")]


def test_records_count_in_started_steps_at_the_price_of_their_property():
    price = replace(
        PRICE, unit_price=D(1), per=D(60), step=D(60), by_property="zone", by_values=(ByValueRow("EU", D(2)),)
    )
    rated = rate_units(price, [record("61", zone="EU"), record("61", zone="US"), record("0")])
    assert [(one.billed, one.amount) for one in rated] == [(120, 4), (120, 2), (0, 0)]


def call_rate(price, *, per="60", step="1", at=0):
    return CallRateRow(D(price), at, D(per), D(step))


@pytest.mark.parametrize(("step", "expected"), [("60", "0.90"), ("6", "0.63"), ("1", "0.555")])
def test_a_call_of_37_seconds_pays_its_started_steps(step, expected):
    bands = (CallBandRow((call_rate("0.90", step=step),)),)
    assert rate_call(bands, record("37")).amount == Fraction(expected)


def test_the_first_thirty_seconds_then_six():
    bands = (CallBandRow((call_rate("0.90", step="30"), call_rate("0.90", step="6", at=30))),)
    assert [rate_call(bands, record(seconds)).billed for seconds in ("20", "37")] == [30, 42]


def test_connect_is_paid_once_not_for_nothing_nor_for_what_continues():
    bands = (CallBandRow((call_rate("0.60"),), connect=D("0.10")),)
    assert rate_call(bands, record("60")).amount == Fraction("0.70")
    assert rate_call(bands, record("0")).amount == 0
    assert rate_call(bands, record("60", continues=True)).amount == Fraction("0.60")


def test_past_the_cap_the_rest_is_free():
    bands = (CallBandRow((call_rate("0.60"),), connect=D("0.10")),)
    rated = rate_call(bands, record("3600"), cap=D("2.00"))
    assert (rated.amount, rated.billed) == (2, 3600)
    assert sum(part.amount for part in rated.parts) == 2


PREFIXES = (
    CallBandRow((call_rate("9"),), prefix="27"),
    CallBandRow((call_rate("3"),), prefix="2782"),
)


def test_the_longest_prefix_wins_and_without_one_a_call_is_not_rated():
    assert rate_call(PREFIXES, record("60", to="+27821234567")).amount == 3
    assert longest_prefix(PREFIXES, "27111234567") == "27"
    unrated = rate_call(PREFIXES, record("60", to="+359888"))
    assert (unrated.is_rated, unrated.amount) == (False, 0)


DAY_AND_NIGHT = (
    CallBandRow((call_rate("6", step="60"),), name="day", days=(1, 2, 3, 4, 5), from_time=time(7)),
    CallBandRow((call_rate("2", step="60"),), name="night", days=(1, 2, 3, 4, 5), from_time=time(18), connect=D(1)),
    CallBandRow((call_rate("1"),), name="holiday", dates=("12-25",), from_time=time()),
    CallBandRow((call_rate("3"),), name=""),
)


@pytest.mark.parametrize(
    ("at", "name"),
    [
        ("2026-01-05T06:59:59", ""),
        ("2026-01-05T07:00:00", "day"),
        ("2026-01-05T18:00:00", "night"),
        ("2026-01-10T12:00:00", ""),
        ("2026-12-25T12:00:00", "holiday"),
    ],
)
def test_dates_come_before_days_then_the_latest_beginning_that_has_passed(at, name):
    assert band_at(DAY_AND_NIGHT, datetime.fromisoformat(at).replace(tzinfo=ZONE)).name == name


def test_a_started_step_ends_at_its_own_price_across_a_boundary():
    rated = rate_call(DAY_AND_NIGHT, record("120", at="2026-01-05T17:59:30"))
    assert [(part.label, part.quantity, part.amount) for part in rated.parts] == [("day", 60, 6), ("night", 60, 2)]


def test_a_call_over_midnight_changes_its_day():
    bands = (
        CallBandRow((call_rate("6"),), name="week", days=(1, 2, 3, 4, 5)),
        CallBandRow((call_rate("2"),), name="weekend", days=(6, 7)),
    )
    rated = rate_call(bands, record("120", at="2026-01-09T23:59:00"))
    assert [(part.label, part.amount) for part in rated.parts] == [("week", 6), ("weekend", 2)]


ends = st.lists(st.integers(1, 500), min_size=1, max_size=5, unique=True).map(sorted)


@given(
    ends, st.lists(st.decimals("0", "9", places=4), min_size=6, max_size=6), st.integers(0, 600), st.integers(0, 600)
)
def test_graduated_is_the_sum_of_its_units_and_never_falls(stops, units, quantity, more):
    tiers = tuple(TierRow(D(end) if end else None, unit) for end, unit in zip([*stops, None], units, strict=False))
    each = [
        Fraction(next(one.unit_price for one in tiers if one.up_to is None or number <= one.up_to))
        for number in range(1, quantity + 1)
    ]
    assert amount(PriceModel.GRADUATED, str(quantity), tiers=tiers) == sum(each)
    larger = amount(PriceModel.GRADUATED, str(quantity + more), tiers=tiers)
    assert larger >= amount(PriceModel.GRADUATED, str(quantity), tiers=tiers)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 5400), st.sampled_from(["2026-01-05T06:30:00", "2026-01-05T17:10:00", "2026-12-24T23:30:00"]))
def test_a_call_by_bands_is_the_sum_of_its_seconds(seconds, at):
    """With steps of one second every second can be priced alone."""
    bands = tuple(replace(band, rates=(replace(band.rates[0], step=D(1)),), connect=D(0)) for band in DAY_AND_NIGHT)
    start = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    each = sum(
        Fraction(band_at(bands, start + timedelta(seconds=second)).rates[0].unit_price) / 60
        for second in range(seconds)
    )
    assert rate_call(bands, record(str(seconds), at=at)).amount == each
