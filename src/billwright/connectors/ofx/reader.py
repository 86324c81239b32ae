"""The reader of OFX: both versions as one stream of elements, whose leaves version 1 does not close."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from billwright.payments.bank_text import BankFile, day_of, or_none, plain_amount
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart, UnableToRead

STATEMENTS: Final = frozenset({"STMTRS", "CCSTMTRS"})
# One element that has not ended after so many letters is made to exhaust the memory.
OPEN_LETTERS_MAX: Final = 1024 * 1024
DEPTH_MAX: Final = 64

_ELEMENT = re.compile(r"<(/?)([A-Za-z0-9_.]+)\s*>([^<]*)")
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")


class OfxReader:
    """Implements `payments.ports.BankFileReader` for OFX 1 and 2."""

    def recognizes(self, file: BankFile) -> str | None:
        """By its header of either version, or its first element."""
        head = file.head.lstrip()
        return "OFX" if head[:9].upper() == "OFXHEADER" or "<?OFX" in head or re.search(r"<OFX>", head) else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Entries and statements. Raises UnableToRead naming the place in the order of elements."""
        reading = _Reading()
        for place, is_end, name, text in _elements(file):
            yield from reading.take(place, is_end, name, text)
        reading.finish()


def _elements(file: BankFile) -> Iterator[tuple[int, bool, str, str]]:
    """Letter at which it stands, whether it ends, name and text of every element after the header."""
    held, before, has_begun = "", 0, False
    for piece in file.chunks():
        held += piece
        if not has_begun:
            start = held.find("<OFX>")
            if "<!" in held[: start if start >= 0 else None]:
                raise UnableToRead(
                    _("The file declares a document type or entities, which no bank statement does."),
                    where=_("letter %d") % (before + held.find("<!")),
                    cure=_("Do not open it; ask the bank where it comes from."),
                )
            if start < 0:
                continue
            held, before, has_begun = held[start:], before + start, True
        last = 0
        for found in _ELEMENT.finditer(held):
            # The text of the last may go on in the next piece.
            if found.end() == len(held) and piece:
                break
            last = found.end()
            yield before + found.start(), bool(found.group(1)), found.group(2).upper(), found.group(3)
        held, before = held[last:], before + last
        if len(held) > OPEN_LETTERS_MAX:
            raise UnableToRead(_("One element is larger than any bank writes."), where=_("letter %d") % before)
    if held.strip():
        raise UnableToRead(
            _("This is no element of OFX: %(text)s") % {"text": held.strip()[:40]}, where=_("letter %d") % before
        )


class _Reading:
    """The aggregates that are open, and the leaves of the entry and of the statement that are being read."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._leaf: str | None = None
        self._statement: dict[str, str] | None = None
        self._entry: dict[str, str] | None = None
        self._place = 0
        self._contradictions: list[str] = []
        self._has_seen_statement = False
        self._has_ended = False

    def take(self, place: int, is_end: bool, name: str, text: str) -> Iterator[StatementPart]:
        """Read an element: a leaf has text, an aggregate has none and is always closed."""
        self._place = place
        said = text.strip()
        if is_end:
            if name == self._leaf:
                self._leaf = None
            else:
                yield from self._end(name)
            return
        self._leaf = None
        if said:
            self._leaf = name
            self._say(name, or_none(html.unescape(said)) or "")
            return
        if len(self._open) >= DEPTH_MAX:
            raise self._unreadable(_("Elements stand within elements without end."))
        self._open.append(name)
        if name in STATEMENTS:
            self._statement, self._contradictions = {}, []
        elif name == "STMTTRN" and self._statement is not None:
            self._entry = {}

    def _say(self, name: str, said: str) -> None:
        inside = self._open[-1] if self._open else ""
        if self._entry is not None:
            self._entry.setdefault(name if inside == "STMTTRN" else f"{inside}.{name}", said)
        elif self._statement is not None:
            self._statement.setdefault(name if inside in STATEMENTS else f"{inside}.{name}", said)

    def _end(self, name: str) -> Iterator[StatementPart]:
        if name not in self._open:
            # The end of a leaf that was empty.
            return
        while self._open:
            ended = self._open.pop()
            if ended == name:
                break
        if name == "STMTTRN" and self._entry is not None:
            entry, self._entry = self._entry, None
            yield self._entry_of(entry)
        elif name in STATEMENTS and self._statement is not None:
            statement, self._statement = self._statement, None
            self._has_seen_statement = True
            yield self._statement_of(statement)
        elif name == "OFX":
            self._has_ended = True

    def _entry_of(self, said: dict[str, str]) -> StatementEntry:
        amount = _amount(said.get("TRNAMT", ""))
        if amount is None:
            raise self._unreadable(_("The entry has no amount that can be read: %s") % said.get("TRNAMT", "")[:40])
        booking_date = self._day(said, "DTPOSTED")
        if booking_date is None:
            raise self._unreadable(_("The entry has no date (DTPOSTED)."))
        currency = said.get("CURRENCY.CURSYM")
        account_currency = (self._statement or {}).get("CURDEF")
        if currency and account_currency and currency != account_currency:
            self._contradictions.append(
                _("The entry %(key)s is in %(theirs)s, the account in %(ours)s.")
                % {"key": said.get("FITID", ""), "theirs": currency, "ours": account_currency}
            )
        name = said.get("NAME") or said.get("PAYEE.NAME")
        return StatementEntry(
            booking_date,
            self._day(said, "DTAVAIL") or booking_date,
            amount,
            said.get("FITID"),
            said.get("REFNUM") or said.get("CHECKNUM"),
            name,
            said.get("BANKACCTTO.ACCTID") or said.get("CCACCTTO.ACCTID"),
            said.get("MEMO") or said.get("EXTDNAME"),
            said.get("TRNTYPE"),
            currency=currency or account_currency,
        )

    def _statement_of(self, said: dict[str, str]) -> StatementEnd:
        closing = None
        if "LEDGERBAL.BALAMT" in said:
            closing = _amount(said["LEDGERBAL.BALAMT"])
            if closing is None:
                raise self._unreadable(_("The balance cannot be read: %s") % said["LEDGERBAL.BALAMT"][:40])
        return StatementEnd(
            account=said.get("BANKACCTFROM.ACCTID") or said.get("CCACCTFROM.ACCTID"),
            currency=said.get("CURDEF"),
            closing=closing,
            contradictions=tuple(self._contradictions),
        )

    def _day(self, said: dict[str, str], name: str) -> date | None:
        """The civil day as the bank writes it: a zone in brackets behind it says whose day, and moves nothing."""
        written = said.get(name)
        if not written:
            return None
        found = _DAY.match(written)
        day = day_of(*found.groups()) if found else None
        if day is None:
            raise self._unreadable(_("%(written)s is not a date.") % {"written": repr(written[:40])})
        return day

    def finish(self) -> None:
        """Raises UnableToRead when the document has not ended or holds no statement."""
        if not self._has_ended:
            raise self._unreadable(_("The file is cut off: </OFX> is missing."))
        if not self._has_seen_statement:
            raise self._unreadable(_("The file holds no bank or card statement."))

    def _unreadable(self, message: str) -> UnableToRead:
        return UnableToRead(message, where=_("letter %d") % self._place, cure=_("Download it from the bank again."))


def _amount(written: str) -> Decimal | None:
    """A decimal point or comma; some banks group thousands although the format has no such thing."""
    text = written.replace(" ", "")
    if "," in text and "." in text:
        grouping = "," if text.rfind(".") > text.rfind(",") else "."
        text = text.replace(grouping, "")
    return plain_amount(text)
