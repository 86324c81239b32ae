from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.invoicing.policies import (
    Creditable,
    credit_amounts,
    days_amount,
    line_amounts,
)
from billwright.invoicing.taxing import TaxChoices
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money


def amounts(**values):
    given_values = {
        "quantity": Decimal(1), "unit_price": Decimal("100.00"), "amount": None, "discount_percent": Decimal(0),
        "surcharge_percent": Decimal(0), "currency": "ZAR", "row": 1, "choices": TaxChoices(),
    }  # fmt: skip
    return line_amounts(**(given_values | values))


def test_quantity_times_price_is_rounded_once():
    assert amounts(quantity=Decimal("1.5"), unit_price=Decimal("0.333")).amount == 50


def test_discount_and_surcharge_are_percent_of_the_same_amount():
    both = amounts(discount_percent=Decimal(10), surcharge_percent=Decimal(5))
    assert (both.amount, both.discount) == (10500, 1000)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"unit_price": None}, "line.amount_or_price"),
        ({"amount": Money.of("1.00", "ZAR")}, "line.amount_or_price"),
        ({"unit_price": None, "amount": Money.of("1.00", "EUR")}, "line.currency"),
        ({"discount_percent": Decimal(101)}, "line.percent"),
        ({"surcharge_percent": Decimal(-1)}, "line.percent"),
        ({"quantity": Decimal("0.0000001")}, "line.places"),
        ({"unit_price": Decimal("NaN")}, "line.places"),
    ],
)
def test_a_wrong_line_is_refused_with_its_row(values, code):
    with pytest.raises(Refusal) as refused:
        amounts(row=7, **values)
    assert (refused.value.code, refused.value.row) == (code, 7)


@given(st.integers(1, 10**9), st.integers(0, 100), st.lists(st.integers(1, 10**8), max_size=12))
def test_credits_of_a_line_never_exceed_it_and_the_last_takes_the_rest(amount, percent, wanted):
    discount = amount * percent // 100
    line = Creditable(1, amount, discount, amount, discount)
    taken = [0, 0]
    for part in [*wanted, None]:
        left = Creditable(1, amount, discount, amount - taken[0], discount - taken[1])
        if left.amount_left_minor == 0:
            break
        if part is not None and part >= left.amount_left_minor:
            continue
        share = credit_amounts(left, part)
        taken[0] += share.amount_minor
        taken[1] += share.discount_minor
        assert 0 <= taken[1] <= discount
    assert taken == [line.amount_minor, line.discount_minor]


def test_a_negative_line_is_credited_towards_zero():
    line = Creditable(1, -1000, 0, -1000, 0)
    assert credit_amounts(line, 400).amount_minor == -400
    assert credit_amounts(line, None).amount_minor == -1000


@pytest.mark.parametrize(
    ("left", "part", "code"), [(0, 1, "nothing_left"), (5, 6, "exceeds_left"), (5, 0, "not_positive")]
)
def test_a_credit_beyond_what_is_left_is_refused(left, part, code):
    with pytest.raises(Refusal) as refused:
        credit_amounts(Creditable(3, 10, 0, left, 0), part)
    assert (refused.value.code, refused.value.row) == (f"credit.{code}", 3)


def test_days_share_the_line():
    line = Creditable(1, 3100, 0, 3100, 0)
    assert days_amount(line, credited_days=10, base_days=31) == 1000
