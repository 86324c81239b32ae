"""The reader of NACHA return files: records of 94 letters; addenda 99 name the reason, addenda 98 a change.

One batch is one statement: the account is the company's identification, since the format does not name ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from billwright.payments.bank_text import BankFile, cut_off, minor_amount, or_none, short_day, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart

RECORD_LETTERS: Final = 94
# Transaction codes by the digit of what moves: 1 and 2 credits to the receiver, 6 and 7 debits; 3 the prenotes.
DEBITS_RETURNED: Final = frozenset({"26", "27", "28", "29", "36", "37", "38", "39", "46", "47", "48", "49", "55", "56"})

_HEADER = re.compile(r"101.{20}\d{6}.{4}.094")


class NachaReturnReader:
    """Implements `payments.ports.BankFileReader` for return files of NACHA."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its file header: record type 1, priority 01, record size 094."""
        return "NACHA" if _HEADER.match(file.opening_line) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Returned entries and one statement a batch. Raises UnableToRead naming the line."""
        reading = _Reading()
        number = 0
        for number, line in file.lines():
            if line.strip():
                yield from reading.take(number, line.lstrip("\ufeff").ljust(RECORD_LETTERS))
        yield from reading.finish(number)


@dataclass(slots=True)
class _Batch:
    company: str | None
    booking_date: date | None
    number: str | None
    debits: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    count: int = 0
    hash_: int = 0
    contradictions: list[str] = field(default_factory=list)


class _Reading:
    def __init__(self) -> None:
        self._created_on: date | None = None
        self._batch: _Batch | None = None
        self._detail: tuple[int, str] | None = None
        self._held: StatementEnd | None = None
        self._batch_count = 0
        self._has_ended = False

    def take(self, number: int, line: str) -> Iterator[StatementPart]:
        kind = line[0]
        if kind == "1":
            self._created_on = short_day(line[23:29])
            if self._created_on is None:
                raise unreadable(number, _("There is no such day: %(said)s") % {"said": line[23:29]})
        elif kind == "5":
            yield from self._release(())
            self._batch = _Batch(
                company=or_none(line[40:50]), booking_date=self._created_on, number=or_none(line[87:94].lstrip("0"))
            )
            self._batch_count += 1
        elif kind == "6":
            self._refuse_unexplained()
            self._detail = number, line
        elif kind == "7":
            yield from self._take_addenda(number, line)
        elif kind == "8":
            self._refuse_unexplained()
            self._end_batch(number, line)
        elif kind == "9":
            yield from self._release(self._differences(line))
            self._has_ended = True
        else:
            raise unreadable(number, _("There is no record %(kind)s in this format.") % {"kind": repr(kind)})

    def _take_addenda(self, number: int, line: str) -> Iterator[StatementPart]:
        if self._batch is None or self._detail is None:
            raise unreadable(number, _("The addenda belong to no entry."))
        self._batch.count += 1
        kind = line[1:3]
        if kind not in ("98", "99"):
            return
        detail_line, detail = self._detail
        self._detail = None
        entry = self._entry(detail_line, detail, line)
        if entry is not None:
            yield entry

    def _entry(self, number: int, detail: str, addenda: str) -> StatementEntry | None:
        batch = self._batch
        assert batch is not None, "an entry stands within a batch"
        amount = minor_amount(detail[29:39], 2)
        code = addenda[3:6]
        if amount is None or not re.fullmatch(r"[RC]\d\d", code):
            raise unreadable(number, _("The entry has no amount, or its addenda no reason."))
        is_debit = detail[1:3] in DEBITS_RETURNED
        self._count(batch, detail, amount, is_debit=is_debit)
        if not amount or code[0] == "C":
            # A notification of change moves no money: it is work, not an entry of an account.
            return None
        # A debit of ours that comes back takes the money with it; a credit of ours that comes back brings it.
        return StatementEntry(
            batch.booking_date,
            batch.booking_date,
            -amount if is_debit else amount,
            bank_reference=or_none(addenda[79:94]),
            end_to_end=or_none(detail[39:54]),
            counterparty=or_none(detail[54:76]),
            counterparty_account=or_none(detail[12:29]),
            remittance=or_none(addenda[35:79]) or or_none(addenda[6:21]),
            code=code,
            return_reason=code,
            currency="USD",
        )

    def _refuse_unexplained(self) -> None:
        """An entry without addenda 98 or 99 is a payment, not a return: this is no return file."""
        if self._detail is not None:
            raise unreadable(
                self._detail[0],
                _("The entry has no return addenda (98 or 99): this is a payment file, not a return file."),
                cure=_("Give the file of returns that the bank sent."),
            )

    def _count(self, batch: _Batch, detail: str, amount: Decimal, *, is_debit: bool) -> None:
        batch.count += 1
        batch.hash_ += int(detail[3:11]) if detail[3:11].isdecimal() else 0
        if is_debit:
            batch.debits += amount
        else:
            batch.credited += amount

    def _end_batch(self, number: int, line: str) -> None:
        batch, self._batch = self._batch, None
        if batch is None:
            raise unreadable(number, _("A batch ends that has not begun."))
        debits, credited = minor_amount(line[20:32], 2), minor_amount(line[32:44], 2)
        if debits is None or credited is None or not line[4:10].isdecimal():
            raise unreadable(number, _("The batch names no sums."))
        if (debits, credited) != (batch.debits, batch.credited):
            batch.contradictions.append(
                _("The batch announces debits of %(debits)s and credits of %(credits)s, they are %(ours)s.")
                % {"debits": debits, "credits": credited, "ours": f"{batch.debits} / {batch.credited}"}
            )
        if int(line[4:10]) != batch.count:
            batch.contradictions.append(
                _("The batch announces %(said)d entries and addenda, %(count)d are there.")
                % {"said": int(line[4:10]), "count": batch.count}
            )
        if line[10:20].isdecimal() and int(line[10:20]) != batch.hash_ % 10**10:
            batch.contradictions.append(_("The sum of the bank numbers differs from the one of the batch."))
        self._held = StatementEnd(
            account=batch.company, currency="USD", number=batch.number, contradictions=tuple(batch.contradictions)
        )

    def _differences(self, line: str) -> tuple[str, ...]:
        said = line[1:7]
        if said.isdecimal() and int(said) != self._batch_count:
            return (
                _("The file announces %(said)d batches, %(count)d are there.")
                % {"said": int(said), "count": self._batch_count},
            )
        return ()

    def _release(self, faults: tuple[str, ...]) -> Iterator[StatementEnd]:
        held, self._held = self._held, None
        if held is not None:
            yield StatementEnd(
                account=held.account,
                currency=held.currency,
                number=held.number,
                contradictions=held.contradictions + faults,
            )

    def finish(self, number: int) -> Iterator[StatementPart]:
        """Raises UnableToRead when the file ends before its control record."""
        if not self._has_ended:
            raise cut_off(number, _("the file control record (9)"))
        yield from self._release(())
