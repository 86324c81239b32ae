"""CSV for people's spreadsheets and for other programs: UTF-8, RFC 4180, safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from billwright.kernel.money import Money

# A spreadsheet reads a cell that begins with one of these as a formula (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


def csv_lines(*, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the file line by line, for streaming. The first carries a byte order mark, so Excel reads UTF-8.

    Text that would run as a formula gets a leading apostrophe; numbers stay numbers, negative ones too.
    Money is written in major units with a point, without its code; dates as ISO 8601.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BYTE_ORDER_MARK)
    writer.writerow([_cell(column) for column in columns])
    yield buffer.getvalue()
    for row in rows:
        assert len(row) == len(columns), "each row has a cell for each column"
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_cell(value) for value in row])
        yield buffer.getvalue()


def write_csv(*, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole file as bytes; see `csv_lines`."""
    return "".join(csv_lines(columns=columns, rows=rows)).encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.decimal:f}"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text
