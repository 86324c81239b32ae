"""The reader of QIF: one letter a line says what it is, ^ ends a record. It knows no currency and no balance.

Dates stand in the order of the country that wrote them; the whole file is looked through for the one order that
fits every date of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from django.utils.translation import gettext as _

from billwright.payments.bank_text import BankFile, cut_off, day_of, or_none, plain_amount, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart

BANK_TYPES: Final = frozenset({"bank", "cash", "ccard", "oth a", "oth l"})
# Lines of a record; beyond it a file is made to exhaust.
RECORD_LINES_MAX: Final = 2000
OPENING: Final = "opening balance"

Order = Literal["month-day", "day-month", "year-month"]

_DATE = re.compile(r"\s*(\d{1,4})\s*[-/.' ]\s*(\d{1,2})\s*([-/.' ])\s*(\d{1,4})\s*")


class QifReader:
    """Implements `payments.ports.BankFileReader` for QIF."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its first line, which begins with an exclamation mark."""
        line = file.opening_line.strip().lower()
        return "QIF" if re.match(r"!(type:|account|option:|clear:)", line) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements, one for each account. Raises UnableToRead naming the line."""
        order = _date_order(file)
        reading = _Reading(order)
        number, kind = 0, ""
        record: list[str] = []
        for number, raw in file.lines():
            line = raw.lstrip("\ufeff").rstrip()
            if line.startswith("!"):
                if record:
                    raise unreadable(number, _("The record before has not ended (^)."))
                kind = line[1:].strip().lower()
                yield from reading.begin(kind)
            elif line.startswith("^"):
                yield from reading.take(number, kind, record)
                record = []
            elif line:
                record.append(line)
                if len(record) > RECORD_LINES_MAX:
                    raise unreadable(number, _("The record never ends (^)."))
        if record:
            raise cut_off(number, _("the end of the last record (^)"))
        yield from reading.end(number)


def _dates(file: BankFile) -> Iterator[tuple[int, str]]:
    kind = ""
    for number, raw in file.lines():
        line = raw.lstrip("\ufeff")
        if line.startswith("!"):
            kind = line[1:].strip().lower()
        elif line.startswith("D") and kind.removeprefix("type:") in BANK_TYPES:
            yield number, line[1:]


def _date_order(file: BankFile) -> Order:
    """The order that every date of the file fits; month first, as the format's own program writes, where both do.

    Raises UnableToRead when none does.
    """
    fitting: list[Order] = ["year-month", "month-day", "day-month"]
    rising: dict[Order, bool] = dict.fromkeys(fitting, True)
    newest: dict[Order, date | None] = dict.fromkeys(fitting)
    dotted = False
    for number, written in _dates(file):
        dotted = dotted or "." in written
        days = {order: _day(written, order) for order in fitting}
        if not any(days.values()):
            raise unreadable(
                number,
                _("%(written)s fits no order of day and month that the dates before it fit.")
                % {"written": repr(written[:20])},
            )
        fitting = [order for order in fitting if days[order] is not None]
        for order in fitting:
            before, day = newest[order], days[order]
            assert day is not None, "only fitting orders are left"
            rising[order] = rising[order] and (before is None or before <= day)
            newest[order] = day
    if dotted and "day-month" in fitting:
        return "day-month"
    # A bank writes its entries in the order of their days: that tells 03/04 from 04/03.
    return next((order for order in fitting if rising[order]), fitting[0])


def _day(written: str, order: Order) -> date | None:
    found = _DATE.fullmatch(written)
    if found is None:
        return None
    first, second, mark, last = found.groups()
    if order == "year-month":
        return day_of(first, second, last) if len(first) == 4 else None
    if len(first) > 2:
        return None
    # An apostrophe stands before the years from 2000 on.
    year = last if len(last) == 4 else str(2000 + int(last)) if mark == "'" else last.zfill(2)
    return day_of(year, first, second) if order == "month-day" else day_of(year, second, first)


class _Reading:
    def __init__(self, order: Order) -> None:
        self._order = order
        self._account: str | None = None
        self._opening: Decimal | None = None
        self._is_open = False
        self._has_seen_statement = False
        self._contradictions: list[str] = []
        self._has_entries = False

    def begin(self, kind: str) -> Iterator[StatementPart]:
        """A heading: of entries, of accounts, or of lists that are not of the bank."""
        if kind == "account" or kind.removeprefix("type:") in BANK_TYPES:
            yield from self._finish()
        if kind.startswith("type:") and kind.removeprefix("type:") in BANK_TYPES:
            self._is_open = True

    def take(self, number: int, kind: str, record: list[str]) -> Iterator[StatementPart]:
        """A record that has ended."""
        if kind == "account":
            self._account = next((or_none(line[1:]) for line in record if line[0] == "N"), None)
        elif self._is_open and kind.removeprefix("type:") in BANK_TYPES:
            entry, opened_account = self._entry(number, record)
            if opened_account is not None:
                self._account = opened_account or self._account
                self._opening = entry.amount
            else:
                self._has_entries = True
                yield entry

    def _entry(self, number: int, record: list[str]) -> tuple[StatementEntry, str | None]:
        said: dict[str, str] = {}
        shares: list[Decimal] = []
        for line in record:
            letter, text = line[0], line[1:].strip()
            if letter == "$":
                shares.append(_amount(number, text))
            elif letter not in said:
                said[letter] = text
        if "D" not in said or not ("T" in said or "U" in said):
            raise unreadable(number, _("The record that ends here has no date (D) or no amount (T)."))
        amount = _amount(number, said.get("T", said.get("U", "")))
        if shares and sum(shares) != amount:
            self._contradictions.append(
                _("The shares of the record that ends in line %(line)d are %(sum)s, its amount is %(amount)s.")
                % {"line": number, "sum": sum(shares), "amount": amount}
            )
        day = _day(said["D"], self._order)
        payee = or_none(said.get("P", ""))
        entry = StatementEntry(
            day,
            day,
            amount,
            bank_reference=or_none(said.get("N", "")),
            counterparty=payee,
            remittance=or_none(said.get("M", "")),
            code=or_none(said.get("L", "")),
        )
        is_opening = not self._has_entries and self._opening is None and (payee or "").lower() == OPENING
        return entry, said.get("L", "").strip("[]") if is_opening else None

    def _finish(self) -> Iterator[StatementEnd]:
        if self._is_open:
            self._has_seen_statement = True
            yield StatementEnd(
                account=self._account,
                currency=None,
                opening=self._opening,
                contradictions=tuple(self._contradictions),
            )
        self._is_open, self._has_entries = False, False
        self._opening, self._contradictions = None, []

    def end(self, number: int) -> Iterator[StatementPart]:
        """The last statement. Raises UnableToRead when there was none."""
        yield from self._finish()
        if not self._has_seen_statement:
            raise cut_off(number, _("a list of bank entries (!Type:Bank)"))


def _amount(number: int, written: str) -> Decimal:
    """Either decimal mark: of two marks the last is it, a single comma followed by three digits groups thousands."""
    text = written.replace(" ", "").replace("'", "")
    if "," in text and "." in text:
        text = text.replace("," if text.rfind(".") > text.rfind(",") else ".", "")
    elif text.count(",") > 1 or re.fullmatch(r"[+-]?\d{1,3},\d{3}", text):
        text = text.replace(",", "")
    amount = plain_amount(text)
    if amount is None:
        raise unreadable(number, _("%(written)s is not an amount.") % {"written": repr(written[:30])})
    return amount
