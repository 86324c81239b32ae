"""NACH debit files: records of 306 letters, a header (56) and an item (67) a debit; answers come in the same form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.texts import storable
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import DebitBatch, DebitOut, ResultEntry, WrittenFile
from billwright.payments.states import BankDetailsKind

RECORD_LETTERS: Final = 306
# Field names with their lengths, in the order of the record.
HEADER: Final = {
    "code": 2, "control_a": 7, "user_name": 40, "control_b": 14, "file_number": 9, "control_c": 9, "control_d": 15,
    "folio": 3, "item_limit": 13, "total": 13, "settlement": 8, "sequence": 10, "checksum": 10, "filler_a": 3,
    "user_number": 18, "user_reference": 18, "sponsor_ifsc": 11, "user_account": 35, "items": 9, "cycle": 2,
    "filler_b": 57,
}  # fmt: skip
ITEM: Final = {
    "code": 2, "control_a": 9, "account_type": 2, "folio": 3, "control_b": 15, "holder": 40, "control_c": 9,
    "control_d": 7, "user_name": 20, "control_e": 13, "amount": 13, "sequence": 10, "checksum": 10, "flag": 1,
    "reason": 2, "ifsc": 11, "account": 35, "sponsor_ifsc": 11, "user_number": 18, "reference": 30, "product": 3,
    "aadhaar": 15, "umrn": 20, "filler": 7,
}  # fmt: skip
HEADER_CODE, ITEM_CODE = "56", "67"
AMOUNT_MINOR_MAX: Final = 10**13 - 1
SAVINGS: Final = "10"
PAID_FLAG: Final = "1"
# The result is still to come: no answer yet, or the debit would be asked for twice.
EXTENDED: Final = "98"
_UMRN: Final = re.compile(r"[A-Z]{4}[A-Z0-9]{16}")
assert sum(HEADER.values()) == sum(ITEM.values()) == RECORD_LETTERS


def _record(layout: Mapping[str, int], values: Mapping[str, str | int]) -> str:
    """A record: numbers to the right with zeros before them, texts to the left, what is not given blank."""
    parts = []
    for name, letters in layout.items():
        value = values.get(name, "")
        parts.append(f"{value:0{letters}d}" if isinstance(value, int) else _text(value, letters))
    return "".join(parts)


def _text(text: str, letters: int) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return "".join(letter if letter.isprintable() else " " for letter in plain)[:letters].ljust(letters)


class NachDebitWriter:
    """Implements `payments.ports.DebitFileWriter` for NACH debits.

    The creditor identifier is the user number (utility code). Terms: `sponsor_ifsc` of the bank that takes the file.
    """

    schemes = frozenset({"in-nach"})

    def write(self, batch: DebitBatch) -> WrittenFile:
        """The file. Raises Refusal naming the row, or the term that is missing."""
        sponsor = batch.own.terms.get("sponsor_ifsc") or batch.own.details.branch
        if not re.fullmatch(r"[A-Z]{4}0[A-Z0-9]{6}", sponsor):
            raise Refusal(
                "in_nach.sponsor",
                _("The IFSC of the bank that takes the file is missing or wrong."),
                field="terms",
                cure=_("Enter it as sponsor_ifsc."),
            )
        header = _record(
            HEADER,
            {
                "code": HEADER_CODE,
                "user_name": batch.own.creditor_name,
                "item_limit": max(debit.amount.amount_minor for debit in batch.debits),
                "total": batch.total.amount_minor,
                "settlement": f"{batch.action_day:%d%m%Y}",
                "user_number": batch.own.creditor_id,
                "user_reference": batch.message_id,
                "sponsor_ifsc": sponsor,
                "user_account": batch.own.details.number,
                "items": len(batch.debits),
            },
        )
        items = [_item(row, debit, batch, sponsor) for row, debit in enumerate(batch.debits, start=1)]
        content = "\r\n".join([header, *items]) + "\r\n"
        return WrittenFile(name=f"{batch.message_id}.txt", media_type="text/plain", content=content.encode("ascii"))


def _item(row: int, debit: DebitOut, batch: DebitBatch, sponsor: str) -> str:
    if debit.details.kind != BankDetailsKind.IN:
        raise Refusal(
            "in_nach.account",
            _("This is no Indian bank account."),
            field="details",
            row=row,
            cure=_("Record a mandate with its account number and IFSC."),
        )
    if debit.amount.currency != "INR" or not 0 < debit.amount.amount_minor <= AMOUNT_MINOR_MAX:
        raise Refusal("in_nach.amount", _("A debit is above zero and in INR."), field="amount", row=row)
    if not _UMRN.fullmatch(debit.bank_reference):
        raise Refusal(
            "in_nach.umrn",
            _("The mandate has no UMRN: four letters and sixteen letters or digits."),
            field="bank_reference",
            row=row,
            cure=_("Record the one that the bank gave when it registered the mandate."),
        )
    return _record(
        ITEM,
        {
            "code": ITEM_CODE,
            "account_type": debit.details.account_type or SAVINGS,
            "holder": debit.holder,
            "user_name": batch.own.creditor_name,
            "amount": debit.amount.amount_minor,
            "ifsc": debit.details.branch,
            "account": debit.details.number,
            "sponsor_ifsc": sponsor,
            "user_number": batch.own.creditor_id,
            "reference": debit.end_to_end,
            "umrn": debit.bank_reference,
        },
    )


class NachAnswerReader:
    """Implements `payments.ports.ResultFileReader` for answered NACH debit files."""

    def recognizes(self, content: bytes) -> str | None:
        """By a header of 306 letters."""
        first = content.split(b"\n", 1)[0].rstrip(b"\r")
        is_header = first.startswith(HEADER_CODE.encode()) and len(first) == RECORD_LETTERS
        return "IN-NACH" if is_header else None

    def read(self, content: bytes) -> Iterator[ResultEntry]:
        """Paid and returned debits. Raises UnableToRead naming the line, also where count or sum differ."""
        lines = [line for line in storable(content.decode("latin-1")).splitlines() if line.strip()]
        header = _fields(HEADER, lines[0], 1)
        day = _day(header["settlement"])
        items = [_fields(ITEM, line, number) for number, line in enumerate(lines[1:], start=2)]
        answers = [_answer(number, item, day) for number, item in enumerate(items, start=2)]
        _refuse_contradiction(header, items)
        for item, answer in zip(items, answers, strict=True):
            if item["reason"] != EXTENDED:
                yield answer


def _refuse_contradiction(header: Mapping[str, str], items: Sequence[Mapping[str, str]]) -> None:
    """Raise UnableToRead where the header announces another count or sum; what it leaves blank it does not say."""
    proofs = (
        ("items", len(items), _("The header announces %(said)s items, %(is)d are there.")),
        (
            "total",
            sum(int(item["amount"]) for item in items),
            _("The header announces a sum of %(said)s in the smallest unit, the items come to %(is)d."),
        ),
    )
    for name, found, message in proofs:
        said = header[name].strip()
        if said.isdecimal() and int(said) != found:
            raise UnableToRead(message % {"said": said, "is": found}, where=_("line %d") % 1)


def _answer(number: int, item: Mapping[str, str], day: date | None) -> ResultEntry:
    where = _("line %d") % number
    reference, amount = item["reference"].strip(), item["amount"].strip()
    if not reference or not amount.isascii() or not amount.isdecimal() or item["flag"] not in "01":
        raise UnableToRead(_("An item names no reference, amount or result."), where=where, row=number)
    is_paid = item["flag"] == PAID_FLAG
    return ResultEntry(
        end_to_end=reference,
        code="" if is_paid else item["reason"].strip(),
        amount=Money(int(amount), "INR"),
        day=day,
        is_paid=is_paid,
        place=where,
    )


def _fields(layout: Mapping[str, int], line: str, number: int) -> dict[str, str]:
    if len(line) != RECORD_LETTERS:
        raise UnableToRead(
            _("A record has %(is)d letters instead of %(most)d.") % {"is": len(line), "most": RECORD_LETTERS},
            where=_("line %d") % number,
            row=number,
        )
    fields, place = {}, 0
    for name, letters in layout.items():
        fields[name] = line[place : place + letters]
        place += letters
    return fields


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%d%m%Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
