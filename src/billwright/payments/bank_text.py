"""The letters, numbers and dates of bank files, which agree on nothing: encodings, line ends, decimal marks, years."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import BinaryIO, Final

from django.utils.translation import gettext as _

from billwright.payments.ports import UnableToRead

HEAD_BYTES: Final = 64 * 1024
CHUNK_BYTES: Final = 1024 * 1024
LINE_MAX: Final = 256 * 1024
COUNT_DIGITS_MAX: Final = 18
# Two-digit years: banks write no dates before 1970 and none fifty years ahead.
CENTURY_TURNS_AT: Final = 70

_PLAIN = re.compile(r"[+-]?[0-9]{1,20}(?:[.,][0-9]{0,8})?", re.ASCII)
_POINT = re.compile(r"[+-]?[0-9]{1,20}(?:\.[0-9]{1,8})?", re.ASCII)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Bytes that Windows-1252 leaves without a letter; a file that has them is Latin-1.
_NOT_IN_WINDOWS = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


@dataclass(frozen=True, slots=True)
class BankFile:
    """A bank file from its first byte: how its text is encoded, and what it begins with. The source is seekable.

    A zero in its text is read as a blank: no bank means it, and no database keeps it.
    """

    source: BinaryIO
    encoding: str
    head: str

    @property
    def opening_line(self) -> str:
        """The first line that is not blank, without its end."""
        return next((line for line in self.head.splitlines() if line.strip()), "")

    def lines(self) -> Iterator[tuple[int, str]]:
        """Number, from one, and text of every line, without its end; any of the three line ends."""
        with self._text() as text:
            for number, line in enumerate(iter(partial(text.readline, LINE_MAX), ""), start=1):
                if len(line) == LINE_MAX:
                    raise unreadable(number, _("The line is longer than any bank writes."))
                yield number, line.rstrip("\n").replace("\x00", " ")

    def pieces(self) -> Iterator[str]:
        """The text in large pieces, with every line end as a line feed."""
        with self._text() as text:
            for piece in iter(partial(text.read, CHUNK_BYTES), ""):
                yield piece.replace("\x00", " ")

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        self.source.seek(0)
        text = io.TextIOWrapper(self.source, encoding=self.encoding, errors="replace", newline=None)
        try:
            yield text
        finally:
            text.detach()

    def chunks(self) -> Iterator[str]:
        """The text in pieces, for formats that know no lines."""
        self.source.seek(0)
        decode = codecs.getincrementaldecoder(self.encoding)(errors="replace").decode
        while piece := self.source.read(CHUNK_BYTES):
            yield decode(piece).replace("\x00", " ")
        yield decode(b"", final=True)


def open_bank_file(source: BinaryIO) -> BankFile:
    """Look at the bytes once and say how they are written: UTF-8 where they are, else Windows-1252 or Latin-1.

    Raises UnableToRead when there are none.
    """
    source.seek(0)
    head = source.read(HEAD_BYTES)
    if not head.strip():
        raise UnableToRead(_("The file is empty."), where=_("byte 0"), cure=_("Download it from the bank again."))
    encoding = _encoding(source, head)
    return BankFile(
        source=source,
        encoding=encoding,
        head=codecs.getincrementaldecoder(encoding)(errors="replace").decode(head).lstrip("\ufeff"),
    )


def _encoding(source: BinaryIO, head: bytes) -> str:
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    # Text of our alphabets in UTF-16 without a mark has a zero in every other byte.
    if head[1:64:2].count(0) > len(head[1:64:2]) * 0.8:
        return "utf-16-le"
    if head[0:64:2].count(0) > len(head[0:64:2]) * 0.8:
        return "utf-16-be"
    source.seek(0)
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        while piece := source.read(CHUNK_BYTES):
            decode(piece)
        decode(b"", final=True)
    except UnicodeDecodeError:
        return _single_byte_encoding(source)
    return "utf-8"


def _single_byte_encoding(source: BinaryIO) -> str:
    source.seek(0)
    while piece := source.read(CHUNK_BYTES):
        if any(byte in piece for byte in _NOT_IN_WINDOWS):
            return "latin-1"
    return "cp1252"


def plain_amount(text: str) -> Decimal | None:
    """An amount with a point or comma as its decimal mark and no grouping; None for anything else."""
    if _PLAIN.fullmatch(text) is None:
        return None
    return Decimal(text.replace(",", "."))


def point_amount(text: str) -> Decimal | None:
    """An amount with a decimal point alone, as XML schemas write it; None for anything else."""
    return Decimal(text) if _POINT.fullmatch(text) else None


def minor_amount(digits: str, places: int) -> Decimal | None:
    """Whole digits with implied decimal places; None where there is anything but digits."""
    if not digits.isascii() or not digits.isdigit() or len(digits) > 20:
        return None
    return Decimal(digits).scaleb(-places)


def says_other_count(said: str, counted: int) -> bool:
    """Whether a file announces another number of parts than are there; where no number stands it announces none."""
    return said.isdecimal() and (len(said) > COUNT_DIGITS_MAX or int(said) != counted)


def day_of(year: str, month: str, day: str) -> date | None:
    """A civil date out of digits, with two or four of the year; None where there is no such day."""
    try:
        numbers = int(year), int(month), int(day)
        if len(year) == 2:
            century = 1900 if numbers[0] >= CENTURY_TURNS_AT else 2000
            return date(century + numbers[0], numbers[1], numbers[2])
        return date(*numbers)
    except ValueError:
        return None


def short_day(digits: str) -> date | None:
    """YYMMDD."""
    return day_of(digits[0:2], digits[2:4], digits[4:6]) if len(digits) == 6 and digits.isdecimal() else None


def day_first(digits: str) -> date | None:
    """DDMMYY."""
    return day_of(digits[4:6], digits[2:4], digits[0:2]) if len(digits) == 6 and digits.isdecimal() else None


def or_none(text: str) -> str | None:
    """The text in single spaces and without control characters, or None when there is none."""
    if not text:
        return None
    text = text.strip()
    if text.isprintable() and "  " not in text:
        return text or None
    text = " ".join(text.split())
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text).strip()
    return text or None


def unreadable(number: int, message: str, *, cure: str | None = None) -> UnableToRead:
    """The refusal of a line."""
    return UnableToRead(message, where=_("line %d") % number, row=number, cure=cure)


def cut_off(number: int, missing: str) -> UnableToRead:
    """The refusal of a file that ends before its format lets it end."""
    return UnableToRead(
        _("The file is cut off: %(missing)s is missing.") % {"missing": missing},
        where=_("after line %d") % number,
        cure=_("Download it from the bank again."),
    )
