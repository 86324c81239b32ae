"""The writer of NACHA files: records of 94 letters, a batch per kind of receiver, blocks of ten lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from stdnum.exceptions import ValidationError
from stdnum.us import rtn

from billwright.kernel.errors import Refusal
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, WrittenFile
from billwright.payments.states import BankDetailsKind

RECORD_LETTERS: Final = 94
BLOCK_LINES: Final = 10
AMOUNT_MINOR_MAX: Final = 10**10 - 1
DEBITS_ONLY: Final = "225"
# By these words the receiving bank knows that a returned debit is presented again.
RETRY_WORDS: Final = "RETRY PYMT"
ENTRY_WORDS: Final = "PAYMENT"
# Debits of a checking and of a savings account.
CODES: Final = {"checking": "27", "savings": "37"}
CONSUMER, ORGANIZATION = "PPD", "CCD"


@dataclass(slots=True)
class _Totals:
    """What control records announce."""

    count: int = 0
    hash_: int = 0
    debits: int = 0

    def add(self, other: _Totals) -> None:
        self.count += other.count
        self.hash_ += other.hash_
        self.debits += other.debits

    @property
    def hash_digits(self) -> str:
        """The sum of the receiving banks' numbers, its last ten digits."""
        return f"{self.hash_ % 10**10:010d}"


@dataclass(slots=True)
class _File:
    lines: list[str] = field(default_factory=list)

    def add(self, line: str) -> None:
        assert len(line) == RECORD_LETTERS, f"a record has 94 letters: {line!r}"
        self.lines.append(line)


class NachaDebitWriter:
    """Implements `payments.ports.DebitFileWriter` for debits by ACH.

    Terms of the agreement: `destination` the routing number of the bank that takes the file (else that of our own
    account), `destination_name`, `origin` (else the company number with a 1 before it).
    """

    schemes = frozenset({"nacha"})

    def write(self, batch: DebitBatch) -> WrittenFile:
        """The file. Raises Refusal naming the row, or what was agreed with the bank."""
        odfi = _routing(batch.own.details.branch, "bank_account_id")
        made = _File()
        made.add(_file_header(batch, odfi))
        total, number = _Totals(), 0
        for kind, is_retry in ((CONSUMER, False), (CONSUMER, True), (ORGANIZATION, False), (ORGANIZATION, True)):
            chosen = [
                (row, debit)
                for row, debit in enumerate(batch.debits, start=1)
                if (debit.is_organization, debit.is_retry) == (kind == ORGANIZATION, is_retry)
            ]
            if chosen:
                number += 1
                total.add(_batch(made, batch, kind, chosen, number=number, is_retry=is_retry, odfi=odfi))
        _file_control(made, total, number)
        content = "\r\n".join(made.lines) + "\r\n"
        return WrittenFile(name=f"{batch.message_id}.ach", media_type="text/plain", content=content.encode("ascii"))


def _routing(text: str, name: str, row: int | None = None) -> str:
    try:
        return str(rtn.validate(text))
    except ValidationError as error:
        raise Refusal(
            "nacha.routing",
            _("%(text)s is no routing number.") % {"text": repr(text)},
            field=name,
            row=row,
            cure=_("It has nine digits, of which the last proves the others."),
        ) from error


def _text(text: str, letters: int) -> str:
    """ASCII capitals, to the left, cut and filled to a length."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return "".join(letter if letter.isprintable() else " " for letter in plain)[:letters].ljust(letters)


def _company(batch: DebitBatch) -> str:
    return _text(batch.own.creditor_id, 10)


def _file_header(batch: DebitBatch, odfi: str) -> str:
    destination = _routing(batch.own.terms.get("destination", odfi), "destination")
    origin = batch.own.terms.get("origin") or f"1{batch.own.creditor_id}"
    return (
        f"101 {destination}{_text(origin, 10).strip():>10}{batch.made_at:%y%m%d%H%M}A094101"
        f"{_text(batch.own.terms.get('destination_name', ''), 23)}{_text(batch.own.creditor_name, 23)}{'':8}"
    )


def _batch(
    made: _File, batch: DebitBatch, kind: str, debits: Sequence[tuple[int, DebitOut]], *, number: int, is_retry: bool,
    odfi: str,
) -> _Totals:  # fmt: skip
    words = RETRY_WORDS if is_retry else ENTRY_WORDS
    made.add(
        f"5{DEBITS_ONLY}{_text(batch.own.creditor_name, 16)}{'':20}{_company(batch)}{kind}{_text(words, 10)}"
        f"{batch.made_at:%y%m%d}{batch.action_day:%y%m%d}{'':3}1{odfi[:8]}{number:07d}"
    )
    totals = _Totals()
    for row, debit in debits:
        receiver = _entry(made, row, debit, trace=f"{odfi[:8]}{row:07d}")
        totals.add(_Totals(count=1, hash_=int(receiver[:8]), debits=debit.amount.amount_minor))
    made.add(
        f"8{DEBITS_ONLY}{totals.count:06d}{totals.hash_digits}{totals.debits:012d}{0:012d}{_company(batch)}"
        f"{'':19}{'':6}{odfi[:8]}{number:07d}"
    )
    return totals


def _entry(made: _File, row: int, debit: DebitOut, *, trace: str) -> str:
    """One entry; returns the receiving bank's number."""
    if debit.details.kind != BankDetailsKind.US:
        raise Refusal(
            "nacha.account",
            _("This is no American bank account."),
            field="details",
            row=row,
            cure=_("Record a mandate with its routing and account number."),
        )
    if debit.amount.currency != "USD" or not 0 < debit.amount.amount_minor <= AMOUNT_MINOR_MAX:
        raise Refusal("nacha.amount", _("An entry is above zero, in USD, of ten digits."), field="amount", row=row)
    receiver = _routing(debit.details.branch, "branch", row)
    made.add(
        f"6{CODES[debit.details.account_type]}{receiver}{debit.details.number:<17}{debit.amount.amount_minor:010d}"
        f"{_text(debit.end_to_end, 15)}{_text(debit.holder, 22)}{'':2}0{trace}"
    )
    return receiver


def _file_control(made: _File, total: _Totals, batches: int) -> None:
    blocks = -(-(len(made.lines) + 1) // BLOCK_LINES)
    made.add(f"9{batches:06d}{blocks:06d}{total.count:08d}{total.hash_digits}{total.debits:012d}{0:012d}{'':39}")
    while len(made.lines) % BLOCK_LINES:
        made.add("9" * RECORD_LETTERS)
