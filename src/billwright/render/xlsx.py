"""Excel workbooks with real numbers and dates, written row by row in constant memory, safe to open.

The rows are ours (`xlsx_rows`); XlsxWriter makes the book round them: its parts, styles, widths and names.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import IO, Final, Literal, get_args
from zipfile import ZIP_DEFLATED, ZipFile

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render.xlsx_rows import HEADER, LOOKS, RowWriter, letters_of

ColumnKind = Literal["text", "date", "datetime", "money", "number", "percent", "integer"]
COLUMN_KINDS: tuple[str, ...] = get_args(ColumnKind)

# Limits of the file format (Microsoft, "Excel specifications and limits").
SHEET_ROWS_MAX = 1_048_576
SHEET_NAME_MAX = 31
WIDTH_SAMPLE_ROWS = 200
WIDTH_MIN, WIDTH_MAX = 8, 60
# A fixed creation time: the same table gives the same bytes.
CREATED_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
# Rows are compressed and copied so many at a time.
ROWS_AT_ONCE: Final = 500
COPIED_BYTES: Final = 1 << 20

_SHEET_PART: Final = re.compile(r"xl/worksheets/sheet(\d+)\.xml")
_DIMENSION: Final = re.compile('<dimension ref="[^"]*"/>')
_ROWS: Final = re.compile("<sheetData>(.*)</sheetData>")
_LOOK: Final = re.compile(' s="([0-9]+)"')


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: `columns` are (label, kind); `totals` is a last row in bold, outside the filter."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[object]]
    totals: Sequence[object] | None = None


@dataclass(frozen=True, slots=True)
class _Body:
    """The rows of a sheet as written, how wide they want the columns, and the last row within the filter and of all."""

    file: IO[bytes]
    widths: Sequence[int]
    filtered_last: int
    last: int


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
    save_workbook(buffer, sheets)
    return buffer.getvalue()


def save_workbook(file: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """As `write_workbook`, into a file that can be sought in: memory does not grow with the rows.

    Raises Refusal `export.too_long` before anything is written into it.
    """
    with ExitStack() as files:
        bodies = [_written(sheet, files.enter_context(TemporaryFile(prefix="billwright-rows-"))) for sheet in sheets]
        with ZipFile(_frame(sheets, bodies)) as frame, ZipFile(file, "w", ZIP_DEFLATED) as workbook:
            for entry in frame.infolist():
                content = frame.read(entry)
                sheet_part = _SHEET_PART.fullmatch(entry.filename)
                with workbook.open(entry, "w") as part:
                    if sheet_part is None:
                        part.write(content)
                    else:
                        _fill(part, content.decode(), bodies[int(sheet_part[1]) - 1])


def _written(sheet: Sheet, file: IO[bytes]) -> _Body:
    """Write the rows of a sheet from top to bottom."""
    unknown = {kind for _label, kind in sheet.columns} - set(COLUMN_KINDS)
    assert not unknown, f"unknown column kinds {unknown}"
    rows = iter(sheet.rows)
    sample = list(islice(rows, WIDTH_SAMPLE_ROWS))
    writer = RowWriter([kind for _label, kind in sheet.columns])
    file.write(writer.header([label for label, _kind in sheet.columns]).encode())
    last = 1
    every = chain(sample, rows)
    while chunk := list(islice(every, ROWS_AT_ONCE)):
        _require_room(last + len(chunk) + (sheet.totals is not None))
        file.write("".join([writer.row(number, row) for number, row in enumerate(chunk, start=last + 1)]).encode())
        last += len(chunk)
    filtered_last = last
    if sheet.totals is not None:
        last += 1
        file.write(writer.row(last, sheet.totals, bold=True).encode())
    return _Body(file, _widths(sheet.columns, sample), filtered_last, last)


def _require_room(rows: int) -> None:
    if rows > SHEET_ROWS_MAX:
        raise Refusal(
            "export.too_long",
            _("The table has more rows than an Excel sheet can hold (%(rows)s).") % {"rows": SHEET_ROWS_MAX},
            cure=_("Narrow the filter or export as CSV."),
        )


def _frame(sheets: Sequence[Sheet], bodies: Sequence[_Body]) -> IO[bytes]:
    """The workbook without its rows. In their place each sheet has a cell of every look, which so gets its number."""
    import xlsxwriter  # every command and process loads this module, and few write a workbook

    buffer = io.BytesIO()
    names: set[str] = set()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED_AT})
        looks = [workbook.add_format(_properties(pattern, bold=bold)) for pattern, bold in LOOKS]
        for sheet, body in zip(sheets, bodies, strict=True):
            worksheet = workbook.add_worksheet(_sheet_name(sheet.title, names))
            for place, look in enumerate(looks):
                worksheet.write_blank(0, place, None, look)
            for place, width in enumerate(body.widths):
                worksheet.set_column(place, place, width)
            worksheet.freeze_panes(1, 0)
            worksheet.repeat_rows(0)
            if sheet.columns:
                worksheet.autofilter(0, 0, body.filtered_last - 1, len(sheet.columns) - 1)
    buffer.seek(0)
    return buffer


def _properties(pattern: str, *, bold: bool) -> dict[str, object]:
    if pattern == HEADER:
        return {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    return {"num_format": pattern, "bold": True, "top": 1} if bold else {"num_format": pattern}


def _fill(part: IO[bytes], frame: str, body: _Body) -> None:
    """A sheet's part: what stands round its rows in the frame, and the rows."""
    found = _ROWS.search(frame)
    assert found is not None
    assert _LOOK.findall(found[1]) == [str(number) for number in range(1, len(LOOKS) + 1)], "looks keep their numbers"
    size = f'<dimension ref="A1:{letters_of(max(len(body.widths), 1) - 1)}{body.last}"/>'
    part.write(_DIMENSION.sub(size, frame[: found.start(1)]).encode())
    body.file.seek(0)
    shutil.copyfileobj(body.file, part, COPIED_BYTES)
    part.write(frame[found.end(1) :].encode())


def _widths(columns: Sequence[tuple[str, str]], sample: Sequence[Sequence[object]]) -> list[int]:
    """How wide each column is to be, in letters."""
    widths = []
    for place, (label, kind) in enumerate(columns):
        longest = max((len(_shown(row[place])) for row in sample), default=0)
        by_kind = {"date": 11, "datetime": 17, "money": 14}.get(kind, WIDTH_MIN)
        widths.append(min(max(len(label) + 3, longest + 2, by_kind), WIDTH_MAX))
    return widths


def _shown(value: object) -> str:
    if isinstance(value, Money):
        return f"{value.decimal:,f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A legal sheet name: no []:*?/\\, at most 31 characters, no apostrophe at the ends, distinct without case."""
    legal = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip().strip("'")[:SHEET_NAME_MAX].strip() or "Sheet"
    name, number = legal, 2
    while name.casefold() in taken:
        suffix = f" {number}"
        name, number = legal[: SHEET_NAME_MAX - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name
