"""The reader of processors' statements: debit orders that came back, by our own reference among their fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.money import Money
from billwright.kernel.texts import storable
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import ResultEntry

HEADER: Final = "SH"
FOOTER: Final = "SF"
# A debit order that came back unpaid, or was disputed later.
UNPAID: Final = "DRU"
# So many fields are the processor's; those behind them are what we sent.
OWN_FIELDS_AFTER: Final = 7
_REFERENCE: Final = re.compile(r"C\d{10}")
_CENTS: Final = re.compile(r"[0-9]{1,15}")
_CODE: Final = re.compile(r"\b(\d{2})\b")


class UnpaidReader:
    """Implements `payments.ports.ResultFileReader` for tab-delimited statements of South African processors."""

    def recognizes(self, content: bytes) -> str | None:
        """By the record identifiers at the beginning."""
        return "ZA-UNPAID" if re.match(rb"(FH\t[^\n]*\n)?SH\t\d{8}\t", content) else None

    def read(self, content: bytes) -> Iterator[ResultEntry]:
        """What came back. Raises UnableToRead naming the line; a statement without its footer is cut off."""
        ended = True
        number = 0
        for number, line in enumerate(storable(content.decode("latin-1")).splitlines(), start=1):
            fields = line.split("\t")
            if fields[0] == HEADER:
                ended = False
            elif fields[0] == FOOTER:
                ended = True
            elif len(fields) > 1 and fields[1] == UNPAID:
                yield _entry(number, fields)
        if not ended:
            raise UnableToRead(
                _("The file is cut off: %(missing)s is missing.") % {"missing": FOOTER},
                where=_("after line %d") % number,
            )


def _entry(number: int, fields: list[str]) -> ResultEntry:
    """Date, kind, the processor's number, words with the code, cents, sign, tax, then our own fields."""
    where = _("line %d") % number
    fields = [*fields, *[""] * (OWN_FIELDS_AFTER - len(fields))]
    day = _day(fields[0])
    reference = next((found for found in fields[OWN_FIELDS_AFTER:] if _REFERENCE.fullmatch(found.strip())), "")
    code = next(
        (found.group(1) for found in (_CODE.search(text) for text in (fields[3], *fields[OWN_FIELDS_AFTER:])) if found),
        "",
    )
    if day is None or _CENTS.fullmatch(fields[4]) is None or not reference or not code:
        raise UnableToRead(_("An unpaid debit names no day, amount, reference or code."), where=where, row=number)
    return ResultEntry(
        end_to_end=reference.strip(),
        code=code,
        text=fields[3].strip()[:200],
        amount=Money(int(fields[4]), "ZAR"),
        day=day,
        is_return=True,
        place=where,
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
