from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.formats import LANGUAGES, Formats, NumberStyle, formats_for


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("en", "ZA", "ZAR 12,345,678.50"),
        ("en", "IN", "ZAR 1,23,45,678.50"),
        ("af", "ZA", "ZAR 12 345 678,50"),
        ("bg", "BG", "12 345 678,50 ZAR"),
        ("de", "DE", "12.345.678,50 ZAR"),
        ("hi", "IN", "ZAR 1,23,45,678.50"),
    ],
)
def test_money_is_grouped_by_language_and_country(language: str, country: str, expected: str) -> None:
    assert plain(formats_for(language, country=country).money(Money.of("12345678.50", "ZAR"))) == expected


@pytest.mark.parametrize("style", NumberStyle)
def test_each_number_style_writes_as_it_is_named(style: NumberStyle) -> None:
    assert plain(Formats("en", style).number(Decimal("1234567.89"))) == style.value


def test_an_entity_may_keep_its_own_number_style() -> None:
    written = formats_for("en", country="ZA", style=NumberStyle.SPACE_POINT).amount(Money.of("1234.5", "ZAR"))
    assert plain(written) == "1 234.50"


@pytest.mark.parametrize(("currency", "expected"), [("JPY", "1,235"), ("KWD", "1.235"), ("EUR", "12.35")])
def test_an_amount_has_the_places_of_its_currency(currency: str, expected: str) -> None:
    assert formats_for("en").amount(Money(1235, currency)) == expected


@given(minor=st.integers(min_value=-(10**17), max_value=10**17), language=st.sampled_from(LANGUAGES))
def test_no_digit_of_an_amount_is_lost(minor: int, language: str) -> None:
    written = formats_for(language).amount(Money(minor, "EUR"))
    digits = int("".join(c for c in written if c.isdigit()))
    assert (-digits if written.startswith("-") else digits) == minor


def test_a_unit_price_keeps_all_its_places() -> None:
    formats = formats_for("de")
    assert formats.unit_price(Decimal("0.0333"), currency="EUR") == "0,0333"
    assert formats.unit_price(Decimal("20"), currency="EUR") == "20,00"


def test_a_quantity_has_no_needless_places() -> None:
    assert formats_for("en").number(Decimal("1250.500")) == "1,250.5"


def test_rounding_for_display_is_half_away_from_zero() -> None:
    assert formats_for("en").number(Decimal("-2.5"), places_max=0) == "-3"


def test_percent_is_a_rate_in_per_cent() -> None:
    assert plain(formats_for("bg").percent(Decimal("15.5"))) == "15,5 %"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "03 Aug 2026"),
        ("af", "03 Aug 2026"),
        ("bg", "03.08.2026"),
        ("de", "03.08.2026"),
        ("hi", "03 अगस्त 2026"),
    ],
)
def test_dates(language: str, expected: str) -> None:
    assert formats_for(language).day(date(2026, 8, 3)) == expected


@pytest.mark.parametrize(
    ("starts_on", "ends_before", "expected"),
    [
        (date(2026, 8, 1), date(2026, 9, 1), "01 – 31 Aug 2026"),
        (date(2026, 8, 15), date(2026, 9, 15), "15 Aug 2026 – 14 Sep 2026"),
        (date(2026, 8, 15), date(2026, 8, 16), "15 Aug 2026"),
    ],
)
def test_a_period_is_written_with_its_last_day(starts_on: date, ends_before: date, expected: str) -> None:
    assert plain(formats_for("en").period(starts_on=starts_on, ends_before=ends_before)) == expected


def test_a_german_period_writes_both_dates() -> None:
    written = formats_for("de").period(starts_on=date(2026, 8, 1), ends_before=date(2026, 9, 1))
    assert plain(written) == "01.08.2026 – 31.08.2026"


def test_a_moment_is_written_in_the_readers_zone() -> None:
    at = datetime(2026, 8, 3, 22, 30, tzinfo=UTC)
    assert formats_for("en").moment(at, zone=ZoneInfo("Africa/Johannesburg")) == "04 Aug 2026, 00:30"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("en", "August 2026"), ("af", "Augustus 2026"), ("bg", "август 2026"), ("hi", "अगस्त 2026")],
)
def test_months_in_words(language: str, expected: str) -> None:
    assert formats_for(language).month(date(2026, 8, 3)) == expected


def test_an_unknown_language_is_refused_with_a_cure() -> None:
    with pytest.raises(Refusal) as refused:
        formats_for("xx")
    assert (refused.value.code, refused.value.field) == ("language.unknown", "language")
    assert "hi" in (refused.value.cure or "")
