"""Rows that cannot come in: which, what is wrong, what to do; and the file in which they are corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.render.csv_out import write_csv
from billwright.workflow.book_import.table import CELL_LENGTH_MAX, ERROR_COLUMNS, Record, Table

CELL_SHOWN_MAX = 1000


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


def faults_of_shape(table: Table, record: Record) -> list[Fault]:
    """What is wrong with a row before its cells are read: its width, formulas, cells without end."""
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
    faults = []
    for column, cell in zip(table.columns, record.cells, strict=True):
        if len(cell) > CELL_LENGTH_MAX:
            faults.append(
                Fault(
                    record.row,
                    column,
                    _("The cell has %(count)d characters.") % {"count": len(cell)},
                    _("A cell holds at most %(count)d; look for a quote that was never closed.")
                    % {"count": CELL_LENGTH_MAX},
                )
            )
        elif cell.lstrip().startswith("="):
            faults.append(Fault(record.row, column, _("The cell holds a formula."), _formula_cure()))
    faults += [Fault(record.row, cell, _("The cell holds a formula."), _formula_cure()) for cell in record.formulas]
    return faults


def _formula_cure() -> str:
    return _("Put its value in its place (paste special, values only).")


def error_file(table: Table, faults: Sequence[Fault]) -> bytes:
    """The refused rows with their original columns and what is wrong, to be corrected and fed again."""
    by_row: dict[int, list[Fault]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    records = [record for record in table.records if record.row in by_row]
    width = len(table.columns)
    rows = [
        [
            *(cell[:CELL_SHOWN_MAX] for cell in (*record.cells, *[""] * width)[:width]),
            record.row,
            "; ".join(fault.field for fault in by_row[record.row]),
            "; ".join(fault.message for fault in by_row[record.row]),
            "; ".join(fault.cure for fault in by_row[record.row]),
        ]
        for record in records
    ]
    return write_csv(columns=[*table.columns, *ERROR_COLUMNS], rows=rows)
