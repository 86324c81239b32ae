"""Files as rows of text: encoding, delimiter and quotes found or stated, CSV and XLSX alike.

What was found is kept beside the rows, so that a person sees how the file was read.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.render.csv_out import FORMULA_STARTS
from billwright.workflow.book_import import workbook

DELIMITERS = (",", ";", "\t", "|")
QUOTES = ('"', "'")
SAMPLE_ROWS = 200
# What Excel lets a cell hold. A longer one is nearly always a quote that was never closed.
CELL_LENGTH_MAX = 32_767
# The csv module refuses cells beyond its limit with an exception for the whole file; ours names the row instead.
_PARSER_LIMIT = 1 << 30
# Columns that our own error files add; they are left out when such a file is fed again.
ERROR_COLUMNS = ("error_row", "error_field", "error", "error_cure")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Western words have their accents one by one; four in a row are letters of another alphabet.
_OTHER_SCRIPT = re.compile(rb"[\xc0-\xff]{4}")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read; empty values are found out."""

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    sheet: str = ""
    header_row: int = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number as a spreadsheet counts (the header is 1), and its cells.

    `exact` are the columns that a workbook holds as numbers or dates; `marks` those whose text is not what stands
    there: of formulas, errors and merged cells.
    """

    row: int
    cells: tuple[str, ...]
    exact: frozenset[int] = frozenset()
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A file that was read: its columns and rows, and how it was read."""

    columns: tuple[str, ...]
    records: tuple[Record, ...]
    layout: Layout
    is_workbook: bool = False
    was_refused: bool = False

    def record_of(self, row: int) -> Record:
        """The record of a row number; rows are in ascending order, blank ones left out."""
        record = self.records[bisect_left(self.records, row, key=lambda one: one.row)]
        assert record.row == row, "a fault names a row that was read"
        return record


def read_table(content: bytes, *, name: str, layout: Layout | None = None) -> Table:
    """Read a CSV or XLSX file. Raises Refusal `import.unreadable`, `import.encoding` or `import.no_header`."""
    wanted = layout or Layout()
    if content[:4] == b"PK\x03\x04" or name.lower().endswith(".xlsx"):
        found_sheet = workbook.read_sheet(content, sheet=wanted.sheet, header_row=wanted.header_row)
        return _table(found_sheet.rows, layout=replace(wanted, sheet=found_sheet.name), sheet=found_sheet)
    text, encoding = _decoded(content, wanted.encoding)
    quote = wanted.quote or _quote_of(text)
    delimiter = wanted.delimiter or _delimiter_of(text, quote)
    rows = _parsed(text, delimiter=delimiter, quote=quote)
    found = replace(wanted, encoding=encoding, delimiter=delimiter, quote=quote)
    return _table(rows, layout=found, sheet=None)


def _table(rows: list[list[str]], *, layout: Layout, sheet: workbook.SheetRows | None) -> Table:
    header = rows[layout.header_row - 1] if len(rows) >= layout.header_row else []
    columns = tuple(cell.strip() for cell in header)
    if not any(columns):
        raise Refusal(
            "import.no_header",
            _("Row %(row)d holds no column names.") % {"row": layout.header_row},
            field="header_row",
            cure=_("Say in the mapping which row holds them: file: {header_row: 2}."),
        )
    twice = [column for column, count in Counter(columns).items() if count > 1 and column]
    if twice:
        raise Refusal(
            "import.column_twice",
            _("The column %(column)s stands in the file twice.") % {"column": twice[0]},
            field=twice[0],
            row=layout.header_row,
            cure=_("Give one of them another name."),
        )
    was_refused = set(ERROR_COLUMNS) <= set(columns)
    keep = [index for index, column in enumerate(columns) if not (was_refused and column in ERROR_COLUMNS)]
    records = [
        Record(
            row=number,
            cells=tuple(_unescaped(cell, was_refused) for cell in _kept(cells, keep, len(columns))),
            exact=sheet.exact[number - 1] if sheet else frozenset(),
            marks=tuple(sheet.marks.get(number, {}).items()) if sheet else (),
        )
        for number, cells in enumerate(rows, start=1)
        if number > layout.header_row and any(cell.strip() for cell in cells)
    ]
    return Table(
        columns=tuple(columns[index] for index in keep),
        records=tuple(records),
        layout=layout,
        is_workbook=sheet is not None,
        was_refused=was_refused,
    )


def _kept(cells: list[str], keep: list[int], width: int) -> list[str]:
    """The cells of kept columns. A row of another width is kept as it is: its fault is told with its number."""
    return [cells[index] for index in keep] if len(cells) == width else cells


def _unescaped(cell: str, was_refused: bool) -> str:
    # Where files were joined, the mark of the second one stands before its first cell.
    cell = cell.removeprefix("\ufeff")
    # Our error files write an apostrophe before what a spreadsheet would run as a formula.
    is_escaped = was_refused and cell.startswith("'") and cell[1:].lstrip(" ").startswith(FORMULA_STARTS)
    return cell[1:] if is_escaped else cell


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    if encoding:
        try:
            return content.decode(encoding), encoding
        except LookupError as error:
            raise Refusal(
                "import.encoding",
                _("%(name)r is not an encoding.") % {"name": encoding},
                field="encoding",
                cure=_("Use utf-8, utf-16, cp1252 or latin-1."),
            ) from error
        except UnicodeDecodeError as error:
            raise Refusal(
                "import.encoding",
                _("The file is not %(encoding)s.") % {"encoding": encoding},
                field="encoding",
                row=content.count(b"\n", 0, error.start) + 1,
                cure=_("Leave the encoding out to have it found, or save the file as UTF-8."),
            ) from error
    return _guessed(content)


def _guessed(content: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding)
    head = content[:4096]
    if head.count(0) > len(head) // 4:
        # Western text in UTF-16 without its mark: every second byte is zero.
        return _decoded(content, "utf-16-le" if head[1:2] == b"\0" else "utf-16-be")
    if head.count(0) > len(head) // 100 or b"\0" in head.partition(b"\n")[0]:
        raise Refusal(
            "import.unreadable",
            _("This is not a text file."),
            field="file",
            row=content.count(b"\n", 0, content.index(b"\0")) + 1,
            cure=_("Choose a .csv or .xlsx file."),
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _require_one_encoding(content, line=content.count(b"\n", 0, error.start) + 1)
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def _require_one_encoding(content: bytes, *, line: int) -> None:
    """Bytes that are not UTF-8 may be Western text; refused where they may be something else, which no one would see.

    `line` is the first that is not UTF-8.
    """
    if any(_is_unicode(one) for one in content.splitlines() if not one.isascii()):
        raise Refusal(
            "import.encoding",
            _("A part of the file is UTF-8, and line %(line)d is not.") % {"line": line},
            field="encoding",
            row=line,
            cure=_("Save all of it as UTF-8; or state the encoding: file: {encoding: cp1252}."),
        )
    found = _OTHER_SCRIPT.search(content)
    if found:
        raise Refusal(
            "import.encoding",
            _("The letters are not Western ones, or the file is damaged; its encoding is not certain."),
            field="encoding",
            row=content.count(b"\n", 0, found.start()) + 1,
            cure=_(
                "Save it as UTF-8; or state the encoding: file: {encoding: cp1251} for Cyrillic, cp1252 for Western."
            ),
        )


def _is_unicode(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _quote_of(text: str) -> str:
    head = text[: 1 << 16]
    # An apostrophe is a quote only where it opens and closes cells; names such as O'Brien have one inside.
    apostrophes = sum(head.count(f"'{delimiter}'") for delimiter in DELIMITERS)
    return "'" if apostrophes > 2 and apostrophes > sum(head.count(f'"{d}"') for d in DELIMITERS) else '"'


def _delimiter_of(text: str, quote: str) -> str:
    sample = "\n".join(text[: 1 << 18].splitlines()[:SAMPLE_ROWS])

    def evenness(delimiter: str) -> tuple[float, int]:
        rows = _parsed(sample, delimiter=delimiter, quote=quote, strict=False)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) / len(rows) if rows else 0
        return (alike if width > 1 else 0, width)

    return max(DELIMITERS, key=evenness)


def _parsed(text: str, *, delimiter: str, quote: str, strict: bool = True) -> list[list[str]]:
    """The rows. Strictly, a quote that is never closed is refused: it would swallow the rows after it."""
    limit = csv.field_size_limit(_PARSER_LIMIT)
    rows: list[list[str]] = []
    try:
        rows.extend(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quotechar=quote, strict=strict))
    except csv.Error as error:
        raise Refusal(
            "import.unreadable",
            _("The file cannot be read as CSV: %(error)s.") % {"error": error},
            field="file",
            row=len(rows) + 1,
            cure=_("Look for a quote in that row that is not closed; a quote within quotes is written twice."),
        ) from error
    finally:
        csv.field_size_limit(limit)
    return rows
