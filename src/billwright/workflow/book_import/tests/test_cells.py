"""What a cell says: never guessed where two readings are possible."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.workflow.book_import.cells import (
    exchanged_formats,
    find_date,
    find_number,
    fitting_formats,
    fitting_styles,
    is_date_format,
)


@pytest.mark.parametrize(
    ("text", "date_format", "found"),
    [
        ("1/2/2013", "m/d/Y", date(2013, 1, 2)),
        ("1/2/2013", "d/m/Y", date(2013, 2, 1)),
        ("26-Apr-11", "d-b-y", date(2011, 4, 26)),
        ("26-april-99", "d-b-y", date(1999, 4, 26)),
        ("20260131", "Ymd", date(2026, 1, 31)),
        ("26-04-2011 11:50", "d-m-Y H:M", date(2011, 4, 26)),
        ("31/02/2013", "d/m/Y", None),
        ("13/13/2013", "m/d/Y", None),
        ("26-Abc-11", "d-b-y", None),
        ("2013", "m/d/Y", None),
        ("26/04/2011 23:59:59", "d/m/Y", date(2011, 4, 26)),
        ("2011-04-26T23:59:59.000", "Y-m-d", date(2011, 4, 26)),
        ("2011-04-26 noon", "Y-m-d", None),
    ],
)
def test_dates_are_read_by_their_format_alone(text, date_format, found):
    assert find_date(text, date_format) == found


def test_the_order_of_day_and_month_is_open_until_a_day_is_above_twelve():
    assert {"d/m/Y", "m/d/Y"} <= set(fitting_formats(["1/2/2013", "3/4/2013"]))
    assert fitting_formats(["1/2/2013", "1/15/2013"]) == ("m/d/Y",)
    assert fitting_formats(["", " "]) == ()


def test_formats_that_read_all_dates_alike_are_one():
    assert fitting_formats(["2013-01-02", "2013-01-03 10:00:00"]) == ("Y-m-d",)
    assert len(fitting_formats(["1/1/2013", "2/2/2013"])) == 1


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["25/1/2013", "1/2/2013", "1/25/2013"], ("d/m/Y", "m/d/Y")),
        (["25/1/2013", "1/2/2013"], ()),
        (["25/1/2013", "2013-01-25"], ()),
    ],
)
def test_both_orders_of_day_and_month_in_one_file_are_seen(texts, found):
    assert exchanged_formats(texts) == found


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "found"),
    [
        ("1,234.50", ".", ",", "1234.50"),
        ("1.234,50", ",", ".", "1234.50"),
        ("1 234,50", ",", " ", "1234.50"),
        ("1\u00a0234,50", ",", " ", "1234.50"),
        ("(12.30)", ".", "", "-12.30"),
        ("-12.30", ".", "", "-12.30"),
        ("12,30", ".", "", None),
        ("12,30", ".", ",", None),
        ("1,23,456.00", ".", ",", "123456.00"),
        ("12,34,567", ".", ",", "1234567"),
        ("12,34", ".", ",", None),
        ("1.23.456,00", ",", ".", None),
        ("12 30", ",", " ", None),
        ("12\n300", ",", " ", None),
        ("1\u2019234.50", ".", "'", "1234.50"),
        ("(-12.30)", ".", "", None),
        ("(12.30-)", ".", "", None),
        ("-12.30-", ".", "", None),
        ("12.30-", ".", "", "-12.30"),
        ("\u221212.30", ".", "", "-12.30"),
        ("12.30.", ".", "", None),
        ("NaN", ".", "", None),
        ("1e5", ".", "", None),
        ("٣", ".", "", "3"),
    ],
)
def test_numbers_are_read_by_their_marks_alone(text, decimal, thousands, found):
    number = find_number(text, decimal=decimal, thousands=thousands)
    assert number == (None if found is None else Decimal(found))


def test_the_decimal_mark_is_open_where_both_readings_are_possible():
    assert len(fitting_styles(["1,234", "5,678"])) == 2
    assert fitting_styles(["1,234", "5,6"]) == ((",", ""),)
    assert fitting_styles(["1,234.50", "5"]) == ((".", ","),)


@pytest.mark.parametrize("date_format", ["m/d", "d/d/Y", "m/d/Y/y", "q/d/Y", "m b d Y"])
def test_a_format_names_day_month_and_year_once(date_format):
    assert not is_date_format(date_format)
