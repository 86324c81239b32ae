"""Rows of a worksheet as SpreadsheetML (ECMA-376, part 1, 18.3.1.73): a text a row, so that none need be held.

XlsxWriter writes the same cells in five times as long, for it keeps an object of each until its row is done; a test
holds the two together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from billwright.kernel.money import Money, exponent

# Limits of the file format (Microsoft, "Excel specifications and limits"); text is counted in units of UTF-16.
CELL_TEXT_MAX: Final = 32_767
# Excel keeps numbers as binary doubles: beyond 15 digits it would change the last ones, so such a cell is text.
DIGITS_MAX: Final = 15

HEADER, TEXT, DATE, DATETIME = "header", "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
# How amounts are shown, by the decimal places of their currency; ISO 4217 has none with more than four.
_AMOUNTS: Final = tuple("#,##0" + ("." + "0" * places if places else "") for places in range(5))
_NUMBERS: Final = {
    "money": "#,##0.00",
    "number": "#,##0.00####",
    "percent": "0.00%",
    "integer": "#,##0",
    # A number in a column of dates stays what it is: a number.
    "date": "General",
    "datetime": "General",
}
_PATTERNS: Final = tuple(dict.fromkeys([TEXT, DATE, DATETIME, *_AMOUNTS, *_NUMBERS.values()]))
# How cells may look: a pattern, and whether bold. A cell names its place in this list, counted from 1.
LOOKS: Final = ((HEADER, True), *((pattern, bold) for bold in (False, True) for pattern in _PATTERNS))

# Excel counts days from the last of 1899, and 1900 as a leap year, which it was not.
_DAY_ZERO: Final = date(1899, 12, 31).toordinal()
_DAYS_BEFORE_LEAP: Final = 59
_DAY_SECONDS: Final = 86_400

# Space at an end is lost unless the cell says that it counts; `_x0041_` stands for a letter, so that a text that holds
# just that is escaped itself.
_SPACE_AT_END: Final = re.compile(r"^\s|\s$")
_ESCAPE: Final = re.compile("_x[0-9a-fA-F]{4}_")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_NOT_PLAIN: Final = re.compile(f"[&<>]|{_SPACE_AT_END.pattern}|{_ESCAPE.pattern}|{_FORBIDDEN.pattern}")

# By pattern, the attribute of a cell that names its look.
Looks = Mapping[str, str]


def _looks(*, bold: bool) -> Looks:
    return {look[0]: f's="{number}"' for number, look in enumerate(LOOKS, start=1) if look[1] is bold}


_PLAIN: Final = _looks(bold=False)
_BOLD: Final = _looks(bold=True)


class RowWriter:
    """Writes the rows of a sheet whose columns have these kinds. Text stays text: no cell is a formula or a link."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self._columns = [(f'<c r="{letters_of(place)}', kind) for place, kind in enumerate(kinds)]

    def header(self, labels: Sequence[str]) -> str:
        """The first row."""
        cells = [
            f'{opening}1" {_text(label, HEADER, _BOLD)}'
            for (opening, _kind), label in zip(self._columns, labels, strict=True)
        ]
        return f'<row r="1">{"".join(cells)}</row>' if cells else ""

    def row(self, number: int, values: Sequence[object], *, bold: bool = False) -> str:
        """Row `number`, counted from 1; a value of None leaves its cell out."""
        assert len(values) == len(self._columns), "each row has a cell for each column"
        looks = _BOLD if bold else _PLAIN
        cells = [
            f'{opening}{number}" {_WRITERS.get(type(value), _other)(value, kind, looks)}'
            for (opening, kind), value in zip(self._columns, values, strict=True)
            if value is not None
        ]
        return f'<row r="{number}">{"".join(cells)}</row>' if cells else ""


def letters_of(place: int) -> str:
    """The name of a column, counted from 0: A, Z, AA."""
    letters, left = "", place + 1
    while left:
        left, letter = divmod(left - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _text(text: str, pattern: str, looks: Looks) -> str:
    if len(text) > CELL_TEXT_MAX // 2:
        text = _cut(text)
    space = ""
    if _NOT_PLAIN.search(text):
        text = _ESCAPE.sub(lambda found: f"_x005F{found[0]}", text)
        text = _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
        space = ' xml:space="preserve"' if _SPACE_AT_END.search(text) else ""
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'{looks[pattern]} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def _cut(text: str) -> str:
    """Text longer than a cell can hold ends in an ellipsis, and no letter is cut in two."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL_TEXT_MAX:
        return text
    return units[: 2 * (CELL_TEXT_MAX - 1)].decode("utf-16-le", errors="ignore") + "\u2026"


def _number(written: str, look: str) -> str:
    return f"{look}><v>{written}</v></c>"


def _money(value: Money, kind: str, looks: Looks) -> str:
    del kind
    places = exponent(value.currency)
    minor = value.amount_minor
    if not -(10**DIGITS_MAX) < minor < 10**DIGITS_MAX:
        return _long_number(value.decimal, _AMOUNTS[places], looks)
    digits = f"{abs(minor):0{places + 1}d}"
    major = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return _number(f"-{major}" if minor < 0 else major, looks[_AMOUNTS[places]])


def _decimal(value: Decimal, kind: str, looks: Looks) -> str:
    if kind == "text":
        return _text(str(value), TEXT, looks)
    # The fraction's pattern would leave a lone point behind a whole number.
    whole = kind == "number" and value.is_finite() and value == value.to_integral_value()
    return _long_number(value, _NUMBERS["integer" if whole else kind], looks)


def _long_number(value: Decimal, pattern: str, looks: Looks) -> str:
    """A number, or a text of it where Excel would change its digits."""
    if not value.is_finite() or len(value.normalize().as_tuple().digits) > DIGITS_MAX:
        return _text(f"{value:f}", TEXT, looks)
    return _number(f"{value:.16G}", looks[pattern])


def _integer(value: int, kind: str, looks: Looks) -> str:
    if kind == "number" and -(10**DIGITS_MAX) < value < 10**DIGITS_MAX:
        return _number(str(value), looks[_NUMBERS["integer"]])
    return _decimal(Decimal(value), kind, looks)


def _date(value: date, kind: str, looks: Looks) -> str:
    if kind == "text":
        return _text(str(value), TEXT, looks)
    days = value.toordinal() - _DAY_ZERO
    return _number(str(days + (days > _DAYS_BEFORE_LEAP)), looks[DATE])


def _datetime(value: datetime, kind: str, looks: Looks) -> str:
    """The time of its own zone, which Excel cannot keep."""
    if kind == "text":
        return _text(str(value), TEXT, looks)
    seconds = (value.hour * 60 + value.minute) * 60 + value.second + value.microsecond / 1e6
    days = value.toordinal() - _DAY_ZERO + seconds / _DAY_SECONDS
    return _number(f"{days + (days > _DAYS_BEFORE_LEAP):.16G}", looks[DATETIME])


def _word(value: object, kind: str, looks: Looks) -> str:
    del kind
    return _text(str(value), TEXT, looks)


def _other(value: object, kind: str, looks: Looks) -> str:
    """A value of a class derived from those below is written as they are; whatever else as its text."""
    for known, write in _WRITERS.items():
        if isinstance(value, known):
            return write(value, kind, looks)
    return _word(value, kind, looks)


# The order matters to `_other`: a truth is a number too, and a time a date.
_WRITERS: Final[Mapping[type, Callable[..., str]]] = {
    str: _word,
    bool: _word,
    Money: _money,
    datetime: _datetime,
    date: _date,
    int: _integer,
    Decimal: _decimal,
    float: lambda value, kind, looks: _decimal(Decimal(str(value)), kind, looks),
}
