"""Amounts as people write them, and the way back."""

from decimal import Decimal

import pytest
from django.test import RequestFactory

from billwright.interfaces.web.forms import read_amount, way_back


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("1149", ".", "1149"),
        ("1,149.00", ".", "1149.00"),
        ("1.149,00", ".", "1149.00"),
        ("1 149,5", ",", "1149.5"),
        ("1,149", ".", "1149"),
        ("1,149", ",", "1.149"),
        ("1.149", ",", "1149"),
        ("12,34,567.89", ".", "1234567.89"),
        ("1,234,567", ".", "1234567"),
        ("-3.10", ".", "-3.10"),
        ("0.5", ".", "0.5"),
        ("1'149.00", ".", "1149.00"),
    ],
)
def test_an_amount_is_read_as_it_is_meant(text, mark, amount):
    assert read_amount(text, decimal_mark=mark) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "abc", "1,14.9.00", "1..2", "12,3456,7", "1e5", "NaN", "--1", "1,149,00"])
def test_what_is_no_amount_is_refused(text):
    assert read_amount(text, decimal_mark=".") is None


@pytest.mark.parametrize(
    ("asked", "expected"), [("/setup/", "/setup/"), ("https://x.example/", "/"), ("//x.example/", "/"), ("", "/")]
)
def test_the_way_back_stays_in_the_house(asked, expected):
    assert way_back(RequestFactory().get("/", {"back": asked}), "/") == expected
