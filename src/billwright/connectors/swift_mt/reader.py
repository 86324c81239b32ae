"""The reader of MT940 and MT942: fields, balances, entries; with or without the envelope of the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Final

from django.utils.translation import gettext as _
from stdnum import iban

from billwright.connectors.swift_mt.narrative import NO_REFERENCE, Narrative, read_narrative
from billwright.payments.bank_text import BankFile, cut_off, day_of, or_none, plain_amount, short_day, unreadable
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart, UnableToRead

# A field of a statement with all its lines; beyond it a file is made to exhaust.
FIELD_LETTERS_MAX: Final = 256 * 1024
# Lines before the first field: what some banks' portals put above a statement.
PREAMBLE_LINES_MAX: Final = 20

# The end of a message, and what networks put between messages.
_ENVELOPE = re.compile(r"(-\}.*|\{[1-5]:.*|-|[\x01\x03$].*)$")
_BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})([\d,.]{1,20})\s*")
_ENTRY = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>[RE]?[CD])(?P<funds>[A-Z])?(?P<amount>\d{1,18}[,.]\d{0,8}|\d{1,15},?)"
    r"(?P<kind>[NFS][A-Z0-9]{3})(?P<rest>.*)"
)
_FLOOR = re.compile(r"([A-Z]{3})[CD]?[\d,.]+")
_SUM = re.compile(r"(\d{1,5})([A-Z]{3})([\d,.]{1,20})\s*")
_CURRENCY_BEHIND = re.compile(r"([A-Z]{2}\d{2}[A-Z0-9]{10,30}?|[\d/]{5,})[ /]?([A-Z]{3})$")
_HEAD_MT940 = re.compile(r"^:60[FM]:", re.MULTILINE)
_HEAD_MT942 = re.compile(r"^:(34F|13D):", re.MULTILINE)


class SwiftReader:
    """Implements `payments.ports.BankFileReader` for MT940 and MT942."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its fields: 20 and 25 at the beginning of lines, then the balance of a day or the limit of an hour."""
        head = file.head.replace("\r", "\n")
        if re.search(r"^:25P?:", head, re.MULTILINE) is None or re.search(r"^(\{4:)?:20:", head, re.MULTILINE) is None:
            return None
        if _HEAD_MT940.search(head):
            return "MT940"
        if _HEAD_MT942.search(head):
            return "MT942"
        return "MT940" if re.search(r"^:28C?:", head, re.MULTILINE) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements; pages of one statement are one. Raises UnableToRead naming the line."""
        reading = _Reading()
        number = 0
        for number, tag, text in _fields(file):
            if reading.waiting is not None:
                entry = reading.flush(text if tag == "86" else None)
                if entry is not None:
                    yield entry
            if tag == "86":
                continue
            if tag == "61":
                reading.begin(number, text)
            else:
                yield from reading.take(number, tag, text)
        yield from reading.end(number)


def _fields(file: BankFile) -> Iterator[tuple[int, str, str]]:
    """Line number, tag and text of each field; a line that begins with no tag continues the field before it."""
    number, tag, text, line = 0, "", "", 0
    for part in chain.from_iterable(_parts(file)):
        word, colon, said = part.partition(":")
        if colon and 2 <= len(word) <= 3 and word[:2].isdecimal():
            if tag:
                yield number, tag, text
            number, tag, text = line, word, said
        elif tag:
            text += f"\n:{part}"
        elif line > PREAMBLE_LINES_MAX:
            raise unreadable(line, _("This is no field of a statement: %(line)s") % {"line": part[:40]})
        line += part.count("\n") + 1 if "\n" in part else 1
        if len(text) > FIELD_LETTERS_MAX:
            raise unreadable(number, _("Field %(tag)s never ends.") % {"tag": tag})
    if tag:
        yield number, tag, text


def _parts(file: BankFile) -> Iterator[list[str]]:
    """The text cut before every line that begins with a colon; the first part is what stands before all of them."""
    held, begun = "\n", False
    for piece in file.pieces():
        text = piece if begun else piece.lstrip("\ufeff")
        begun = True
        if "{4::" in text:
            # Some networks write the first field behind the block's mark.
            text = text.replace("{4::", "{4:\n:")
        parts = (held + text).split("\n:")
        held = parts.pop()
        yield parts
        if len(held) > FIELD_LETTERS_MAX:
            raise UnableToRead(_("A field never ends."), where=_("end of what was read"))
    yield [held]


def _own_lines(text: str) -> list[str]:
    """The lines of a field, without what ends its message or stands between messages."""
    lines = text.split("\n")
    if len(lines) > 1:
        ends = next((place for place, line in enumerate(lines[1:], start=1) if _ENVELOPE.match(line)), len(lines))
        lines = [line for line in lines[:ends] if line and not line.isspace()] or [""]
    return lines


@dataclass(slots=True)
class _Page:
    """A message as far as it has been read. `is_first` and `is_last`: by the letters of its balances."""

    line: int
    account: str | None = None
    number: str | None = None
    currency: str | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    is_first: bool = True
    is_last: bool = True
    is_within_day: bool = False
    contradictions: list[str] = field(default_factory=list)
    counts: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    sums: dict[bool, Decimal] = field(default_factory=lambda: {True: Decimal(0), False: Decimal(0)})


class _Reading:
    def __init__(self) -> None:
        self._page: _Page | None = None
        # The statement whose pages have ended with an intermediate balance: the next page may continue it.
        self._before: _Page | None = None
        # The entry that waits for its field 86: line, field and what stands below its first line.
        self.waiting: tuple[int, re.Match[str], str] | None = None
        self._has_seen_statement = False

    def begin(self, number: int, text: str) -> None:
        """Read a field 61, which waits for the field 86 behind it. Raises UnableToRead."""
        if self._page is None:
            raise _before_any(number, "61")
        found = _ENTRY.match(text)
        if found is None:
            raise unreadable(number, _("This is not an entry (field 61): %(said)s") % {"said": text[:60]})
        self.waiting = number, found, " ".join(_own_lines(text)[1:]) if "\n" in text else ""

    def take(self, number: int, tag: str, text: str) -> list[StatementPart]:
        """Read any other field; what it completes: a statement when the next page begins."""
        if tag == "20":
            parts = self._end_page(number)
            self._page = _Page(line=number)
            return parts
        if self._page is None:
            raise _before_any(number, tag)
        return self._facts(self._page, number, tag, text.partition("\n")[0].strip())

    def _facts(self, page: _Page, number: int, tag: str, said: str) -> list[StatementPart]:
        if tag in ("25", "25P"):
            page.account, page.currency = _account(said)
        elif tag in ("28C", "28"):
            page.number = or_none(said.partition("/")[0])
        elif tag in ("60F", "60M"):
            page.opening, page.currency = _balance(number, said)
            page.is_first = tag == "60F"
            return self._continue(page)
        elif tag in ("62F", "62M"):
            page.closing, currency = _balance(number, said)
            page.is_last = tag == "62F"
            if currency != page.currency:
                page.contradictions.append(
                    _("The closing balance is in %(theirs)s, the opening one in %(ours)s.")
                    % {"theirs": currency, "ours": page.currency}
                )
        elif tag == "34F":
            found = _FLOOR.match(said)
            page.currency = found.group(1) if found else page.currency
            page.is_within_day = True
        elif tag == "13D":
            page.is_within_day = True
        elif tag in ("90D", "90C"):
            self._check_sum(page, number, said, is_credit=tag == "90C")
        return []

    def _continue(self, page: _Page) -> list[StatementPart]:
        """Join a page that goes on from an intermediate balance to the statement before it."""
        before, self._before = self._before, None
        if before is None:
            return []
        balance = (before.account, before.currency, before.closing)
        if page.is_first or balance != (page.account, page.currency, page.opening):
            return [_ended(before)]
        page.opening, page.is_first = before.opening, before.is_first
        page.number = page.number or before.number
        page.contradictions = before.contradictions
        return []

    def flush(self, narrative: str | None) -> StatementEntry | None:
        """The entry that waited for its field 86. A field 86 of the whole statement belongs to none."""
        waiting, page = self.waiting, self._page
        if waiting is None:
            return None
        self.waiting = None
        assert page is not None, "an entry stands within a page"
        number, found, supplement = waiting
        entry = _entry(number, found, supplement, narrative, page.currency)
        # EC and ED are expected, not booked.
        if found["mark"][0] == "E":
            return None
        if page.is_within_day:
            page.counts[entry.amount >= 0] += 1
            page.sums[entry.amount >= 0] += abs(entry.amount)
        return entry

    def _check_sum(self, page: _Page, number: int, said: str, *, is_credit: bool) -> None:
        found = _SUM.fullmatch(said)
        amount = plain_amount(found.group(3)) if found else None
        if found is None or amount is None:
            raise unreadable(number, _("This is not a count and a sum: %(said)s") % {"said": said[:40]})
        if (int(found.group(1)), amount) != (page.counts[is_credit], page.sums[is_credit]):
            page.contradictions.append(
                _("Field %(tag)s announces %(said)s, the entries are %(count)d of %(sum)s.")
                % {
                    "tag": "90C" if is_credit else "90D",
                    "said": said,
                    "count": page.counts[is_credit],
                    "sum": page.sums[is_credit],
                }
            )

    def _end_page(self, number: int) -> list[StatementPart]:
        page, self._page = self._page, None
        if page is None:
            return []
        if page.account is None:
            raise unreadable(page.line, _("The statement names no account (field 25)."))
        if page.closing is None and not page.is_within_day:
            raise cut_off(number, _("the closing balance (field 62F) of the statement begun in line %d") % page.line)
        if page.opening is None and not page.is_within_day:
            raise unreadable(page.line, _("The statement has no opening balance (field 60F)."))
        self._has_seen_statement = True
        if page.is_last or page.is_within_day:
            return [_ended(page)]
        self._before = page
        return []

    def end(self, number: int) -> list[StatementPart]:
        """What is still open when the file ends."""
        entry = self.flush(None)
        parts: list[StatementPart] = [] if entry is None else [entry]
        parts += self._end_page(number)
        if self._before is not None:
            parts.append(_ended(self._before))
        if not self._has_seen_statement:
            raise cut_off(number, _("a statement"))
        return parts


def _ended(page: _Page) -> StatementEnd:
    return StatementEnd(
        account=page.account,
        currency=page.currency,
        number=page.number,
        opening=page.opening,
        closing=page.closing,
        contradictions=tuple(page.contradictions),
    )


def _account(said: str) -> tuple[str | None, str | None]:
    """Field 25, where some banks write the currency behind the number."""
    found = _CURRENCY_BEHIND.fullmatch(said)
    # The IBAN of some countries ends with a currency itself.
    return (found.group(1), found.group(2)) if found and not iban.is_valid(said) else (or_none(said), None)


def _balance(number: int, said: str) -> tuple[Decimal, str]:
    found = _BALANCE.fullmatch(said)
    amount = plain_amount(found.group(4)) if found else None
    if found is None or amount is None or short_day(found.group(2)) is None:
        raise unreadable(number, _("This is not a balance: %(said)s") % {"said": said[:40]})
    return amount if found.group(1) == "C" else -amount, found.group(3)


def _before_any(number: int, tag: str) -> UnableToRead:
    return unreadable(number, _("Field %(tag)s stands before field 20 begins a statement.") % {"tag": tag})


def _entry(
    number: int, found: re.Match[str], supplement: str, narrative: str | None, currency: str | None
) -> StatementEntry:
    value, entry, mark, _funds, written, kind, rest = found.groups()
    value_date = _value_day(value)
    if value_date is None:
        raise unreadable(number, _("There is no such day or amount: %(said)s") % {"said": found.group(0)[:40]})
    # The pattern of the field is stricter than that of an amount.
    amount = Decimal(written.replace(",", "."))
    reference, _slashes, bank_reference = rest.partition("//")
    if narrative:
        told = read_narrative(_own_lines(narrative) if "\n" in narrative else [narrative])
    else:
        told = Narrative(remittance=or_none(supplement))
    end_to_end, counterparty, account, remittance, code, return_reason, mandate = told
    if end_to_end is None:
        end_to_end = or_none(reference)
        if end_to_end in NO_REFERENCE:
            end_to_end = None
    return StatementEntry(
        booking_day(value_date, entry) if entry else value_date,
        value_date,
        # RC takes a credit back and RD a debit: money moves the other way.
        amount if mark in ("C", "RD", "EC") else -amount,
        or_none(bank_reference) if bank_reference else None,
        end_to_end,
        counterparty,
        account,
        remittance or or_none(supplement),
        return_reason or code or kind,
        return_reason,
        mandate,
        currency,
    )


@lru_cache(maxsize=4096)
def _value_day(digits: str) -> date | None:
    return short_day(digits)


@lru_cache(maxsize=4096)
def booking_day(value_date: date, month_day: str) -> date | None:
    """The entry date, which names no year: of the three years around the value date the nearest.

    So an entry of 2 January with the value of 30 December is of the next year.
    """
    days = [
        day
        for year in (value_date.year - 1, value_date.year, value_date.year + 1)
        if (day := day_of(f"{year:04}", month_day[:2], month_day[2:])) is not None
    ]
    return min(days, key=lambda day: abs(day - value_date), default=None)
