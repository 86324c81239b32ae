"""What a cell says: dates by a stated format, amounts by a stated decimal mark. Pure; nothing is guessed silently."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

# Letters of a date format: d and m with or without a leading zero, b a short English month name, Y and y years of
# four and two digits, H M S a time that is read over.
_TOKENS = {
    "d": r"(?P<d>\d{1,2})",
    "m": r"(?P<m>\d{1,2})",
    "b": r"(?P<b>[A-Za-z]{3,9})",
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "H": r"\d{1,2}",
    "M": r"\d{2}",
    "S": r"\d{2}",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Two-digit years as POSIX reads them: 69 to 99 are of the last century.
_CENTURY_TURNS_AT = 69

DATE_FORMATS = (
    "Y-m-d", "Y/m/d", "d/m/Y", "m/d/Y", "d.m.Y", "d-m-Y", "m-d-Y", "d-b-y", "d-b-Y", "d b Y", "b d, Y",
    "d/m/y", "m/d/y", "Ymd", "Y-m-d H:M:S", "Y-m-d H:M", "d-m-Y H:M", "d/m/Y H:M", "m/d/Y H:M",
)  # fmt: skip
# Dates that only differ by these can be exchanged without anybody seeing it.
_EXCHANGED = (("d/m/Y", "m/d/Y"), ("d-m-Y", "m-d-Y"), ("d/m/y", "m/d/y"), ("d/m/Y H:M", "m/d/Y H:M"))
# A time after the day, which is read over: exports write one in some columns and not in others.
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"


@cache
def _pattern(date_format: str) -> re.Pattern[str]:
    if date_format == "Ymd":
        return re.compile(r"(?P<Y>\d{4})(?P<m>\d{2})(?P<d>\d{2})")
    parts = "".join(_TOKENS[letter] if letter in _TOKENS else re.escape(letter) for letter in date_format)
    return re.compile(parts if "H" in date_format else parts + _TIME)


def is_date_format(date_format: str) -> bool:
    """Whether a format names a day, a month and a year once each, in letters that we know."""
    letters = [letter for letter in date_format if letter.isalpha()]
    has_one_of_each = all(sum(letters.count(one) for one in group) == 1 for group in ("d", "mb", "Yy"))
    return has_one_of_each and set(letters) <= set(_TOKENS)


def find_date(text: str, date_format: str) -> date | None:
    """The date that a cell says by a format, or None when it does not fit."""
    match = _pattern(date_format).fullmatch(text.strip())
    if match is None:
        return None
    found = match.groupdict()
    year = int(found["Y"]) if found.get("Y") else _full_year(int(found["y"]))
    month = int(found["m"]) if found.get("m") else _month_of(found["b"])
    try:
        return date(year, month, int(found["d"]))
    except ValueError:
        return None


def _full_year(two_digits: int) -> int:
    return two_digits + (1900 if two_digits >= _CENTURY_TURNS_AT else 2000)


def _month_of(name: str) -> int:
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def fitting_formats(texts: Iterable[str]) -> tuple[str, ...]:
    """The date formats that fit every text and read them differently; two mean that day and month may be exchanged."""
    values = [text for text in texts if text.strip()]
    found: dict[tuple[date, ...], str] = {}
    for one in DATE_FORMATS if values else ():
        read = tuple(day for text in values if (day := find_date(text, one)) is not None)
        if len(read) == len(values):
            found.setdefault(read, one)
    return tuple(found.values())


def commonest_formats(texts: Iterable[str]) -> tuple[str, ...]:
    """The date formats that fit the most texts and read those differently; none where no format fits any."""
    values = [text for text in texts if text.strip()]
    read = {one: tuple(find_date(text, one) for text in values) for one in DATE_FORMATS}
    counts = {one: len(days) - days.count(None) for one, days in read.items()}
    most = max(counts.values(), default=0)
    found: dict[tuple[date | None, ...], str] = {}
    for one, count in counts.items():
        if most and count == most:
            found.setdefault(read[one], one)
    return tuple(found.values())


def exchanged_formats(texts: Iterable[str]) -> tuple[str, ...]:
    """Two formats of which some texts fit only the one and some only the other: both orders stand in one file."""
    values = [text for text in texts if text.strip()]
    for day_first, month_first in _EXCHANGED:
        fits = {(find_date(text, day_first) is None, find_date(text, month_first) is None) for text in values}
        if {(False, True), (True, False)} <= fits:
            return day_first, month_first
    return ()


def may_be_exchanged(text: str) -> bool:
    """Whether a text is a date of which a spreadsheet could have exchanged day and month."""
    return any(find_date(text, one) is not None for pair in _EXCHANGED for one in pair)


# Marks that people do not tell apart: spaces come plain, hard and narrow, apostrophes straight and curved.
_ALIKE = {" ": r"[ \u00a0\u2009\u202f]", "'": r"['\u2019]"}


@cache
def _amount_pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    whole = r"\d+"
    if thousands:
        mark = _ALIKE.get(thousands, re.escape(thousands))
        grouped = rf"\d{{1,3}}(?:{mark}\d{{3}})+"
        # Lakhs and crores: 12,34,567.
        grouped += rf"|\d{{1,2}}(?:{mark}\d{{2}})+{mark}\d{{3}}" if (decimal, thousands) == (".", ",") else ""
        # Longest first: grouped digits, then plain ones.
        whole = rf"(?:{grouped}|\d+)"
    return re.compile(rf"(?P<sign>[-+\u2212]?)(?P<whole>{whole})(?:{re.escape(decimal)}(?P<part>\d+))?(?P<after>-?)")


def find_number(text: str, *, decimal: str, thousands: str) -> Decimal | None:
    """The number that a cell says, or None. Brackets or a minus mean less than nothing; one of them, not two."""
    bare = text.strip()
    is_bracketed = bare.startswith("(") and bare.endswith(")")
    match = _amount_pattern(decimal, thousands).fullmatch(bare[1:-1] if is_bracketed else bare)
    if match is None or is_bracketed + bool(match["sign"]) + bool(match["after"]) > 1:
        return None
    digits = "".join(sign for sign in match["whole"] if sign.isdigit())
    value = Decimal(f"{digits}.{match['part']}" if match["part"] else digits)
    return -value if is_bracketed or match["after"] or match["sign"] in ("-", "\u2212") else value


# Decimal mark and mark between thousands, in the order in which they are tried.
NUMBER_STYLES = ((".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))


def fitting_styles(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The number styles that fit every text and read them differently; more than one means that the mark is open.

    `1,234` alone is 1234 or 1.234; `12.30` is only 12.30. Styles that read all texts alike count once.
    """
    values = [text for text in texts if text.strip()]
    found: dict[tuple[Decimal, ...], tuple[str, str]] = {}
    for decimal, thousands in NUMBER_STYLES:
        numbers = [find_number(text, decimal=decimal, thousands=thousands) for text in values]
        read = tuple(number for number in numbers if number is not None)
        if values and len(read) == len(values):
            found.setdefault(read, (decimal, thousands))
    return tuple(found.values())
