from datetime import date
from decimal import Decimal
from fractions import Fraction

import iso4217
import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.currencies import HISTORIC
from billwright.kernel.errors import Refusal
from billwright.kernel.money import EXACT, Money, exponent, line_amount, require_valid_on, round_minor, split

AMOUNTS = st.integers(min_value=-(10**15), max_value=10**15)


@pytest.mark.parametrize(("currency", "places"), [("ZAR", 2), ("JPY", 0), ("KWD", 3)])
def test_the_exponent_is_the_currencys(currency, places):
    assert exponent(currency) == places


def test_an_unknown_currency_is_refused_with_its_field():
    with pytest.raises(Refusal) as refused:
        exponent("XXZ")
    assert (refused.value.code, refused.value.field) == ("currency.unknown", "currency")


@pytest.mark.parametrize("wrong", [1.0, True, "1", Decimal(1)])
def test_money_is_never_anything_but_whole_minor_units(wrong):
    with pytest.raises(TypeError):
        Money(wrong, "EUR")


@pytest.mark.parametrize("wrong", ["12.345", "1e-9", "twelve", "NaN", "Infinity", ""])
def test_an_amount_that_the_currency_cannot_hold_is_refused(wrong):
    with pytest.raises(Refusal):
        Money.of(wrong, "ZAR")


def test_two_currencies_never_mix():
    with pytest.raises(TypeError, match="cannot mix"):
        Money(1, "EUR") + Money(1, "USD")


@pytest.mark.parametrize(
    ("quantity", "price", "minor"),
    [
        ("1", "0.125", 13),
        ("1", "-0.125", -13),
        ("3", "0.333333333333", 100),
        ("0", "9.99", 0),
        ("0.5", "0.01", 1),
        ("999999999999999999.999999", "0.000000012345", 1234500000000),
    ],
)
def test_a_line_is_rounded_once_half_away_from_zero(quantity, price, minor):
    assert line_amount(Decimal(quantity), Decimal(price), "ZAR") == Money(minor, "ZAR")


@given(AMOUNTS, st.integers(min_value=1, max_value=10**6))
def test_rounding_is_never_further_than_half_a_unit(numerator, denominator):
    exact = Fraction(numerator, denominator)
    value = EXACT.divide(Decimal(numerator), Decimal(denominator))
    assert abs(round_minor(value, "JPY").amount_minor - exact) <= Fraction(1, 2) + Fraction(1, 10**19)


@given(AMOUNTS, st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=20).filter(any))
def test_shares_lose_no_unit_and_stay_within_one_of_their_weight(total, weights):
    shares = [share.amount_minor for share in split(Money(total, "EUR"), weights)]
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(total * weight, sum(weights))) < 1


@given(AMOUNTS)
def test_reading_what_was_written_gives_the_same_money(minor):
    money = Money(minor, "KWD")
    assert Money.of(str(money.decimal), "KWD") == money


def test_a_withdrawn_currency_still_counts_but_not_on_later_days():
    assert Money.of("1.95", "BGN") == Money(195, "BGN")
    require_valid_on("BGN", date(2025, 12, 31))
    with pytest.raises(Refusal, match="Use EUR from then on") as refused:
        require_valid_on("BGN", date(2026, 1, 1), field="document_date")
    assert (refused.value.code, refused.value.field) == ("currency.withdrawn", "document_date")


def test_no_historic_currency_is_in_the_present_list():
    present = {one.code for one in iso4217.Currency}
    assert present.isdisjoint(HISTORIC)
    assert {one.successor for one in HISTORIC.values()} <= present
