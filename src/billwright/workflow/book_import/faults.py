"""Rows that cannot come in: which, what is wrong, what to do; and the file in which they are corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.render.csv_out import write_csv
from billwright.workflow.book_import.table import CELL_LENGTH_MAX, ERROR_COLUMNS, Record, Table
from billwright.workflow.book_import.workbook import ERROR, FORMULA, MERGED

CELL_SHOWN_MAX = 1000
_NUMBER = re.compile(r"-?\d+\.\d+")
# Control characters but tabs and line ends; and marks that turn the direction of what follows, to deceive readers.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one row; `row` counts as a spreadsheet does, the header is 1."""

    row: int
    field: str
    message: str
    cure: str

    @classmethod
    def of(cls, row: int, refused: Refusal, *, field: str = "") -> Fault:
        """A refusal as the fault of a row."""
        return cls(row, field or refused.field or "", refused.message, refused.cure or "")


def faults_of_shape(table: Table, record: Record, *, used: frozenset[int] | None = None) -> list[Fault]:
    """What is wrong with a row before its cells are read: its width, formulas, cells without end.

    Only cells of `used` columns count, by their position; None is all of them.
    """
    if len(record.cells) != len(table.columns):
        return [
            Fault(
                record.row,
                "row",
                _("The row has %(count)d cells, the header has %(columns)d.")
                % {"count": len(record.cells), "columns": len(table.columns)},
                _("Put quotes around cells that hold the delimiter."),
            )
        ]
    if tuple(cell.strip() for cell in record.cells) == table.columns:
        return [Fault(record.row, "row", _("The names of the columns stand here again."), _("Take the row out."))]
    marks = dict(record.marks)
    faults = []
    for place, (column, cell) in enumerate(zip(table.columns, record.cells, strict=True)):
        if used is None or place in used:
            found = _fault_of_cell(cell, marks.get(place, ""))
            faults += [Fault(record.row, column, *found)] if found else []
    return faults


def _fault_of_cell(cell: str, mark: str) -> tuple[str, str] | None:
    """What is wrong with a cell whatever it means, and what to do."""
    if len(cell) > CELL_LENGTH_MAX:
        return (
            _("The cell has %(count)d characters.") % {"count": len(cell)},
            _("A cell holds at most %(count)d; look for a quote that was never closed.") % {"count": CELL_LENGTH_MAX},
        )
    if mark == FORMULA or cell.lstrip().startswith("="):
        return _("The cell holds a formula."), _("Put its value in its place (paste special, values only).")
    if mark == ERROR:
        return _("The cell shows an error, such as #N/A."), _("Put a value in its place, or empty the cell.")
    if mark == MERGED:
        return _("The cell is merged with others."), _("Unmerge the cells, and fill each.")
    if _INVISIBLE.search(cell):
        return _("The cell holds a control character."), _("Type the text anew; it may hide what cannot be seen.")
    return None


def error_file(table: Table, faults: Sequence[Fault], *, decimal: str = ".") -> bytes:
    """The refused rows with their original columns and what is wrong, to be corrected and fed again.

    Numbers of a workbook are written with the decimal mark by which the file will be read again.
    """
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    records = [record for record in table.records if record.row in by_row]
    width = len(table.columns)
    rows = [
        [
            *(_shown(record, place, decimal) for place in range(width)),
            record.row,
            "; ".join(fault.field for fault in by_row[record.row]),
            "; ".join(fault.message for fault in by_row[record.row]),
            "; ".join(fault.cure for fault in by_row[record.row]),
        ]
        for record in records
    ]
    return write_csv(columns=[*table.columns, *ERROR_COLUMNS], rows=rows)


def _shown(record: Record, place: int, decimal: str) -> str:
    cell = record.cells[place] if place < len(record.cells) else ""
    is_number = place in record.exact and _NUMBER.fullmatch(cell)
    return cell.replace(".", decimal) if is_number else cell[:CELL_SHOWN_MAX]
