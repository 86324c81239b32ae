"""The reader of norm 43: records of 80 letters; amounts of fourteen digits, two of them behind the point."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from billwright.payments.bank_text import BankFile, cut_off, minor_amount, or_none, short_day, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart

RECORD_LETTERS: Final = 80
# The norm writes currencies by the numbers of ISO 4217; those that its banks keep accounts in.
CURRENCIES: Final = {
    "978": "EUR", "840": "USD", "826": "GBP", "756": "CHF", "392": "JPY", "752": "SEK", "578": "NOK", "208": "DKK",
    "985": "PLN", "203": "CZK", "348": "HUF", "946": "RON", "975": "BGN", "124": "CAD", "036": "AUD", "554": "NZD",
    "710": "ZAR", "356": "INR", "484": "MXN", "986": "BRL", "170": "COP", "152": "CLP", "604": "PEN", "032": "ARS",
    "504": "MAD", "949": "TRY", "156": "CNY", "344": "HKD", "702": "SGD", "376": "ILS", "784": "AED", "682": "SAR",
}  # fmt: skip
# Of free text an entry may have five records; beyond it a file is made to exhaust.
NOTES_MAX: Final = 50

_HEADER = re.compile(r"11\d{18}\d{12}[12]\d{14}\d{3}")


class SpanishReader:
    """Implements `payments.ports.BankFileReader` for norm 43."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its first record: 11, account, days, balance, currency."""
        return "AEB43" if _HEADER.match(file.opening_line) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements, one for each account. Raises UnableToRead naming the line."""
        reading = _Reading()
        number = 0
        for number, line in file.lines():
            if line.strip(" \x1a"):
                yield from reading.take(number, line.lstrip("\ufeff").ljust(RECORD_LETTERS))
        yield from reading.finish(number)


@dataclass(slots=True)
class _Account:
    number: str
    currency: str
    opening: Decimal
    counts: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    sums: dict[bool, Decimal] = field(default_factory=lambda: {True: Decimal(0), False: Decimal(0)})


class _Reading:
    def __init__(self) -> None:
        self._account: _Account | None = None
        self._entry: StatementEntry | None = None
        self._notes: list[str] = []
        self._held: StatementEnd | None = None
        self._record_count = 0
        self._has_ended = False

    def take(self, number: int, line: str) -> Iterator[StatementPart]:
        kind = line[:2]
        if kind != "88":
            self._record_count += 1
        if kind in ("22", "33", "11"):
            yield from self._flush()
        if kind == "11":
            yield from self._release(())
            self._begin(number, line)
        elif kind == "22":
            self._entry = self._begun_entry(number, line)
        elif kind == "23":
            if self._entry is None or len(self._notes) >= NOTES_MAX:
                raise unreadable(number, _("The text belongs to no entry."))
            self._notes += [line[4:42], line[42:80]]
        elif kind == "33":
            self._end(number, line)
        elif kind == "88":
            if self._account is not None:
                raise unreadable(number, _("The account before has no closing record (33)."))
            yield from self._release(self._differences(line))
            self._has_ended = True
        elif kind not in ("24", "00"):
            raise unreadable(number, _("There is no record %(kind)s in this format.") % {"kind": repr(kind)})

    def _begin(self, number: int, line: str) -> None:
        if self._account is not None:
            raise unreadable(number, _("The account before has no closing record (33)."))
        currency = CURRENCIES.get(line[47:50])
        if currency is None:
            raise unreadable(number, _("Currency number %(said)s is not known.") % {"said": repr(line[47:50])})
        self._account = _Account(
            number=line[2:20].strip(), currency=currency, opening=_signed(number, line[32], line[33:47])
        )

    def _begun_entry(self, number: int, line: str) -> StatementEntry:
        if self._account is None:
            raise unreadable(number, _("An entry stands outside of an account."))
        booking_date, value_date = short_day(line[10:16]), short_day(line[16:22])
        if booking_date is None:
            raise unreadable(number, _("There is no such day: %(said)s") % {"said": line[10:16]})
        amount = _signed(number, line[27], line[28:42])
        is_credit = line[27] == "2"
        self._account.counts[is_credit] += 1
        self._account.sums[is_credit] += abs(amount)
        references = [or_none(part.strip().lstrip("0")) for part in (line[42:52], line[52:64], line[64:80])]
        document, first, second = references
        return StatementEntry(
            booking_date,
            value_date,
            amount,
            bank_reference=document,
            end_to_end=first or second,
            remittance=second if first else None,
            code=f"{line[22:24]}-{line[24:27]}",
            currency=self._account.currency,
        )

    def _flush(self) -> Iterator[StatementEntry]:
        entry, self._entry = self._entry, None
        if entry is not None:
            # The norm cuts text at 38 letters wherever it stands.
            told = or_none("".join(self._notes))
            parts = [part for part in (told, entry.remittance) if part]
            yield entry._replace(remittance=" ".join(parts) or None)
        self._notes = []

    def _end(self, number: int, line: str) -> None:
        account, self._account = self._account, None
        if account is None or line[2:20].strip() != account.number:
            raise unreadable(number, _("The closing record is of another account than the opening one."))
        self._held = StatementEnd(
            account=account.number,
            currency=account.currency,
            opening=account.opening,
            closing=_signed(number, line[58], line[59:73]),
            contradictions=tuple(_account_differences(number, line, account)),
        )

    def _differences(self, line: str) -> tuple[str, ...]:
        said = line[20:26]
        if said.isdecimal() and int(said) != self._record_count:
            return (
                _("The file announces %(said)d records, %(count)d are there.")
                % {"said": int(said), "count": self._record_count},
            )
        return ()

    def _release(self, faults: tuple[str, ...]) -> Iterator[StatementEnd]:
        held, self._held = self._held, None
        if held is not None:
            yield StatementEnd(
                account=held.account,
                currency=held.currency,
                opening=held.opening,
                closing=held.closing,
                contradictions=held.contradictions + faults,
            )

    def finish(self, number: int) -> Iterator[StatementPart]:
        """What is still held. Raises UnableToRead when the file ends before its last record."""
        if not self._has_ended:
            raise cut_off(number, _("the closing record of the file (88)"))
        yield from self._release(())


def _account_differences(number: int, line: str, account: _Account) -> Iterator[str]:
    for is_credit, count, digits in ((False, line[20:25], line[25:39]), (True, line[39:44], line[44:58])):
        total = minor_amount(digits, 2)
        if total is None or not count.isdecimal():
            raise unreadable(number, _("The closing record names no sums."))
        if (int(count), total) != (account.counts[is_credit], account.sums[is_credit]):
            yield _("%(count)d %(side)s of %(sum)s are announced, %(ours)d of %(our_sum)s are there.") % {
                "count": int(count),
                "side": _("credits") if is_credit else _("debits"),
                "sum": total,
                "ours": account.counts[is_credit],
                "our_sum": account.sums[is_credit],
            }


def _signed(number: int, mark: str, digits: str) -> Decimal:
    """Fourteen digits, two of them behind the point: `mark` 1 is debit, 2 credit."""
    amount = minor_amount(digits, 2)
    if amount is None or mark not in "12":
        raise unreadable(number, _("This is not an amount: %(said)s") % {"said": mark + digits})
    return -amount if mark == "1" else amount
