from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.money import line_amount
from billwright.rating.formulas import FORMULAS, recompute


@pytest.mark.parametrize(
    ("number", "quantity", "days", "expected"),
    [
        (1, "7", 22, "7097"),
        (2, "7", 22, "4968"),
        (5, "7", None, "7000"),
        (8, "7", None, "7000"),
        (3, "7", None, None),
        (4, "1", 5, None),
    ],
)
def test_a_stored_derivation_recomputes_its_line(number, quantity, days, expected):
    amount = recompute(
        number,
        quantity=Decimal(quantity),
        unit_price=Decimal("100.00"),
        days=days,
        base_days=days and 31,
        currency="ZAR",
        per=Decimal(10),
    )
    assert (str(amount.amount_minor) if amount else None) == expected


@given(st.decimals(-1000, 1000, places=6), st.decimals(-1000, 1000, places=6))
def test_quantity_times_price_is_the_kernels_rounding(quantity, unit_price):
    amount = recompute(5, quantity=quantity, unit_price=unit_price, days=None, base_days=None, currency="KWD")
    assert amount == line_amount(quantity, unit_price, "KWD")


def test_every_formula_is_numbered_by_itself():
    assert all(number == formula.number for number, formula in FORMULAS.items())
