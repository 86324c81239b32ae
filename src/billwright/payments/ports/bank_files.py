"""What outside formats of bank files must be able to do; connectors implement, the project registers (model rule 22).

A reader turns a file into a flat stream: entries as they stand in it, then the statement that those entries belong
to. So a file of any size is read in bounded memory, also where the closing balance comes last.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol

from billwright.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billwright.payments.bank_text import BankFile


class StatementEntry(NamedTuple):
    """One booked line of a bank statement. `amount` is in major units, negative where money left the account.

    None means that the file does not say it. `return_reason` and `mandate` are what direct debits carry beside it;
    `currency` is that of the amount.
    """

    booking_date: date | None
    value_date: date | None
    amount: Decimal
    bank_reference: str | None = None
    end_to_end: str | None = None
    counterparty: str | None = None
    counterparty_account: str | None = None
    remittance: str | None = None
    code: str | None = None
    return_reason: str | None = None
    mandate: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementEnd:
    """The statement that the entries since the last one belong to.

    `contradictions` are the sentences of a reader whose format carries more proofs than its balances: control
    totals, counts, a running balance.
    """

    account: str | None
    currency: str | None
    number: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    contradictions: tuple[str, ...] = ()


StatementPart = StatementEntry | StatementEnd


class UnableToRead(Refusal):
    """A bank file, or a place in it, that cannot be understood. `where` is the line, byte or element."""

    def __init__(self, message: str, *, where: str, row: int | None = None, cure: str | None = None) -> None:
        super().__init__("bank_file.unreadable", message, field=None if row else where, row=row, cure=cure)
        self.where = where


class BankFileReader(Protocol):
    """Reads the files of one format, or of a family of them."""

    def recognizes(self, file: BankFile) -> str | None:
        """The name of the format, such as `camt.053`, judged by the beginning of the content alone."""

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements in the order of the file. Raises UnableToRead naming the place."""


class TableReaders(Protocol):
    """Makes readers of tables that a user has described himself."""

    def __call__(self, text: str, *, name: str) -> BankFileReader:
        """A reader by the text of a profile. Raises Refusal naming what is wrong in it."""


class _Wiring:
    readers: tuple[BankFileReader, ...] = ()
    tables: TableReaders | None = None


def wire_bank_files(readers: Sequence[BankFileReader], *, tables: TableReaders) -> None:
    """Install the readers at start, the most particular first: the first that recognizes a file reads it."""
    _Wiring.readers = tuple(readers)
    _Wiring.tables = tables


def bank_file_readers() -> tuple[BankFileReader, ...]:
    """The readers of this installation."""
    return _Wiring.readers


def table_reader(text: str, *, name: str) -> BankFileReader:
    """A reader of tables by the text of a user's profile. Raises Refusal naming what is wrong in it."""
    assert _Wiring.tables is not None, "the project wires the readers at start"
    return _Wiring.tables(text, name=name)
