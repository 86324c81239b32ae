"""How the screens write amounts, dates and spans: the product's formats, with what a screen needs besides.

The marks and month names are those of `billwright.render.formats`, so that a figure looks the same on the screen and on
the invoice. The screen adds a true minus sign, the currency after the amount, and relative time.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import get_language, gettext, ngettext

from billwright.kernel.money import Money
from billwright.render.formats import Formats, formats_for, spoken

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
RELATIVE_DAYS_MAX = 30


def reader() -> Formats:
    """The formats of the language that the page is written in; `en-in` groups in lakh and crore."""
    language, _, country = (get_language() or "en").partition("-")
    return formats_for(spoken(language), country=country.upper())


def amount(money: Money, *, formats: Formats) -> str:
    """The amount without its currency: `−1,149.00`."""
    return _signed(formats.amount(money))


def amount_with_currency(money: Money, *, formats: Formats) -> str:
    """The amount and its currency, which never part: `−1,149.00 EUR`."""
    return f"{amount(money, formats=formats)}{NO_BREAK_SPACE}{money.currency}"


def number(value: Decimal | int, *, formats: Formats) -> str:
    """A quantity, with the places that it has."""
    return _signed(formats.number(value))


def price(value: Decimal, *, currency: str, formats: Formats) -> str:
    """A price per unit, such as 7.50 or 0.0333."""
    return _signed(formats.unit_price(value, currency=currency))


def percent(share: Decimal | float, *, places: int, formats: Formats) -> str:
    """A share of one as a percentage: 0.614 is `61.4 %`."""
    in_hundred = Decimal(str(share)) * 100
    return f"{_signed(formats.number(in_hundred, places_min=places, places_max=places))}{NO_BREAK_SPACE}%"


def moment(value: datetime, *, formats: Formats) -> str:
    """A date and time to the minute, in the zone that the value carries."""
    assert value.tzinfo is not None, "a moment knows its zone"
    return formats.moment(value, zone=value.tzinfo)


def ago(at: datetime, *, now: datetime, formats: Formats) -> str:
    """How long ago, in the largest unit that says enough; from thirty days on the date says more."""
    gap = now - at
    span = abs(gap)
    if span >= timedelta(days=RELATIVE_DAYS_MAX):
        return day(at.date(), formats=formats)
    if span < timedelta(minutes=1):
        return gettext("just now")
    words = {"span": _span(span)}
    return gettext("%(span)s ago") % words if gap > timedelta(0) else gettext("in %(span)s") % words


def day(value: date, *, formats: Formats) -> str:
    """A civil date: `03 Aug 2026`."""
    return formats.day(value)


def _signed(text: str) -> str:
    """A hyphen is shorter than a figure and is taken for a dash; a minus sign is as wide as plus."""
    return text.replace("-", MINUS, 1)


def _span(gap: timedelta) -> str:
    minutes = int(gap.total_seconds() // 60)
    if minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    if hours < 24:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", gap.days) % {"count": gap.days}
