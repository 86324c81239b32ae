"""Periods are half-open ranges of civil days; months are added without drifting from their anchor day."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` until before `ends_before`; never empty."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.starts_on >= self.ends_before:
            raise ValueError(f"a period must hold a day: {self.starts_on} .. {self.ends_before}")

    @property
    def day_count(self) -> int:
        return (self.ends_before - self.starts_on).days

    @property
    def last_day(self) -> date:
        return self.ends_before - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_before

    def overlap(self, other: Period) -> Period | None:
        starts_on, ends_before = max(self.starts_on, other.starts_on), min(self.ends_before, other.ends_before)
        return Period(starts_on, ends_before) if starts_on < ends_before else None


def month_day(year: int, month: int, anchor_day: int) -> date:
    """The anchor day in a month, or the month's last day where the month is shorter."""
    return date(year, month, min(anchor_day, calendar.monthrange(year, month)[1]))


def add_months(day: date, months: int, *, anchor_day: int | None = None) -> date:
    """Move by whole months on the anchor day (default: the day itself): 31 Jan + 1 = 28 Feb, + 2 = 31 Mar."""
    index = day.year * 12 + day.month - 1 + months
    return month_day(index // 12, index % 12 + 1, anchor_day or day.day)


def month_of(day: date) -> Period:
    """The calendar month that holds `day`."""
    first = day.replace(day=1)
    return Period(first, add_months(first, 1))
