"""Amounts, dates and shares as people read them: pure functions over the reader's locale."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django.utils.translation import gettext, ngettext

from billwright.kernel.money import exponent

MINUS = "\N{MINUS SIGN}"
NARROW_SPACE = "\N{NARROW NO-BREAK SPACE}"

# English readers get the day first and the month in letters: 03/08 means two days to two people, 03 Aug 2026 one.
DAY_PATTERN = "dd MMM y"
DATE_TIME_PATTERN = "dd MMM y HH:mm"


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """The babel locale of a Django language code (`en`, `pt-br`); English when babel does not know it."""
    try:
        return Locale.parse(language.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def plain_decimal(amount_minor: int, currency: str) -> Decimal:
    """The amount in major units with exactly the currency's places. Raises Refusal on an unknown currency."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def amount(amount_minor: int, currency: str, *, locale: Locale) -> str:
    """The amount without its currency, in the reader's grouping, with a true minus sign: `−1,149.00`."""
    value = plain_decimal(amount_minor, currency)
    places = exponent(currency)
    pattern = "#,##0" if places == 0 else "#,##0." + "0" * places
    text = format_decimal(abs(value), format=_grouped_like(locale, pattern), locale=locale, decimal_quantization=False)
    return f"{MINUS}{text}" if value < 0 else text


@lru_cache(maxsize=256)
def _grouped_like(locale: Locale, pattern: str) -> str:
    """The pattern with the grouping that the locale uses: India groups as 12,34,567."""
    own = locale.decimal_formats[None].pattern
    if "#,##,##0" in own:
        return pattern.replace("#,##0", "#,##,##0")
    return pattern


def number(value: Decimal | int, *, locale: Locale) -> str:
    """A quantity, with the places that it has."""
    text = format_decimal(abs(value), locale=locale, decimal_quantization=False)
    return f"{MINUS}{text}" if value < 0 else str(text)


def percent(share: Decimal | float, *, places: int, locale: Locale) -> str:
    """A share of one as a percentage: 0.614 is `61.4 %`."""
    value = Decimal(str(share)) * 100
    pattern = "0" if places == 0 else "0." + "0" * places
    text = format_decimal(abs(value), format=pattern, locale=locale)
    return f"{MINUS if value < 0 else ''}{text}{NARROW_SPACE}%"


def day(value: date, *, locale: Locale) -> str:
    """A civil date: `03 Aug 2026`."""
    return format_date(value, DAY_PATTERN, locale=locale)


def moment(value: datetime, *, locale: Locale) -> str:
    """A date and time to the minute, in the zone that the value carries: `03 Aug 2026 14:05`."""
    return format_datetime(value, DATE_TIME_PATTERN, locale=locale)


def ago(at: datetime, *, now: datetime, locale: Locale) -> str:
    """How long ago, in the largest unit that says enough; beyond thirty days the date says more."""
    gap = now - at
    ahead = gap < timedelta(0)
    gap = abs(gap)
    if gap >= timedelta(days=30):
        return day(at.date(), locale=locale)
    if gap < timedelta(minutes=1):
        return gettext("just now")
    text = _span(gap)
    return gettext("in %(span)s") % {"span": text} if ahead else gettext("%(span)s ago") % {"span": text}


def _span(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", gap.days) % {"count": gap.days}
