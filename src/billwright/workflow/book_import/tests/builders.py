"""Small books: an aligned text becomes a file, a mapping is a few lines; the cast is Ana, Boris and Clara."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from billwright.files.states import ImportKind
from billwright.kernel.tests.builders import make_act
from billwright.workflow.book_import import ImportReport, import_book

ENTITY = """
entity: {code: OLD, name: Old Books (invented), country: ZA, currency: ZAR, timezone: Africa/Johannesburg, taxes: none}
"""
INVOICES = """
mapping: 1
name: old-invoices
kind: invoices
identity: {columns: [no]}
columns:
  number: no
  customer.reference: who
  document_date: dated
  due_date: due
  total: total
  settled_on: paid
"""
BOOK = """
no  who    dated       due         total   paid
1   ana    2025-01-10  2025-02-09  100.00  2025-02-20
2   boris  2025-01-15  2025-02-14  40.50   -
3   ana    2025-03-01  2025-03-31  9.99    -
"""


def make_csv(text: str = BOOK, *, delimiter: str = ",") -> bytes:
    """Aligned columns as CSV; a dash is an empty cell."""
    rows = [line.split() for line in text.strip().splitlines()]
    return "\n".join(delimiter.join("" if cell == "-" else cell for cell in row) for row in rows).encode() + b"\n"


def make_xlsx(rows: list[list[Any]]) -> bytes:
    """A workbook; texts that begin with = become formulas, as in a spreadsheet."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


def make_workbook(sheets: dict[str, list[list[Any]]], *, hidden: str = "", merged: str = "") -> bytes:
    """A workbook of several sheets; `merged` is an area of the first."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            # A workbook opens on a sheet that is not hidden.
            sheet.hide() if name == hidden else sheet.activate()
        if merged:
            book.worksheets()[0].merge_range(merged, sheets[book.worksheets()[0].name][1][3])
    return buffer.getvalue()


def take_over(
    content: bytes | None = None,
    *,
    mapping: str = INVOICES,
    kind: ImportKind = ImportKind.INVOICES,
    name: str = "book.csv",
    **options: Any,
) -> ImportReport:
    """Import a file by a mapping into the entity OLD."""
    return import_book(
        act=make_act(at="2026-01-31T10:00:00"),
        kind=kind,
        file_name=name,
        content=make_csv() if content is None else content,
        mapping_text=ENTITY + mapping,
        **options,
    )


def sums(report: ImportReport) -> dict[str, tuple[str, str, str]]:
    """Theirs, ours and difference by measure."""
    return {line.measure: (line.theirs, line.ours, line.difference) for line in report.tie_out}
