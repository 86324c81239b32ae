"""Business days of the systems that settle payments."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays

from billwright.kernel.periods import add_months

# TARGET is the euro's settlement system; the others are the bank holidays of their country.
_CALENDARS: Final = {"TARGET": ("ECB", True), "US": ("US", False), "ZA": ("ZA", False), "IN": ("IN", False)}


@lru_cache(maxsize=256)
def _holidays(calendar: str, year: int) -> frozenset[date]:
    code, is_financial = _CALENDARS[calendar]
    of = holidays.financial_holidays if is_financial else holidays.country_holidays
    found = of(code, years=year)
    return frozenset(found)


def is_business_day(day: date, *, calendar: str) -> bool:
    """Whether a system settles on a day: Monday to Friday, its holidays apart."""
    return day.weekday() < 5 and day not in _holidays(calendar, day.year)


def business_days_after(day: date, count: int, *, calendar: str) -> date:
    """The day that is `count` business days after another; negative counts go back."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if is_business_day(day, calendar=calendar):
            left -= 1
    return day


def months_after(day: date, count: int) -> date:
    """The same day of the month, `count` months later; the last one where there is no such day."""
    return add_months(day, count)
