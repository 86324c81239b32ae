"""Bank files that tell of single debits (advice and return files), read as answers about them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.bank_reading import open_reading
from billwright.payments.ports.bank_files import BankFileReader, StatementEntry, UnableToRead
from billwright.payments.ports.collection_files import ResultEntry


class ReturnsInBankFiles:
    """Implements `payments.ports.ResultFileReader` over readers of bank files, for the formats named.

    A statement of an account is none of these: it belongs into the bank inbox.
    """

    def __init__(self, readers: Sequence[BankFileReader], *, formats: tuple[str, ...]) -> None:
        self._readers = readers
        self._formats = formats

    def recognizes(self, content: bytes) -> str | None:
        """By its reader's judgement."""
        try:
            found = open_reading(io.BytesIO(content), readers=self._readers).format
        except UnableToRead:
            return None
        return found if found.startswith(self._formats) else None

    def read(self, content: bytes) -> Iterator[ResultEntry]:
        """Entries that name a reference of ours. Raises UnableToRead, also where the file contradicts itself."""
        number = 0
        for part in open_reading(io.BytesIO(content), readers=self._readers).read():
            if isinstance(part, StatementEntry):
                number += 1
                if part.end_to_end:
                    yield _result(part, number)
            elif not part.ties:
                raise UnableToRead(" ".join(part.faults), where=part.number or "1")


def _result(entry: StatementEntry, number: int) -> ResultEntry:
    assert entry.end_to_end is not None, "asked before"
    return ResultEntry(
        end_to_end=entry.end_to_end,
        code=(entry.return_reason or "") if entry.amount < 0 else "",
        text=(entry.remittance or "")[:200],
        amount=_amount(entry),
        day=entry.value_date or entry.booking_date,
        is_paid=entry.amount > 0,
        is_return=entry.amount < 0,
        place=str(number),
    )


def _amount(entry: StatementEntry) -> Money | None:
    if entry.currency is None:
        return None
    try:
        return Money.of(abs(entry.amount), entry.currency)
    except Refusal:
        return None
