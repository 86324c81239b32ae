"""The reader of CODA: records of 128 letters, of which several make a movement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from billwright.payments.bank_text import BankFile, cut_off, day_first, minor_amount, or_none, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart

RECORD_LETTERS: Final = 128
# Movements of one statement that are held until it is known whether details follow them.
DETAILS_MAX: Final = 100_000

_HEADER = re.compile(r"0[0 ]{4}\d{6}.{3}05")
# Structured communication types whose first twelve digits are the +++123/1234/12345+++ of a Belgian invoice.
_INVOICE_REFERENCES: Final = ("101", "102")


class CodaReader:
    """Implements `payments.ports.BankFileReader` for CODA."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its header record: application code 05 in place 15."""
        return "CODA" if _HEADER.match(file.opening_line) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements. Raises UnableToRead naming the line."""
        reading = _Reading()
        number = 0
        for number, line in file.lines():
            if line.strip():
                yield from reading.take(number, line.lstrip("\ufeff").ljust(RECORD_LETTERS))
        reading.finish(number)


@dataclass(slots=True)
class _Movement:
    """A movement with its records; `details` are the parts of a total."""

    line: int
    sequence: str
    detail: str
    entry: StatementEntry
    communication: str
    is_structured: bool
    information: str = ""
    details: list[_Movement] = field(default_factory=list)


class _Reading:
    def __init__(self) -> None:
        self._account: str | None = None
        self._currency: str | None = None
        self._number: str | None = None
        self._opening: Decimal | None = None
        self._whole: _Movement | None = None
        self._newest: _Movement | None = None
        self._ended: StatementEnd | None = None
        self._debits = self._credits = Decimal(0)
        self._record_count = 0
        self._is_complete = False

    def take(self, number: int, line: str) -> Iterator[StatementPart]:
        kind = line[0]
        if kind in "1238":
            self._record_count += 1
        if kind == "0":
            yield from self._release(())
            self._is_complete, self._record_count = False, 0
            self._debits = self._credits = Decimal(0)
        elif kind == "1":
            self._take_opening(number, line)
        elif kind == "2":
            yield from self._take_movement(number, line)
        elif kind == "3":
            if self._newest is not None:
                self._newest.information += line[40:113] if line[1] == "1" else line[10:115]
        elif kind == "8":
            yield from self._flush()
            self._take_closing(number, line)
        elif kind == "9":
            yield from self._release(tuple(self._differences(number, line)))
            self._is_complete = True
        elif kind != "4":
            raise unreadable(number, _("There is no record %(kind)s in this format.") % {"kind": repr(kind)})

    def _take_opening(self, number: int, line: str) -> None:
        structure, account = line[1], line[5:42]
        # 0: Belgian number, 1: foreign number, 2: Belgian IBAN, 3: foreign IBAN; the currency stands behind it.
        if structure == "0":
            self._account, self._currency = or_none(account[:12]), or_none(account[13:16])
        elif structure in "123":
            self._account, self._currency = or_none(account[:34]), or_none(account[34:37])
        else:
            raise unreadable(number, _("There is no account structure %(kind)s.") % {"kind": repr(structure)})
        self._number = or_none(line[2:5])
        self._opening = _signed(number, line[42], line[43:58])

    def _take_closing(self, number: int, line: str) -> None:
        if self._opening is None:
            raise unreadable(number, _("A new balance stands before any old one."))
        self._ended = StatementEnd(
            account=self._account,
            currency=self._currency,
            number=self._number,
            opening=self._opening,
            closing=_signed(number, line[41], line[42:57]),
        )

    def _take_movement(self, number: int, line: str) -> Iterator[StatementPart]:
        if line[1] == "1":
            movement = self._begun(number, line)
            if movement.detail == "0000" or self._whole is None or self._whole.sequence != movement.sequence:
                yield from self._flush()
                self._whole = movement
                self._count(movement.entry.amount)
            elif len(self._whole.details) < DETAILS_MAX:
                self._whole.details.append(movement)
            else:
                raise unreadable(number, _("A movement has more parts than any bank writes."))
            self._newest = movement
            return
        movement_or_none = self._newest
        if movement_or_none is None or movement_or_none.sequence != line[2:6]:
            raise unreadable(number, _("The record continues a movement that has not begun."))
        movement = movement_or_none
        if line[1] == "2":
            movement.communication += line[10:63]
            reason = or_none(line[113:117])
            movement.entry = movement.entry._replace(
                end_to_end=_reference(line[63:98]),
                return_reason=reason,
                code=reason or movement.entry.code,
            )
        elif line[1] == "3":
            movement.communication += line[82:125]
            movement.entry = movement.entry._replace(
                counterparty=or_none(line[47:82]), counterparty_account=or_none(line[10:44])
            )
        else:
            raise unreadable(number, _("There is no record 2%(part)s.") % {"part": line[1]})

    def _begun(self, number: int, line: str) -> _Movement:
        booking_date = day_first(line[115:121])
        if booking_date is None:
            raise unreadable(number, _("There is no such day: %(said)s") % {"said": line[115:121]})
        value_date: date | None = day_first(line[47:53])
        entry = StatementEntry(
            booking_date,
            value_date,
            _signed(number, line[31], line[32:47]),
            bank_reference=or_none(line[10:31]),
            code=or_none(line[53:61]),
            currency=self._currency,
        )
        return _Movement(number, line[2:6], line[6:10], entry, line[62:115], line[61] == "1")

    def _count(self, amount: Decimal) -> None:
        if amount < 0:
            self._debits -= amount
        else:
            self._credits += amount

    def _flush(self) -> Iterator[StatementEntry]:
        """The movement that is complete: its parts where it is a total (type 1 or 2) that they add up to, else it."""
        whole, self._whole, self._newest = self._whole, None, None
        if whole is None:
            return
        # Parts of parts (type 9) are within the parts.
        parts = [part for part in whole.details if (part.entry.code or "")[:1] in ("5", "6", "7")]
        code = whole.entry.code or ""
        if code[:1] in ("1", "2") and parts and sum(part.entry.amount for part in parts) == whole.entry.amount:
            for part in parts:
                yield _finished(part, whole)
        else:
            yield _finished(whole, whole)

    def _differences(self, number: int, line: str) -> Iterator[str]:
        counted, debits, credited = line[16:22], minor_amount(line[22:37], 3), minor_amount(line[37:52], 3)
        if debits is None or credited is None:
            raise unreadable(number, _("The trailer names no sums."))
        if counted.isdecimal() and int(counted) != self._record_count:
            yield _("The trailer announces %(said)d records, %(count)d are there.") % {
                "said": int(counted),
                "count": self._record_count,
            }
        if (debits, credited) != (self._debits, self._credits):
            yield _("The trailer announces debits of %(debits)s and credits of %(credits)s, they are %(ours)s.") % {
                "debits": debits,
                "credits": credited,
                "ours": f"{self._debits} / {self._credits}",
            }

    def _release(self, contradictions: tuple[str, ...]) -> Iterator[StatementEnd]:
        ended, self._ended, self._opening = self._ended, None, None
        if ended is not None:
            yield StatementEnd(
                account=ended.account,
                currency=ended.currency,
                number=ended.number,
                opening=ended.opening,
                closing=ended.closing,
                contradictions=contradictions,
            )

    def finish(self, number: int) -> None:
        """Raises UnableToRead when the file ends before its trailer."""
        if not self._is_complete:
            raise cut_off(number, _("the trailer (record 9)"))


def _finished(movement: _Movement, whole: _Movement) -> StatementEntry:
    entry = movement.entry
    return entry._replace(
        remittance=_communication(movement) or (None if movement is whole else _communication(whole)),
        counterparty=entry.counterparty or whole.entry.counterparty,
        counterparty_account=entry.counterparty_account or whole.entry.counterparty_account,
    )


def _communication(movement: _Movement) -> str | None:
    """Free text, or the structured reference as people write it: +++123/4567/89012+++."""
    said = movement.communication
    if movement.is_structured:
        kind, digits = said[:3], said[3:15]
        if kind in _INVOICE_REFERENCES and digits.isdecimal():
            return f"+++{digits[:3]}/{digits[3:7]}/{digits[7:]}+++"
        return or_none(said[3:])
    return or_none(said) or or_none(movement.information)


def _signed(number: int, mark: str, digits: str) -> Decimal:
    """Fifteen digits, three of them behind the point: `mark` 0 is credit, 1 debit."""
    amount = minor_amount(digits, 3)
    if amount is None or mark not in "01":
        raise unreadable(number, _("This is not an amount: %(said)s") % {"said": mark + digits})
    return -amount if mark == "1" else amount


def _reference(text: str) -> str | None:
    reference = or_none(text)
    return None if reference in ("NOTPROVIDED", "NONREF") else reference
