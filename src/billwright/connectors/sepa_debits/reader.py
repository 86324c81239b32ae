"""The reader of pain.002: what the bank says of a file of debits, of its blocks and of single debits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments.ports import UnableToRead
from billwright.payments.ports.collection_files import ResultEntry

REJECTED: Final = "RJCT"
# Settled on the creditor's or the debtor's account; everything else is an answer on the way.
PAID: Final = frozenset({"ACSC", "ACCC"})
NOT_SAID: Final = "MS03"


class StatusReportReader:
    """Implements `payments.ports.ResultFileReader` for pain.002 of every version."""

    def recognizes(self, content: bytes) -> str | None:
        """By the name of the message among the first letters."""
        return "pain.002" if b"pain.002." in content[:2000] or b"<CstmrPmtStsRpt" in content[:2000] else None

    def read(self, content: bytes) -> Iterator[ResultEntry]:
        """The answers in the order of the file. Raises UnableToRead naming the place.

        A file or block that was rejected whole is answered by its message's name, whether its debits follow or not.
        """
        report = _named(_tree(content), "CstmrPmtStsRpt")
        if report is None:
            raise UnableToRead(_("The status report itself is missing."), where="CstmrPmtStsRpt")
        group = _named(report, "OrgnlGrpInfAndSts")
        found = 0
        for block in _all(report, "OrgnlPmtInfAndSts"):
            for one in _all(block, "TxInfAndSts"):
                found += 1
                yield _entry(one, found, block, group)
            if _text(block, "PmtInfSts") == REJECTED:
                yield _whole(block, group, sequence=_sequence(block))
        if _text(group, "GrpSts") == REJECTED:
            yield _whole(group, group)


def _sequence(block: Element) -> str:
    """Which of our blocks it is: they are named by the message and their sequence; another name matches no debit.

    Raises UnableToRead without a name, which would stand for the whole file.
    """
    name = _text(block, "OrgnlPmtInfId")
    if not name:
        raise UnableToRead(_("A block was rejected that has no name."), where="OrgnlPmtInfAndSts")
    return name.rpartition("-")[2] or name


def _whole(of: Element | None, group: Element | None, *, sequence: str = "") -> ResultEntry:
    """The answer about all debits of a file or of a block."""
    return ResultEntry(
        end_to_end="",
        message_id=_text(group, "OrgnlMsgId"),
        sequence=sequence,
        code=_code(of) or _code(group) or NOT_SAID,
        text=_words(of),
        place="OrgnlPmtInfAndSts" if sequence else "OrgnlGrpInfAndSts",
    )


def _entry(one: Element, number: int, block: Element, group: Element | None) -> ResultEntry:
    place = _("transaction %d") % number
    reference = _text(one, "OrgnlEndToEndId")
    if not reference:
        raise UnableToRead(_("An answer names no debit."), where=place, row=number)
    status = _text(one, "TxSts") or _text(block, "PmtInfSts") or _text(group, "GrpSts")
    return ResultEntry(
        end_to_end=reference,
        code=(_code(one) or _code(block) or _code(group) or NOT_SAID) if status == REJECTED else "",
        text=_words(one),
        amount=_amount(one, place, number),
        day=_day(_text(one, "AccptncDtTm")),
        is_paid=status in PAID,
        place=place,
    )


def _amount(one: Element, place: str, number: int) -> Money | None:
    reference = _named(one, "OrgnlTxRef")
    amount = None if reference is None else next((e for e in reference.iter() if _tag(e) == "InstdAmt"), None)
    if amount is None:
        return None
    try:
        return Money.of(Decimal((amount.text or "").strip()), amount.get("Ccy", ""))
    except (InvalidOperation, Refusal) as error:
        raise UnableToRead(_("The amount cannot be read."), where=place, row=number) from error


def _code(of: Element | None) -> str:
    reason = None if of is None else _named(of, "StsRsnInf")
    found = None if reason is None else _named(reason, "Rsn")
    return _text(found, "Cd") or _text(found, "Prtry")


def _words(of: Element | None) -> str:
    reason = None if of is None else _named(of, "StsRsnInf")
    return _text(reason, "AddtlInf")[:200]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2].rpartition(":")[2]


def _named(parent: Element, tag: str) -> Element | None:
    return next((child for child in parent if _tag(child) == tag), None)


def _all(parent: Element, tag: str) -> Iterator[Element]:
    return (child for child in parent if _tag(child) == tag)


def _text(parent: Element | None, tag: str) -> str:
    child = None if parent is None else next((one for one in parent if _tag(one) == tag), None)
    return "" if child is None else (child.text or "").strip()


def _tree(content: bytes) -> Element:
    """The document. One that declares a type or entities is refused at its first letter: no entity can grow."""
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data

    def refuse(*_declared: object) -> None:
        raise UnableToRead(
            _("The file declares a document type or entities, which no status report does."),
            where=_("line %d") % parser.CurrentLineNumber,
            row=parser.CurrentLineNumber,
        )

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (LookupError, ValueError) as error:
        raise UnableToRead(_("The file names an encoding that is not known here."), where=_("line %d") % 1) from error
    except expat.ExpatError as error:
        raise UnableToRead(
            _("This is not well-formed XML: %(problem)s.") % {"problem": expat.ErrorString(error.code)},
            where=_("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.offset + 1},
            row=error.lineno,
        ) from error
    return builder.close()
