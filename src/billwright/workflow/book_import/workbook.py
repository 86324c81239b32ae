"""XLSX files as rows of text. Dates come as ISO 8601, numbers with a point; what people would have to see is told."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from billwright.files.workbooks import SheetSeen, look_through
from billwright.kernel.errors import Refusal

# Numbers in a workbook are binary doubles; beyond 15 digits they are noise.
_DIGITS = 15
FORMULA, ERROR, MERGED = "formula", "error", "merged"


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A sheet as text. `marks` are the cells, by row and column, whose text is not what stands there.

    `exact` are the columns of cells, by row, that the workbook holds as a number or a date: no format applies to them.
    """

    name: str
    rows: list[list[str]]
    marks: dict[int, dict[int, str]]
    exact: list[frozenset[int]]


def read_sheet(content: bytes, *, sheet: str, header_row: int) -> SheetRows:
    """Read a sheet: the named one, else the first that is not hidden.

    Raises the refusals of `look_through`, Refusal `import.unreadable`, `import.no_sheet`, or `import.sheet_open` when
    another sheet has the same columns.
    """
    seen = look_through(content)
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        chosen = _chosen(seen, sheet)
        cells = _cells(book, chosen)
        if not sheet:
            _require_only(book, seen, chosen, header_row=header_row)
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError, OSError, ValueError) as error:
        raise Refusal(
            "import.unreadable",
            _("The file is not a workbook that can be read: %(error)s.") % {"error": error},
            field="file",
            cure=_("Open it in a spreadsheet and save it as .xlsx or .csv."),
        ) from error
    return SheetRows(
        name=chosen.name,
        rows=[[_text(cell) for cell in row] for row in cells],
        marks=_marks(chosen),
        exact=_exact(cells),
    )


def _chosen(seen: Sequence[SheetSeen], sheet: str) -> SheetSeen:
    fitting = [one for one in seen if one.name == sheet] if sheet else [one for one in seen if not one.is_hidden]
    if fitting:
        return next((one for one in fitting if one.cell_count), fitting[0])
    raise Refusal(
        "import.no_sheet",
        _("There is no sheet %(sheet)r.") % {"sheet": sheet} if sheet else _("All sheets are hidden."),
        field="sheet",
        cure=_("The file has: %(names)s.") % {"names": ", ".join(one.name for one in seen)},
    )


def _cells(book: python_calamine.CalamineWorkbook, sheet: SheetSeen) -> list[list[Any]]:
    if not sheet.cell_count:
        return []
    return book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)


def _require_only(
    book: python_calamine.CalamineWorkbook, seen: Sequence[SheetSeen], chosen: SheetSeen, *, header_row: int
) -> None:
    """Another sheet with the same columns is another part of the book: to leave it out would lose money."""

    def header(sheet: SheetSeen) -> Counter[str]:
        rows = _cells(book, sheet)[header_row - 1 : header_row] if sheet.last_row > header_row else []
        return Counter(_text(cell).strip() for row in rows for cell in row if _text(cell).strip())

    wanted = header(chosen)
    alike = [one.name for one in seen if one is not chosen and one.last_row > header_row and header(one) == wanted]
    if wanted and alike:
        raise Refusal(
            "import.sheet_open",
            _("The workbook has rows of the same columns on more than one sheet: %(names)s.")
            % {"names": ", ".join([chosen.name, *alike])},
            field="sheet",
            cure=_("State one in the mapping, such as file: {sheet: %(name)s}, and import each.") % {"name": alike[0]},
        )


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _plain(f"{cell:.{_DIGITS}g}") if abs(cell) < 10**_DIGITS else f"{cell:.0f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _plain(number: str) -> str:
    """Small numbers without an exponent: 1e-05 is 0.00001."""
    return f"{Decimal(number):f}" if "e" in number else number


def _exact(cells: Sequence[Sequence[Any]]) -> list[frozenset[int]]:
    """Rows of a table have the same columns of numbers, so few distinct sets are kept."""
    known: dict[frozenset[int], frozenset[int]] = {}
    found = []
    for row in cells:
        columns = frozenset(index for index, cell in enumerate(row) if not isinstance(cell, str | bool))
        found.append(known.setdefault(columns, columns))
    return found


def _marks(sheet: SheetSeen) -> dict[int, dict[int, str]]:
    marks: dict[int, dict[int, str]] = {}
    for mark, found in ((FORMULA, sheet.formulas), (ERROR, sheet.errors)):
        for row, columns in found.items():
            marks.setdefault(row, {}).update(dict.fromkeys(columns, mark))
    for first_row, first_column, last_row, last_column in sheet.merged:
        for row in range(first_row, last_row + 1):
            columns = [c for c in range(first_column, last_column + 1) if (row, c) != (first_row, first_column)]
            marks.setdefault(row, {}).update(dict.fromkeys(columns, MERGED))
    return marks
