"""How money, numbers and dates are written for people, by language and by the legal entity's conventions.

Rules: Unicode CLDR 47 as shipped with Babel for the names of months; grouping and decimal marks are those of
`NumberStyle`, so that an entity may keep its own (a South African company may write 1 234.56 or 1,234.56).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, exponent

LANGUAGES = ("en", "af", "bg", "de", "hi")

NO_BREAK_SPACE = "\u00a0"
EN_DASH = "\u2013"

# A quantity or unit price may carry more places than the currency: they are printed, never rounded away.
PLACES_MAX = 12


class NumberStyle(StrEnum):
    """The marks between digits; each value is the number 1234567.89 written in it."""

    COMMA_POINT = "1,234,567.89"
    SPACE_POINT = "1 234 567.89"
    SPACE_COMMA = "1 234 567,89"
    POINT_COMMA = "1.234.567,89"
    # Indian grouping: thousands, then lakh (1,00,000) and crore (1,00,00,000).
    INDIAN = "12,34,567.89"


_STYLE_OF_LANGUAGE = {
    "en": NumberStyle.COMMA_POINT,
    "af": NumberStyle.SPACE_COMMA,
    "bg": NumberStyle.SPACE_COMMA,
    "de": NumberStyle.POINT_COMMA,
    "hi": NumberStyle.INDIAN,
}
_MARKS = {
    NumberStyle.COMMA_POINT: (",", "."),
    NumberStyle.SPACE_POINT: (NO_BREAK_SPACE, "."),
    NumberStyle.SPACE_COMMA: (NO_BREAK_SPACE, ","),
    NumberStyle.POINT_COMMA: (".", ","),
    NumberStyle.INDIAN: (",", "."),
}
# Day first everywhere. German and Bulgarian business letters write the month as a number; Hindi writes it in full,
# because its abbreviation sign reads like a degree sign beside figures.
_DATE_PATTERN = {"en": "dd MMM y", "af": "dd MMM y", "bg": "dd.MM.y", "de": "dd.MM.y", "hi": "dd MMMM y"}
_MONTH_AS_NUMBER = frozenset({"bg", "de"})
_CODE_FOLLOWS_AMOUNT = frozenset({"bg", "de"})


@dataclass(frozen=True, slots=True)
class Formats:
    """The way one language and one entity write numbers and dates. Get one from `formats_for`."""

    language: str
    style: NumberStyle

    def number(self, value: Decimal | int, *, places_min: int = 0, places_max: int = PLACES_MAX) -> str:
        """Group and mark a number; places beyond `places_max` are rounded half away from zero."""
        whole = "#,##,##0" if self.style is NumberStyle.INDIAN else "#,##0"
        fraction = "." + "0" * places_min + "#" * (places_max - places_min) if places_max else ""
        rounded = _half_up(Decimal(value), places_max)
        plain = format_decimal(rounded, whole + fraction, locale="en", decimal_quantization=False)
        group, decimal = _MARKS[self.style]
        return plain.translate({ord(","): group, ord("."): decimal})

    def amount(self, money: Money) -> str:
        """The amount with the currency's places and without its code, for a column that names the currency."""
        places = exponent(money.currency)
        return self.number(money.decimal, places_min=places, places_max=places)

    def money(self, money: Money) -> str:
        """The amount with its ISO 4217 code on the side where the language writes it; the two never part."""
        if self.language in _CODE_FOLLOWS_AMOUNT:
            return f"{self.amount(money)}{NO_BREAK_SPACE}{money.currency}"
        return f"{money.currency}{NO_BREAK_SPACE}{self.amount(money)}"

    def unit_price(self, value: Decimal, *, currency: str) -> str:
        """A price per unit: at least the currency's places, and every further place that it has."""
        return self.number(value, places_min=exponent(currency))

    def percent(self, rate: Decimal) -> str:
        """A rate given in per cent: Decimal("15") is written 15 %."""
        return f"{self.number(rate)}{NO_BREAK_SPACE}%"

    def day(self, day: date) -> str:
        """A civil date, such as 03 Aug 2026."""
        written = format_date(day, _DATE_PATTERN[self.language], locale=self.language)
        # CLDR abbreviates Afrikaans months with a full stop ("Aug."); beside a year it only adds noise.
        return written.replace(". ", " ") if self.language == "af" else written

    def period(self, *, starts_on: date, ends_before: date) -> str:
        """A half-open period, written with its last day included: 01 – 31 Aug 2026."""
        last_day = ends_before - timedelta(days=1)
        assert starts_on <= last_day, "a period holds at least one day"
        if starts_on == last_day:
            return self.day(starts_on)
        dash = f"{NO_BREAK_SPACE}{EN_DASH} "
        same_month = (starts_on.year, starts_on.month) == (last_day.year, last_day.month)
        if same_month and self.language not in _MONTH_AS_NUMBER:
            return f"{starts_on:%d}{dash}{self.day(last_day)}"
        return f"{self.day(starts_on)}{dash}{self.day(last_day)}"

    def month(self, day: date) -> str:
        """The month of a day in words: August 2026."""
        return format_date(day, "LLLL y", locale=self.language)

    def moment(self, at: datetime, *, zone: tzinfo) -> str:
        """A moment in the reader's zone, to the minute, 24 hours: 03 Aug 2026, 14:05."""
        local = at.astimezone(zone)
        return f"{self.day(local.date())}, {local:%H:%M}"


def spoken(language: str) -> str:
    """The language in which somebody is written to: his own, or English where nothing is written in it."""
    return language if language in LANGUAGES else LANGUAGES[0]


@cache
def formats_for(language: str, *, country: str = "", style: NumberStyle | None = None) -> Formats:
    """The formats of a language (en, af, bg, de, hi).

    `country` is the entity's (ISO 3166): English from India groups in lakh and crore. `style` is the entity's own
    convention and wins over both. Raises Refusal `language.unknown`.
    """
    if language not in LANGUAGES:
        raise Refusal(
            "language.unknown",
            _("No document can be written in the language %(language)s.") % {"language": language},
            field="language",
            cure=_("Use one of: %(languages)s.") % {"languages": ", ".join(LANGUAGES)},
        )
    by_country = NumberStyle.INDIAN if (language, country) == ("en", "IN") else _STYLE_OF_LANGUAGE[language]
    return Formats(language=language, style=style or by_country)


def _half_up(value: Decimal, places: int) -> Decimal:
    exponent_now = value.as_tuple().exponent
    assert isinstance(exponent_now, int), "only finite numbers are printed"
    return value if -exponent_now <= places else value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
