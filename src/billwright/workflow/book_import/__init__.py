"""Taking over a real book: files of customers, invoices, payments or subscriptions, read by a mapping.

Rows are judged one by one and written by set-based steps in chunks, each in its own transaction: an import that was
killed goes on where it stood when it is run again, because every row that is in is remembered by its identity. At
the end the file's totals are compared with the books.
"""

from __future__ import annotations

from billwright.workflow.book_import.inspection import ColumnFound, Inspection, inspect_file
from billwright.workflow.book_import.mapping import Mapping, read_mapping
from billwright.workflow.book_import.pipeline import ImportReport, import_book
from billwright.workflow.book_import.tie_out import TieOutLine

__all__ = [
    "ColumnFound",
    "ImportReport",
    "Inspection",
    "Mapping",
    "TieOutLine",
    "import_book",
    "inspect_file",
    "read_mapping",
]
