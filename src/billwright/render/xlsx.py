"""Excel workbooks with real numbers and dates, written row by row in constant memory, safe to open.

Text is always written as text: XlsxWriter's `write_string` never makes a formula or a link of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import xlsxwriter
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, exponent

ColumnKind = Literal["text", "date", "datetime", "money", "number", "percent", "integer"]
COLUMN_KINDS: tuple[str, ...] = get_args(ColumnKind)

# Limits of the file format (Microsoft, "Excel specifications and limits").
SHEET_ROWS_MAX = 1_048_576
CELL_TEXT_MAX = 32_767
SHEET_NAME_MAX = 31
# Excel keeps numbers as binary doubles: beyond 15 digits it would change the last ones, so such a cell is text.
DIGITS_MAX = 15
WIDTH_SAMPLE_ROWS = 200
WIDTH_MIN, WIDTH_MAX = 8, 60
# A fixed creation time: the same table gives the same bytes.
CREATED_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)

TEXT, DATE, DATETIME = "@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
_NUMBER_FORMAT = {
    "money": "#,##0.00",
    "number": "#,##0.00####",
    "percent": "0.00%",
    "integer": "#,##0",
    # A number in a column of dates stays what it is: a number.
    "date": "General",
    "datetime": "General",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: `columns` are (label, kind); `totals` is a last row in bold, outside the filter."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[object]]
    totals: Sequence[object] | None = None


def write_table(
    *,
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[object]],
    totals: Sequence[object] | None = None,
) -> bytes:
    """A workbook of one sheet. Raises Refusal `export.too_long` beyond the rows that Excel can hold.

    Kinds: money (Money or Decimal, major units), percent (a fraction: 0.15 shows as 15.00%), datetime (written in
    its own zone, which Excel cannot store: convert before), date, number, integer, text.
    """
    return write_workbook([Sheet(title=title, columns=columns, rows=rows, totals=totals)])


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of several sheets, in the order given; sheet names are made legal and distinct."""
    buffer = io.BytesIO()
    names: set[str] = set()
    # Constant memory spools rows into files: ours is a private folder, gone even when a row is refused.
    with TemporaryDirectory(prefix="billwright-xlsx-") as folder:
        workbook = xlsxwriter.Workbook(buffer, {"constant_memory": True, "tmpdir": folder})
        workbook.set_properties({"created": CREATED_AT})
        try:
            for sheet in sheets:
                _SheetWriter(workbook, workbook.add_worksheet(_sheet_name(sheet.title, names)), sheet).write()
        finally:
            workbook.close()
    return buffer.getvalue()


class _SheetWriter:
    """Writes one sheet from top to bottom; constant memory forbids going back up."""

    def __init__(self, workbook: Any, worksheet: Any, sheet: Sheet) -> None:
        unknown = {kind for _label, kind in sheet.columns} - set(COLUMN_KINDS)
        assert not unknown, f"unknown column kinds {unknown}"
        self.workbook = workbook
        self.worksheet = worksheet
        self.sheet = sheet
        self.formats: dict[tuple[str, bool], Any] = {}

    def write(self) -> None:
        columns = self.sheet.columns
        rows = iter(self.sheet.rows)
        sample = list(islice(rows, WIDTH_SAMPLE_ROWS))
        self._set_widths(sample)
        header = self.workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        for column, (label, _kind) in enumerate(columns):
            self.worksheet.write_string(0, column, label[:CELL_TEXT_MAX], header)
        last = 0
        for last, row in enumerate(chain(sample, rows), start=1):
            self._write_row(last, row)
        self.worksheet.freeze_panes(1, 0)
        self.worksheet.repeat_rows(0)
        if columns:
            self.worksheet.autofilter(0, 0, last, len(columns) - 1)
        if self.sheet.totals is not None:
            self._write_row(last + 1, self.sheet.totals, bold=True)

    def _set_widths(self, sample: Sequence[Sequence[object]]) -> None:
        for column, (label, kind) in enumerate(self.sheet.columns):
            longest = max((len(_shown(row[column])) for row in sample), default=0)
            by_kind = {"date": 11, "datetime": 17, "money": 14}.get(kind, WIDTH_MIN)
            width = min(max(len(label) + 3, longest + 2, by_kind), WIDTH_MAX)
            self.worksheet.set_column(column, column, width)

    def _write_row(self, index: int, row: Sequence[object], *, bold: bool = False) -> None:
        if index >= SHEET_ROWS_MAX:
            raise Refusal(
                "export.too_long",
                _("The table has more rows than an Excel sheet can hold (%(rows)s).") % {"rows": SHEET_ROWS_MAX},
                cure=_("Narrow the filter or export as CSV."),
            )
        assert len(row) == len(self.sheet.columns), "each row has a cell for each column"
        for column, (value, (_label, kind)) in enumerate(zip(row, self.sheet.columns, strict=True)):
            self._write_cell(index, column, value, kind, bold=bold)

    def _write_cell(self, index: int, column: int, value: object, kind: str, *, bold: bool) -> None:
        sheet = self.worksheet
        if value is None:
            return
        if isinstance(value, Money):
            places = exponent(value.currency)
            pattern = "#,##0" + ("." + "0" * places if places else "")
            self._write_number(index, column, value.decimal, pattern, bold=bold)
        elif isinstance(value, bool | str) or kind == "text":
            sheet.write_string(index, column, _cut(str(value)), self._format(TEXT, bold=bold))
        elif isinstance(value, datetime):
            sheet.write_datetime(index, column, value.replace(tzinfo=None), self._format(DATETIME, bold=bold))
        elif isinstance(value, date):
            sheet.write_datetime(index, column, value, self._format(DATE, bold=bold))
        elif isinstance(value, int | Decimal | float):
            number = Decimal(str(value))
            # The fraction's pattern would leave a lone point behind a whole number.
            whole = kind == "number" and number == number.to_integral_value()
            self._write_number(index, column, number, _NUMBER_FORMAT["integer" if whole else kind], bold=bold)
        else:
            sheet.write_string(index, column, _cut(str(value)), self._format(TEXT, bold=bold))

    def _write_number(self, index: int, column: int, value: Decimal, pattern: str, *, bold: bool) -> None:
        digits = len(value.normalize().as_tuple().digits) if value.is_finite() else DIGITS_MAX + 1
        if digits > DIGITS_MAX:
            self.worksheet.write_string(index, column, f"{value:f}", self._format(TEXT, bold=bold))
        else:
            self.worksheet.write_number(index, column, value, self._format(pattern, bold=bold))

    def _format(self, pattern: str, *, bold: bool) -> Any:
        key = (pattern, bold)
        if key not in self.formats:
            properties: dict[str, object] = {"num_format": pattern}
            if bold:
                properties |= {"bold": True, "top": 1}
            self.formats[key] = self.workbook.add_format(properties)
        return self.formats[key]


def _shown(value: object) -> str:
    if isinstance(value, Money):
        return f"{value.decimal:,f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _cut(text: str) -> str:
    """Text longer than a cell can hold is cut with an ellipsis; XlsxWriter would drop it whole."""
    return text if len(text) <= CELL_TEXT_MAX else text[: CELL_TEXT_MAX - 1] + "\u2026"


def _sheet_name(title: str, taken: set[str]) -> str:
    """A legal sheet name: no []:*?/\\, at most 31 characters, no apostrophe at the ends, distinct without case."""
    legal = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip().strip("'")[:SHEET_NAME_MAX].strip() or "Sheet"
    name, number = legal, 2
    while name.casefold() in taken:
        suffix = f" {number}"
        name, number = legal[: SHEET_NAME_MAX - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name
