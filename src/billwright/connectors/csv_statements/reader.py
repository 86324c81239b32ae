"""The reader of tables: finds the profile by the headings, then turns rows to entries and proves their balances."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from billwright.connectors.csv_statements.cells import amount_in, day_in
from billwright.connectors.csv_statements.profiles import Column, Profile, profile_of_text, shipped_profiles
from billwright.payments.bank_text import BankFile, cut_off, or_none, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart, UnableToRead

# Lines above the headings: address, account, period.
PREAMBLE_LINES_MAX: Final = 60
# How many rows a profile must be able to read before it is taken.
ROWS_TRIED: Final = 5
COLUMNS_MAX: Final = 200


class CsvStatementReader:
    """Implements `payments.ports.BankFileReader` for tables of text.

    `profiles` are tried in their order before the shipped ones.
    """

    def __init__(
        self, *, own: Sequence[Profile] = (), shipped: Callable[[], Sequence[Profile]] = shipped_profiles
    ) -> None:
        self._own = tuple(own)
        self._shipped = shipped

    def recognizes(self, file: BankFile) -> str | None:
        """By the headings of a profile, and rows below it that the profile can read."""
        return "CSV" if self.profile_of(file) is not None else None

    def profile_of(self, file: BankFile) -> Profile | None:
        """The profile that reads this file."""
        lines = file.head.splitlines()
        if len(file.head) >= 60_000:
            # The last line of the beginning may be half a line.
            lines = lines[:-1]
        if not any(mark in file.head for mark in ",;\t|"):
            return None
        fits = {profile: _fit(profile, lines) for profile in (*self._own, *self._shipped())}
        # Banks share headings: the first whose rows can be read, then the first whose headings are there.
        return next(
            (one for one, fit in fits.items() if fit == 2), next((one for one, fit in fits.items() if fit), None)
        )

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements. Raises UnableToRead naming the line."""
        profile = self.profile_of(file)
        assert profile is not None, "only a recognized file is read"
        reading = _Reading(profile)
        number = 0
        for number, row in _rows(profile, (line + "\n" for _number, line in file.lines())):
            yield from reading.take(number, row)
        yield from reading.finish(number)


def reader_of_text(text: str, *, name: str) -> CsvStatementReader:
    """A reader that knows one profile, given as YAML, and no other. Raises Refusal naming what is wrong in it."""
    return CsvStatementReader(own=[profile_of_text(text, name=name)], shipped=tuple)


def _rows(profile: Profile, lines: Iterator[str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not empty."""
    rows = csv.reader(lines, delimiter=profile.delimiter, skipinitialspace=True)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise unreadable(rows.line_num, _("The row cannot be taken apart: %s.") % error) from error
        if row is None:
            return
        if len(row) > COLUMNS_MAX:
            raise unreadable(rows.line_num, _("The row has more columns than any bank writes."))
        cells = [cell.strip().lstrip("\ufeff") for cell in row]
        if any(cells):
            yield rows.line_num, cells


def _fit(profile: Profile, lines: list[str]) -> int:
    """How well a profile fits the beginning of a file: 0 not at all, 1 by its headings, 2 by rows that it can read."""
    reading = _Reading(profile)
    tried = 0
    try:
        for number, row in _rows(profile, (line + "\n" for line in lines)):
            if not reading.has_begun and number > PREAMBLE_LINES_MAX:
                return 0
            tried += len(list(reading.take(number, row)))
            if tried >= ROWS_TRIED:
                break
    except UnableToRead:
        return (2 if tried else 1) if reading.has_begun else 0
    return 2 if reading.has_begun else 0


def _plain(cell: str) -> str:
    return re.sub(r"[^0-9a-zà-öø-ÿ]", "", cell.lower())


class _Balance:
    """A running balance, checked in both orders of time at once: banks list the newest row first or last."""

    def __init__(self) -> None:
        self._first: tuple[Decimal, Decimal] | None = None
        self._last: tuple[Decimal, Decimal] | None = None
        self._rising_fault: int | None = None
        self._falling_fault: int | None = None

    def meet(self, number: int, amount: Decimal, balance: Decimal) -> None:
        if self._last is not None:
            last_amount, last_balance = self._last
            if self._rising_fault is None and last_balance + amount != balance:
                self._rising_fault = number
            if self._falling_fault is None and balance + last_amount != last_balance:
                self._falling_fault = number
        self._first = self._first or (amount, balance)
        self._last = (amount, balance)

    def ends(self) -> tuple[Decimal | None, Decimal | None, int | None]:
        """Opening and closing balance, and the line that fits neither order."""
        if self._first is None or self._last is None:
            return None, None, None
        is_falling = self._rising_fault is not None and (
            self._falling_fault is None or self._falling_fault > self._rising_fault
        )
        newest, oldest = (self._first, self._last) if is_falling else (self._last, self._first)
        fault = self._falling_fault if is_falling else self._rising_fault
        return oldest[1] - oldest[0], newest[1], fault


class _Reading:
    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._places: dict[Column, int] = {}
        self._account: str | None = None
        self._currency: str | None = profile.currency
        self._opening: Decimal | None = None
        self._closing: Decimal | None = None
        self._balance = _Balance()
        self._width = 0
        self._has_entries = False
        self._contradictions: list[str] = []
        self.has_begun = False

    def take(self, number: int, row: list[str]) -> Iterator[StatementPart]:
        """Read a row: one above the headings, the headings, an entry, or one that tells none."""
        if self._profile.types is not None:
            yield from self._take_typed(number, row)
        elif not self.has_begun:
            self._look_for_heading(row)
        else:
            yield from self._take_entry(number, row)

    def _look_for_heading(self, row: list[str]) -> None:
        wanted = [_plain(cell) for cell in self._profile.heading]
        given = [_plain(cell) for cell in row]
        while given and not given[-1]:
            given.pop()
        if given == wanted:
            self._places = {heading: place for place, heading in enumerate(self._profile.heading)}
            self._width = len(wanted)
            self.has_begun = True
            return
        for label in self._profile.account_label:
            if given and given[0].startswith(_plain(label)):
                cells = (row[0].partition(":")[2], *row[1:])
                said = next((cell for cell in cells if cell.strip(": ")), "")
                self._account = or_none(said.strip(" _'[]\"")) or self._account

    def _is_skipped(self, row: list[str]) -> bool:
        """A row of balances or of print between the entries, by a word that one of its cells begins with."""
        words = [word.lower() for word in self._profile.skipped]
        return any(cell.lower().startswith(word) for cell in row for word in words)

    def _take_typed(self, number: int, row: list[str]) -> Iterator[StatementPart]:
        types = self._profile.types
        assert types is not None, "asked of tables with record types alone"
        kind = row[types.column] if types.column < len(row) else ""
        if kind in types.entry:
            self.has_begun = True
            yield from self._take_entry(number, row)
        elif kind in types.opening:
            self.has_begun = True
            self._opening = self._amount(number, row, types.balance_at)
        elif kind in types.closing:
            self._closing = self._amount(number, row, types.balance_at)
        elif kind in types.account and types.account_at is not None and types.account_at < len(row):
            self.has_begun = True
            self._account = or_none(row[types.account_at].strip("'\" ").lstrip("0"))
        elif kind not in types.other:
            raise unreadable(number, _("There is no row of the kind %(kind)s here.") % {"kind": repr(kind[:20])})

    def _take_entry(self, number: int, row: list[str]) -> Iterator[StatementPart]:
        profile, columns = self._profile, self._profile.columns
        if profile.booked is not None and self._cell(row, profile.booked.column) not in profile.booked.words:
            return
        written = self._cell(row, columns.booking_date)
        amount = self._amount_of(number, row)
        if amount is None and (not written or self._is_skipped(row)):
            return
        booking_date = day_in(written, profile.dates)
        if booking_date is None and self._is_skipped(row):
            return
        if booking_date is None:
            raise unreadable(
                number,
                _("%(written)s is not a date as %(bank)s writes it.")
                % {"written": repr(written[:30]), "bank": profile.bank},
            )
        if amount is None or (self._width and len(row) < self._width - 1):
            raise unreadable(number, _("The row has no amount, or is cut off."))
        yield from self._change_account(row)
        self._has_entries = True
        if columns.balance is not None and self._cell(row, columns.balance):
            balance = self._amount(number, row, columns.balance)
            self._balance.meet(number, amount, balance)
        yield StatementEntry(
            booking_date,
            day_in(self._cell(row, columns.value_date), profile.dates) or booking_date,
            amount,
            self._text(row, columns.bank_reference),
            self._text(row, columns.end_to_end),
            self._text(row, columns.counterparty),
            self._text(row, columns.counterparty_account),
            or_none(" ".join(self._cell(row, column) for column in columns.remittance)),
            self._text(row, columns.code),
            None,
            self._text(row, columns.mandate),
            self._currency,
        )

    def _change_account(self, row: list[str]) -> Iterator[StatementEnd]:
        """Where a column names the account, its change ends a statement and begins another."""
        columns = self._profile.columns
        account = self._text(row, columns.account) or self._account
        currency = self._text(row, columns.currency) or self._currency
        if self._has_entries and (account, currency) != (self._account, self._currency):
            yield self._end()
        self._account, self._currency = account, currency

    def _amount_of(self, number: int, row: list[str]) -> Decimal | None:
        profile, columns = self._profile, self._profile.columns
        if columns.amount is not None:
            if not self._cell(row, columns.amount):
                return None
            amount = self._amount(number, row, columns.amount)
            if profile.side is not None and self._cell(row, profile.side.column) in profile.side.debit:
                return -abs(amount)
            return amount
        told = False
        total = Decimal(0)
        for column in columns.credit:
            if self._cell(row, column) not in ("", "-"):
                total, told = total + self._amount(number, row, column), True
        for column in columns.debit:
            if self._cell(row, column) not in ("", "-"):
                total, told = total - abs(self._amount(number, row, column)), True
        return total if told else None

    def _amount(self, number: int, row: list[str], column: Column | None) -> Decimal:
        cell = self._cell(row, column)
        amount = amount_in(cell, self._profile.decimal)
        if amount is None:
            raise unreadable(number, _("%(cell)s is not an amount.") % {"cell": repr(cell[:30])})
        return amount

    def _cell(self, row: list[str], column: Column | None) -> str:
        if column is None:
            return ""
        place = column if isinstance(column, int) else self._places[column]
        return row[place] if place < len(row) else ""

    def _text(self, row: list[str], column: Column | None) -> str | None:
        return or_none(self._cell(row, column).strip("'"))

    def _end(self) -> StatementEnd:
        opening, closing, fault = self._balance.ends()
        if fault is not None:
            self._contradictions.append(
                _("From line %(line)d on the running balance does not follow from the amounts.") % {"line": fault}
            )
        end = StatementEnd(
            account=self._account,
            currency=self._currency,
            opening=opening if self._opening is None else self._opening,
            closing=closing if self._closing is None else self._closing,
            contradictions=tuple(self._contradictions),
        )
        self._opening = self._closing = None
        self._balance, self._contradictions, self._has_entries = _Balance(), [], False
        return end

    def finish(self, number: int) -> Iterator[StatementPart]:
        """The last statement. Raises UnableToRead when the headings never came or a closing row is missing."""
        if not self.has_begun:
            raise cut_off(number, _("the line of headings"))
        if self._profile.types is not None and self._profile.types.closing and self._closing is None:
            raise cut_off(number, _("the closing balance"))
        yield self._end()
