"""Looking at a file before it is mapped: how it reads, and what each column seems to hold."""

from __future__ import annotations

from dataclasses import dataclass

from billwright.workflow.book_import.cells import fitting_formats, fitting_styles
from billwright.workflow.book_import.table import Layout, Table, read_table

SAMPLES = 3
# Enough to see whether a day above 12 occurs; a mapping run looks at every row.
ROWS_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class ColumnFound:
    """What a column seems to hold. More than one format or style: a person must say which."""

    name: str
    kind: str
    date_formats: tuple[str, ...]
    number_styles: tuple[str, ...]
    number_marks: tuple[tuple[str, str], ...]
    blank_count: int
    distinct_count: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """How a file was read, and its columns."""

    encoding: str
    delimiter: str
    quote: str
    sheet: str
    row_count: int
    columns: tuple[ColumnFound, ...]


def inspect_file(content: bytes, *, name: str, layout: Layout | None = None) -> Inspection:
    """Read a file and describe it. Raises the refusals of `read_table`; writes nothing."""
    table = read_table(content, name=name, layout=layout)
    return Inspection(
        encoding=table.layout.encoding,
        delimiter=table.layout.delimiter,
        quote=table.layout.quote,
        sheet=table.layout.sheet,
        row_count=len(table.records),
        columns=tuple(_column(table, index) for index in range(len(table.columns))),
    )


def _column(table: Table, index: int) -> ColumnFound:
    texts = [record.cells[index] for record in table.records[:ROWS_LOOKED_AT] if index < len(record.cells)]
    filled = [text.strip() for text in texts if text.strip()]
    distinct = dict.fromkeys(filled)
    formats = fitting_formats(distinct)
    styles = () if formats else fitting_styles(distinct)
    return ColumnFound(
        name=table.columns[index],
        kind="date" if formats else "number" if styles else "text" if filled else "blank",
        date_formats=formats,
        number_styles=tuple(_style_in_words(decimal, thousands) for decimal, thousands in styles),
        number_marks=styles,
        blank_count=len(texts) - len(filled),
        distinct_count=len(distinct),
        samples=tuple(list(distinct)[:SAMPLES]),
    )


def _style_in_words(decimal: str, thousands: str) -> str:
    return f"decimal {decimal!r}" + (f", thousands {thousands!r}" if thousands else "")
