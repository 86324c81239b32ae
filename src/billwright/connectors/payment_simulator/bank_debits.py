"""Files of debits as a bank reads them: SEPA, the American clearing house, South African EFT, Indian NACH.

Read here on its own, by the published forms and not by the code that writes them: what the one writes wrongly the other
must not read rightly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

NACH_LETTERS: Final = 306
NACHA_LETTERS: Final = 94


class BankFileKind(StrEnum):
    """Whose file it is."""

    SEPA = "SEPA"
    """A direct debit in euro, pain.008."""
    NACHA = "NACHA"
    """The American clearing house."""
    ZA = "ZA"
    """A batch of South African debit orders."""
    NACH = "NACH"
    """The Indian clearing house."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitAsked:
    """One debit of a file. `line` is the record as it came, where an answer repeats it; `trace` what names it there."""

    reference: str
    amount_minor: int
    currency: str
    holder: str
    account: str
    bank: str = ""
    trace: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitFile:
    """A file of debits. `head` are records of the file that an answer repeats; `company` whom it is for."""

    kind: BankFileKind
    message: str
    action_day: date
    company: str
    account: str
    debits: tuple[DebitAsked, ...]
    head: tuple[str, ...] = ()


def read(content: bytes) -> DebitFile:
    """The debits of a file. Raises Refusal `simulator.unknown_file` for what is no file of debits."""
    first = content[:2000]
    try:
        if b"pain.008." in first:
            return _sepa(content)
        lines = [line for line in content.decode("latin-1").splitlines() if line.strip()]
        if lines and lines[0].startswith("101") and len(lines[0]) == NACHA_LETTERS:
            return _nacha(lines)
        if lines and lines[0].startswith("H\t"):
            return _za(lines)
        if lines and lines[0].startswith("56") and len(lines[0]) == NACH_LETTERS:
            return _nach(lines)
    except (ParseError, ValueError, IndexError, AttributeError) as error:
        raise _unknown(str(error)) from error
    raise _unknown("")


def _unknown(why: str) -> Refusal:
    return Refusal(
        "simulator.unknown_file",
        _("SIMULATOR: this is no file of debits that its bank knows. %(why)s") % {"why": why[:120]},
        field="file",
        cure=_("Give it a pain.008, a NACHA file, a South African batch or an Indian NACH file."),
    )


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element, *path: str) -> str:
    found: Element | None = element
    for name in path:
        found = next((child for child in (found if found is not None else ()) if _tag(child) == name), None)
    return (found.text or "").strip() if found is not None else ""


def _sepa(content: bytes) -> DebitFile:
    # Whoever gives a file to the simulator has written it: no stranger's document comes here.
    message = fromstring(content)[0]  # noqa: S314
    blocks = [child for child in message if _tag(child) == "PmtInf"]
    debits = [
        DebitAsked(
            reference=_text(one, "PmtId", "EndToEndId"),
            amount_minor=int(Decimal(_text(one, "InstdAmt")) * 100),
            currency="EUR",
            holder=_text(one, "Dbtr", "Nm"),
            account=_text(one, "DbtrAcct", "Id", "IBAN"),
        )
        for block in blocks
        for one in block
        if _tag(one) == "DrctDbtTxInf"
    ]
    header = next(child for child in message if _tag(child) == "GrpHdr")
    return DebitFile(
        kind=BankFileKind.SEPA,
        message=_text(header, "MsgId"),
        action_day=date.fromisoformat(_text(blocks[0], "ReqdColltnDt")),
        company=_text(blocks[0], "Cdtr", "Nm"),
        account=_text(blocks[0], "CdtrAcct", "Id", "IBAN"),
        debits=tuple(debits),
    )


def _nacha(lines: list[str]) -> DebitFile:
    batches = [line for line in lines if line.startswith("5")]
    debits = [
        DebitAsked(
            reference=line[39:54].strip(),
            amount_minor=int(line[29:39]),
            currency="USD",
            holder=line[54:76].strip(),
            account=line[12:29].strip(),
            bank=line[3:12],
            trace=line[79:94],
            line=line,
        )
        for line in lines
        if line.startswith("6")
    ]
    return DebitFile(
        kind=BankFileKind.NACHA,
        message=lines[0][23:33],
        action_day=datetime.strptime(batches[0][69:75], "%y%m%d").date(),  # noqa: DTZ007 -- a day has no zone
        company=batches[0][40:50],
        account=batches[0][79:87],
        debits=tuple(debits),
        head=(lines[0], batches[0]),
    )


def _za(lines: list[str]) -> DebitFile:
    head = lines[0].split("\t")
    # The key record says which field stands where: 102 the name, 136 the account, 162 cents, 301 what comes back.
    keys = {key: place for place, key in enumerate(lines[1].split("\t"))}
    rows = [line.split("\t") for line in lines if line.startswith("T\t")]
    debits = [
        DebitAsked(
            reference=row[keys["301"]],
            amount_minor=int(row[keys["162"]]),
            currency="ZAR",
            holder=row[keys["102"]],
            account=row[keys["136"]],
        )
        for row in rows
    ]
    return DebitFile(
        kind=BankFileKind.ZA,
        message=head[4],
        action_day=datetime.strptime(head[5], "%Y%m%d").date(),  # noqa: DTZ007 -- a day has no zone
        company=head[1],
        account="",
        debits=tuple(debits),
    )


def _nach(lines: list[str]) -> DebitFile:
    head = lines[0]
    debits = [
        DebitAsked(
            reference=line[231:261].strip(),
            amount_minor=int(line[120:133]),
            currency="INR",
            holder=line[31:71].strip(),
            account=line[167:202].strip(),
            bank=line[156:167],
            line=line,
        )
        for line in lines[1:]
        if line.startswith("67")
    ]
    return DebitFile(
        kind=BankFileKind.NACH,
        message=head[174:192].strip(),
        action_day=datetime.strptime(head[125:133], "%d%m%Y").date(),  # noqa: DTZ007 -- a day has no zone
        company=head[156:174].strip(),
        account=head[203:238].strip(),
        debits=tuple(debits),
        head=(head,),
    )
