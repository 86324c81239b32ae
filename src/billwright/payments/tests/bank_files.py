"""Reading invented bank files in tests: content in, statements with their entries out."""

import io
from dataclasses import dataclass
from decimal import Decimal

from billwright.payments.bank_reading import StatementRead, open_reading
from billwright.payments.ports import StatementEntry


@dataclass
class Read:
    statement: StatementRead
    entries: list[StatementEntry]

    @property
    def amounts(self):
        return [str(entry.amount) for entry in self.entries]


def as_bytes(content, encoding="utf-8"):
    return content if isinstance(content, bytes) else content.encode(encoding)


def read_file(reader, content, encoding="utf-8"):
    """The format, and every statement of the content."""
    reading = open_reading(io.BytesIO(as_bytes(content, encoding)), readers=[reader])
    statements, entries = [], []
    for part in reading.read():
        if isinstance(part, StatementEntry):
            entries.append(part)
        else:
            statements.append(Read(part, entries))
            entries = []
    return reading.format, statements


def read_one(reader, content, encoding="utf-8"):
    """The one statement of the content."""
    _format, [only] = read_file(reader, content, encoding)
    return only


def money(text):
    return None if text is None else Decimal(text)
