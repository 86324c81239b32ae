"""XLSX files as rows of text. Dates come as ISO 8601, numbers with a point, formulas are reported and not used."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

# Numbers in a workbook are binary doubles; beyond 15 digits they are noise.
_DIGITS = 15
_CELL = re.compile(rb'<c\s[^>]*?r="([A-Z]+)(\d+)"[^>]*>(?:(?!</c>).)*?<f[\s>/]', re.S)
_UNPACKED_BYTES_MAX = 1 << 30


def read_sheet(content: bytes, *, sheet: str) -> tuple[str, list[list[str]], dict[int, tuple[str, ...]]]:
    """Read a sheet (the first unless named): its name, its rows, and the cells with formulas by row.

    Raises Refusal `import.unreadable` or `import.no_sheet`.
    """
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        names = book.sheet_names
        if sheet and sheet not in names:
            raise Refusal(
                "import.no_sheet",
                _("There is no sheet %(sheet)r.") % {"sheet": sheet},
                field="sheet",
                cure=_("The file has: %(names)s.") % {"names": ", ".join(names)},
            )
        name = sheet or names[0]
        rows = [[_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        return name, rows, _formulas(content, position=names.index(name))
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError, OSError) as error:
        raise Refusal(
            "import.unreadable",
            _("The file is not a workbook that can be read: %(error)s.") % {"error": error},
            field="file",
            cure=_("Open it in a spreadsheet and save it as .xlsx or .csv."),
        ) from error


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{cell:.{_DIGITS}g}" if abs(cell) < 10**_DIGITS else f"{cell:.0f}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _formulas(content: bytes, *, position: int) -> dict[int, tuple[str, ...]]:
    """Names of cells that hold formulas, by row. Sheets lie in their order in well-made files."""
    found: dict[int, list[str]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = sorted(
            (entry for entry in archive.infolist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", entry.filename)),
            key=lambda entry: int(re.findall(r"\d+", entry.filename)[-1]),
        )
        if position >= len(sheets) or sheets[position].file_size > _UNPACKED_BYTES_MAX:
            return {}
        for column, row in _CELL.findall(archive.read(sheets[position])):
            found.setdefault(int(row), []).append(f"{column.decode()}{row.decode()}")
    return {row: tuple(cells) for row, cells in found.items()}
