"""The reader of BAI2: records of comma-separated fields, continued by 88, each level closed by its control total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import exponent
from billwright.payments.bank_text import BankFile, cut_off, or_none, says_other_count, short_day, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart

# BAI2 type codes: 010 opening ledger, 015 closing ledger, 030 current ledger, 040/045 the same of available money.
OPENING: Final = "010"
CLOSINGS: Final = ("015", "030")
# Not money: information and status records of the type codes.
NOT_MONEY: Final = frozenset({"890"})
# A record with all its continuations; beyond it a file is made to exhaust.
RECORD_LETTERS_MAX: Final = 256 * 1024

_MINOR = re.compile(r"[+-]?[0-9]{1,18}")


class BaiReader:
    """Implements `payments.ports.BankFileReader` for BAI2."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its file header: record 01 with version 2 at its end."""
        return "BAI2" if re.match(r"01,[^,]*,[^,]*,\d{6},\d{0,4},", file.opening_line.strip()) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements, one for each account record. Raises UnableToRead naming the line."""
        reading = _Reading()
        number = 0
        for number, count, record in _records(file):
            yield from reading.take(number, count, record)
        reading.finish(number)


def _records(file: BankFile) -> Iterator[tuple[int, int, str]]:
    """Line number, number of physical records, and logical record without its slash, continuations joined."""
    begun, count, record = 0, 0, ""
    for number, raw in file.lines():
        line = raw.strip().lstrip("\ufeff")
        if not line:
            continue
        if line.startswith("88,"):
            if not count:
                raise unreadable(number, _("A continuation stands before any record."))
            # A slash ends the fields so far; text goes on as it is.
            joint = "," if record.endswith("/") else " "
            record = record.removesuffix("/") + joint + line[3:]
            count += 1
            if len(record) > RECORD_LETTERS_MAX:
                raise unreadable(number, _("The record is longer than any bank writes."))
            continue
        if count:
            yield begun, count, record
        begun, count, record = number, 1, line
    if count:
        yield begun, count, record


@dataclass(slots=True)
class _Account:
    """An account record as far as it has been read; amounts in minor units."""

    number: str | None
    currency: str
    opening: int | None = None
    closing: int | None = None
    sum_minor: int = 0
    record_count: int = 0
    contradictions: list[str] = field(default_factory=list)


class _Reading:
    def __init__(self) -> None:
        self._day: date | None = None
        self._group_currency = "USD"
        self._account: _Account | None = None
        self._ended: StatementEnd | None = None
        # Sums and counts of the group and of the file, to hold their trailers against.
        self._group = [0, 0, 0]
        self._file = [0, 0, 0]
        self._faults: list[str] = []
        self._has_ended = False

    def take(self, number: int, count: int, record: str) -> Iterator[StatementPart]:
        code = record[:2]
        fields = record.removesuffix("/").split(",")
        if self._account is not None and code in ("16", "49"):
            self._account.record_count += count
        self._file[2] += count
        self._group[2] += count
        if code == "02":
            yield from self._release()
            self._group = [0, 0, count]
            self._day = short_day(_at(fields, 4))
            if self._day is None:
                raise unreadable(number, _("The group names no day: %(said)s") % {"said": _at(fields, 4)[:20]})
            self._group_currency = _at(fields, 6) or "USD"
        elif code == "03":
            yield from self._release()
            self._begin_account(number, count, fields)
        elif code == "16":
            yield from self._entry(number, fields)
        elif code == "49":
            self._end_account(number, fields)
        elif code == "98":
            self._check(number, fields, self._group, _("group"))
            self._file = [self._file[0] + self._group[0], self._file[1] + 1, self._file[2]]
        elif code == "99":
            self._check(number, fields, self._file, _("file"))
            self._has_ended = True
            yield from self._release()
        elif code != "01":
            raise unreadable(number, _("There is no record %(code)s in this format.") % {"code": repr(code)})

    def _begin_account(self, number: int, count: int, fields: list[str]) -> None:
        if self._account is not None:
            raise unreadable(number, _("The account before has no trailer (record 49)."))
        currency = _at(fields, 2) or self._group_currency
        account = self._account = _Account(number=or_none(_at(fields, 1)), currency=currency, record_count=count)
        place = 3
        while place < len(fields):
            code, written = fields[place], _at(fields, place + 1)
            amount = _minor(number, written) if written else None
            place = _behind_funds(fields, place + 3)
            account.sum_minor += amount or 0
            if code == OPENING:
                account.opening = amount
            elif code in CLOSINGS and amount is not None and (account.closing is None or code == CLOSINGS[0]):
                account.closing = amount

    def _entry(self, number: int, fields: list[str]) -> Iterator[StatementPart]:
        account = self._account
        if account is None or len(fields) < 4:
            raise unreadable(number, _("An entry stands outside of an account, or has no amount."))
        code, minor = fields[1], _minor(number, fields[2]) if fields[2] else 0
        account.sum_minor += minor
        if code in NOT_MONEY or not minor:
            return
        value_date = self._day
        if fields[3] == "V":
            value_date = short_day(_at(fields, 4)) or self._day
        place = _behind_funds(fields, 3)
        # The text is the rest of the record, commas and all.
        text = ",".join(fields[place + 2 :])
        yield StatementEntry(
            self._day,
            value_date,
            self._major(number, account, -minor if _is_debit(number, code) else minor),
            or_none(_at(fields, place)),
            or_none(_at(fields, place + 1)),
            None,
            None,
            or_none(text),
            code,
            currency=account.currency,
        )

    def _end_account(self, number: int, fields: list[str]) -> None:
        account, self._account = self._account, None
        if account is None:
            raise unreadable(number, _("A trailer stands outside of an account."))
        self._ended = StatementEnd(
            account=account.number,
            currency=account.currency,
            opening=self._balance(number, account, account.opening),
            closing=self._balance(number, account, account.closing),
            contradictions=(*account.contradictions, *_differences(number, fields, account)),
        )
        self._group[0] += account.sum_minor
        self._group[1] += 1

    def _balance(self, number: int, account: _Account, minor: int | None) -> Decimal | None:
        return None if minor is None else self._major(number, account, minor)

    def _major(self, number: int, account: _Account, minor: int) -> Decimal:
        """Minor units with the places of the account's currency: the format writes no decimal point."""
        try:
            return Decimal(minor).scaleb(-exponent(account.currency))
        except Refusal as refused:
            raise unreadable(number, refused.message) from refused

    def _check(self, number: int, fields: list[str], sums: list[int], level: str) -> None:
        stated = _minor(number, _at(fields, 1))
        if stated != sums[0]:
            self._faults.append(
                _("The control total of the %(level)s is %(said)d, its amounts are %(sum)d.")
                % {"level": level, "said": stated, "sum": sums[0]}
            )
        for said, counted, what in ((_at(fields, 2), sums[1], _("parts")), (_at(fields, 3), sums[2], _("records"))):
            if says_other_count(said, counted):
                self._faults.append(
                    _("The %(level)s announces %(said)s %(what)s, %(counted)d are there.")
                    % {"level": level, "said": said, "what": what, "counted": counted}
                )

    def _release(self) -> Iterator[StatementPart]:
        """The statement that has ended, with what the trailers behind it contradict."""
        ended, self._ended = self._ended, None
        if ended is not None:
            faults, self._faults = tuple(self._faults), []
            yield StatementEnd(
                account=ended.account,
                currency=ended.currency,
                opening=ended.opening,
                closing=ended.closing,
                contradictions=ended.contradictions + faults,
            )

    def finish(self, number: int) -> None:
        """Raises UnableToRead when the file trailer is missing."""
        if not self._has_ended:
            raise cut_off(number, _("the file trailer (record 99)"))


def _differences(number: int, fields: list[str], account: _Account) -> Iterator[str]:
    stated = _minor(number, _at(fields, 1))
    if stated != account.sum_minor:
        yield _("The control total of the account is %(said)d, its amounts are %(sum)d.") % {
            "said": stated,
            "sum": account.sum_minor,
        }
    said = _at(fields, 2)
    if says_other_count(said, account.record_count):
        yield _("The account announces %(said)s records, %(count)d are there.") % {
            "said": said,
            "count": account.record_count,
        }


def _behind_funds(fields: list[str], place: int) -> int:
    """The place behind the funds type at `place` and what it brings: S three amounts, V a day and a time, D pairs."""
    kind = _at(fields, place)
    if kind == "S":
        return place + 4
    if kind == "V":
        return place + 3
    if kind == "D":
        count = _at(fields, place + 1)
        return place + 2 + 2 * (int(count) if count.isdecimal() and len(count) < 4 else 0)
    return place + 1


def _is_debit(number: int, code: str) -> bool:
    """By the ranges of the type codes: 100 to 399 credits, 400 to 699 debits, of the customary 920 and 960."""
    if len(code) != 3 or not code.isdecimal():
        raise unreadable(number, _("%(code)s is no type code.") % {"code": repr(code[:10])})
    if "100" <= code <= "399" or "920" <= code <= "959":
        return False
    if "400" <= code <= "699" or "960" <= code <= "999":
        return True
    # 700 to 799 are of loans: 720 to 799 are payments made by the customer to it, the rest are drawn.
    if "700" <= code <= "719":
        return False
    if "720" <= code <= "799":
        return True
    raise unreadable(number, _("Type code %(code)s is neither a credit nor a debit.") % {"code": code})


def _minor(number: int, written: str) -> int:
    if _MINOR.fullmatch(written.strip()) is None:
        raise unreadable(number, _("%(written)s is not an amount.") % {"written": repr(written[:30])})
    return int(written)


def _at(fields: list[str], place: int) -> str:
    return fields[place].strip() if place < len(fields) else ""
