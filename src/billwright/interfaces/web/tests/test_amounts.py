"""Amounts as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from billwright.interfaces.web.amounts import typed_amount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1149", "1149"),
        ("1,149.00", "1149.00"),
        ("1.149,00", "1149.00"),
        ("1 149,50", "1149.50"),
        ("1,149", "1149"),
        ("1.149", "1149"),
        ("0.125", "0.125"),
        ("12,5", "12.5"),
        ("1,234,567", "1234567"),
        ("1'149.10", "1149.10"),
        ("-3.20", "-3.20"),
        ("1.234,567", "1234.567"),
    ],
)
def test_both_groupings_mean_the_same(typed, meant):
    assert typed_amount(typed) == Decimal(meant)


@pytest.mark.parametrize("typed", ["", "ten", "1,2,3.4.5x", "NaN", "infinity", "--1"])
def test_what_is_not_an_amount_is_none(typed):
    assert typed_amount(typed) is None
