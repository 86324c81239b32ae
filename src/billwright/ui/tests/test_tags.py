"""What amounts, dates and addresses look like."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.ui.templatetags import ui_tags
from billwright.ui.tests.builders import draw, make_request

NOW = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("amount_minor", "currency", "shown"),
    [
        (114900, "EUR", "1,149.00\xa0EUR"),
        (-5, "ZAR", "\N{MINUS SIGN}0.05\xa0ZAR"),
        (1149, "JPY", "1,149\xa0JPY"),
        (1149, "KWD", "1.149\xa0KWD"),
        (0, "USD", "0.00\xa0USD"),
    ],
)
def test_money_has_the_places_of_its_currency(amount_minor: int, currency: str, shown: str) -> None:
    assert f">{shown}</data>" in draw("{% money a c %}", a=amount_minor, c=currency)


def test_money_carries_its_exact_value_for_machines() -> None:
    assert '<data class="money" value="-12.30 EUR">' in draw("{% money -1230 'EUR' %}")


def test_money_without_its_currency_for_a_column_that_names_it() -> None:
    assert ">1,149.00</data>" in draw("{% money 114900 'EUR' bare=True %}")


def test_a_negative_amount_is_coloured_only_where_asked() -> None:
    assert "negative" in draw("{% money_of m colour=True %}", m=Money(-1, "EUR"))
    assert "negative" not in draw("{% money_of m %}", m=Money(-1, "EUR"))


def test_an_unknown_amount_is_a_dash() -> None:
    assert "<data" not in draw("{% money None 'EUR' %}")


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(Refusal, match="not a currency"):
        draw("{% money 1 'XQX' %}")


@pytest.mark.parametrize(
    ("language", "shown"), [("de", "1.234.567,89"), ("hi", "12,34,567.89"), ("bg", "1\xa0234\xa0567,89")]
)
def test_money_is_grouped_as_the_reader_groups(language: str, shown: str) -> None:
    with translation.override(language):
        assert shown in draw("{% money 123456789 'EUR' %}")


def test_a_day_is_written_with_its_month_in_letters() -> None:
    assert draw("{% day d %}", d=date(2026, 8, 3)) == '<time datetime="2026-08-03">03 Aug 2026</time>'


@pytest.mark.parametrize(
    ("gap", "shown"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=5), "5 days ago"),
        (timedelta(days=-2), "in 2 days"),
        (timedelta(days=30), "04 Jul 2026"),
    ],
)
def test_ago_says_the_largest_unit_that_matters(gap: timedelta, shown: str) -> None:
    assert f">{shown}</time>" in draw("{% ago at %}", at=NOW - gap, now=NOW)


def test_ago_has_the_exact_time_on_hover() -> None:
    assert 'title="03 Aug 2026, 12:00"' in draw(
        "{% load tz %}{% timezone 'UTC' %}{% ago at %}{% endtimezone %}", at=NOW, now=NOW
    )


def test_a_share_is_a_percentage() -> None:
    assert ">61.4\xa0%</data>" in draw("{% percent 0.614 %}")


def test_qs_replaces_and_removes_and_keeps_the_rest() -> None:
    request = make_request("/?status=open&cursor=abc&sort=due")
    assert draw("{% qs sort='-due' cursor=None %}", request=request) == "?status=open&amp;sort=-due"


def test_the_theme_is_only_one_we_have() -> None:
    request = make_request()
    request.COOKIES["bw_theme"] = 'dark" onload="x'
    assert draw("{% theme %}", request=request) == ""
    request.COOKIES["bw_theme"] = "dark"
    assert draw("{% theme %}", request=request) == "dark"


def test_an_icon_is_hidden_from_screen_readers_and_escapes_what_it_is_given() -> None:
    svg = draw("{% icon 'check' class=c %}", c='"><script>')
    assert 'aria-hidden="true"' in svg
    assert "<script>" not in svg


def test_initials_skip_what_is_not_a_letter() -> None:
    assert draw("{{ name|initials }}", name="Northwind & Freight") == "NF"


def test_a_price_has_at_least_the_places_of_its_currency():
    assert "7.50" in ui_tags.price(Decimal("7.500000000000"), "ZAR")
    assert "0.0333" in ui_tags.price(Decimal("0.033300000000"), "ZAR")


def test_a_period_is_told_by_its_first_and_last_day() -> None:
    shown = draw("{% period a b %}", a=date(2026, 8, 1), b=date(2026, 9, 1))
    assert [">01 Aug 2026</time> – <" in shown, ">31 Aug 2026</time>" in shown] == [True, True]
