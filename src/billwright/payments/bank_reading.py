"""Reading a bank file: which format it is, its statements, and whether each of them adds up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import BinaryIO

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import exponent
from billwright.payments.bank_text import BankFile, open_bank_file
from billwright.payments.ports import BankFileReader, StatementEnd, StatementEntry, UnableToRead, bank_file_readers


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRead:
    """A statement when its last entry has been read. `faults` are sentences that say why it does not add up."""

    account: str | None
    currency: str | None
    number: str | None
    opening: Decimal | None
    closing: Decimal | None
    entry_count: int
    total: Decimal
    faults: tuple[str, ...]

    @property
    def ties(self) -> bool:
        """Whether opening + entries = closing and nothing in the file contradicts it.

        Where the file names no opening or no closing balance there is nothing to add up: then only what else the
        format proves (control totals, counts, a running balance) can say that it does not.
        """
        return not self.faults


class BankReading:
    """An opened bank file of a known format. `read` may be called again: the file is read from its beginning."""

    def __init__(self, file: BankFile, format_name: str, reader: BankFileReader) -> None:
        self.format = format_name
        self._file = file
        self._reader = reader

    def read(self) -> Iterator[StatementEntry | StatementRead]:
        """Entries, then the statement that they belong to, and so on. Raises UnableToRead naming the place."""
        count, total = 0, Decimal(0)
        for part in self._reader.read(self._file):
            if isinstance(part, StatementEntry):
                count += 1
                total += part.amount
                yield part
            else:
                yield _proved(part, count, total)
                count, total = 0, Decimal(0)
        if count:
            raise UnableToRead(_("Entries stand behind the last statement."), where=_("end of the file"))


def open_reading(source: BinaryIO, *, readers: Sequence[BankFileReader] | None = None) -> BankReading:
    """Recognize a file by its content. Raises UnableToRead when no reader knows it.

    `source` is seekable and stays open for as long as the reading is used.
    """
    file = open_bank_file(source)
    for reader in bank_file_readers() if readers is None else readers:
        found = reader.recognizes(file)
        if found is not None:
            return BankReading(file, found, reader)
    raise UnableToRead(
        _("This is no bank file of a known format. It begins with %(line)s") % {"line": repr(file.opening_line[:60])},
        where=_("line 1"),
        row=1,
        cure=_("For a table of text give a profile of its columns; docs/connectors lists the formats."),
    )


def _proved(end: StatementEnd, count: int, total: Decimal) -> StatementRead:
    faults = list(end.contradictions)
    if end.opening is not None and end.closing is not None and end.opening + total != end.closing:
        faults.insert(
            0,
            _("%(opening)s and entries of %(total)s make %(sum)s, not %(closing)s.")
            % {
                "opening": end.opening,
                "total": total,
                "sum": end.opening + total,
                "closing": end.closing,
            },
        )
    return StatementRead(
        account=end.account,
        currency=end.currency,
        number=end.number,
        opening=end.opening,
        closing=end.closing,
        entry_count=count,
        total=total,
        faults=tuple(faults),
    )


@lru_cache(maxsize=512)
def places_of(currency: str | None) -> int:
    """Decimal places in which amounts of a statement are shown: the currency's, two where it is not known."""
    try:
        return 2 if currency is None else exponent(currency)
    except Refusal:
        return 2


def amount_text(amount: Decimal | None, places: int) -> str | None:
    """A signed decimal with the places of its currency, more only where the file has more."""
    if amount is None:
        return None
    written = f"{amount:f}"
    if places and written[-places - 1 : -places] == ".":
        return written
    shown = f"{amount:.{places}f}"
    return shown if Decimal(shown) == amount else f"{amount.normalize():f}"
