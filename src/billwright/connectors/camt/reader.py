"""The reader of camt files: which message it is, its statements, their balances, their entries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from billwright.connectors.camt.paths import ACCOUNT_NUMBERS, Names
from billwright.connectors.camt.plans import is_booked, read_entry, signed
from billwright.connectors.camt.shapes import Planned, Shapes, cut_entries, of_element
from billwright.connectors.camt.tree import GrowingTree
from billwright.payments.bank_text import BankFile, or_none, point_amount, says_other_count
from billwright.payments.ports import StatementEnd, StatementEntry, StatementPart, UnableToRead

FORMATS: Final = {
    "BkToCstmrAcctRpt": "camt.052",
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
}
STATEMENTS: Final = ("Stmt", "Rpt", "Ntfctn")
# A message stands below the document, which an envelope may hold with its header.
ENVELOPES_MAX: Final = 4
# One element that has not ended after so many letters is made to exhaust the memory.
OPEN_LETTERS_MAX: Final = 64 * 1024 * 1024

_MESSAGE = re.compile(r"<(?:[\w.-]+:)?(" + "|".join(FORMATS) + r")[\s>/]")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")


class CamtReader:
    """Implements `payments.ports.BankFileReader` for camt.052, camt.053 and camt.054 of every version."""

    def recognizes(self, file: BankFile) -> str | None:
        """By the name of the message, whatever its version, prefix or envelope."""
        found = _MESSAGE.search(file.head)
        return FORMATS[found.group(1)] if found else None

    def read(self, file: BankFile) -> Iterator[StatementPart]:
        """Booked entries and their statements. Raises UnableToRead, also for any document type declaration."""
        entries: list[str | Planned] = []
        shapes = Shapes()
        pieces = _undeclared(file)
        if not _has_comments(file):
            pieces = cut_entries(pieces, entries, shapes)
        reading = _Reading(entries, shapes)
        tree, held = GrowingTree(), 0
        for piece in pieces:
            tree.feed(piece)
            held += len(piece)
            for part in reading.take(tree.root, is_end=False):
                yield part
                held = 0
            if held > OPEN_LETTERS_MAX:
                raise UnableToRead(_("One element is larger than any bank writes."), where="/Document")
        tree.feed("", is_end=True)
        yield from reading.take(tree.root, is_end=True)
        if not reading.statement_count:
            raise UnableToRead(_("The message holds no statement."), where="/Document")


def _undeclared(file: BankFile) -> Iterator[str]:
    """The text without what it says of its encoding: the parser is given the letters, not the bytes."""
    is_first = True
    for piece in file.chunks():
        if is_first:
            declaration = _DECLARATION.match(piece.lstrip("\ufeff"))
            is_first = False
            if declaration:
                end = declaration.end()
                yield "\n" * piece[:end].count("\n") + piece.lstrip("\ufeff")[end:]
                continue
        yield piece


def _has_comments(file: BankFile) -> bool:
    """Whether anything but elements and texts stands in the document: comments, CDATA, instructions."""
    last = ""
    for number, piece in enumerate(file.chunks()):
        text = last + piece
        # One letter is looked for many times as fast as two of which the first is everywhere.
        if ("!" in text and "<!" in text) or ("?" in text and text.find("<?", 200 if number == 0 else 0) >= 0):
            return True
        last = piece[-1:]
    return False


class _Reading:
    """What has been read of a document: the statement that is open, and the entries cut out of the text."""

    def __init__(self, entries: list[str | Planned], shapes: Shapes) -> None:
        self.statement_count = 0
        self._entries = entries
        self._shapes = shapes
        self._open: _Statement | None = None

    def take(self, root: Element | None, *, is_end: bool) -> Iterator[StatementPart]:
        """Take off the tree what is complete. The entries of the text stand in the order of the tree's."""
        waiting = iter(self._entries)
        for names, statement, is_open in _statements(root, is_end=is_end):
            if self._open is None:
                self.statement_count += 1
                self._open = _Statement(names, self._shapes)
            children = statement[: -1 if is_open else None]
            yield from self._open.take(children, waiting)
            del statement[: len(children)]
            if not is_open:
                yield self._open.end()
                self._open = None
        self._entries[:] = list(waiting)


def _statements(root: Element | None, *, is_end: bool) -> Iterator[tuple[Names, Element, bool]]:
    """Statements that have something to take, each with whether it may still grow; ended ones leave the tree."""
    messages = list(_messages(root, ENVELOPES_MAX)) if root is not None else []
    for message in messages:
        prefix = message.tag.rpartition(":")[0]
        names = Names(f"{prefix}:" if prefix else "")
        known = {names[local] for local in STATEMENTS}
        children = list(message)
        for child in children:
            is_open = not is_end and message is messages[-1] and child is children[-1]
            if child.tag in known:
                yield names, child, is_open
                if not is_open:
                    message.remove(child)


def _messages(element: Element, levels: int) -> Iterator[Element]:
    if element.tag.rpartition(":")[2] in FORMATS:
        yield element
    elif levels:
        for child in element:
            yield from _messages(child, levels - 1)


class _Statement:
    """A statement as far as it has been read."""

    def __init__(self, names: Names, shapes: Shapes) -> None:
        self._names = names
        self._shapes = shapes
        self._account: str | None = None
        self._currency: str | None = None
        self._numbers: dict[str, str] = {}
        self._balances: list[tuple[str, Decimal]] = []
        self._count = 0
        self._unbooked_count = 0
        self._absolute = Decimal(0)
        self._stated: list[tuple[str, str]] = []
        self._contradictions: list[str] = []

    def take(self, children: list[Element], waiting: Iterator[str | Planned]) -> list[StatementPart]:
        """Read complete children of the statement, in their order; an entry cut out of the text is an empty one."""
        names, entry_tag = self._names, self._names["Ntry"]
        lines: list[StatementPart] = []
        for child in children:
            if child.tag == entry_tag:
                lines += self._entry(child, waiting)
            elif child.tag == names["Acct"]:
                number = names.first(child, *ACCOUNT_NUMBERS)
                self._account = None if number is None else or_none(number.text or "")
                self._currency = names.text(child, "Ccy") or self._currency
            elif child.tag == names["Bal"]:
                self._take_balance(child)
            elif child.tag == names["TxsSummry"]:
                self._take_summary(child)
            elif len(child) == 0 and child.text:
                self._numbers[child.tag.rpartition(":")[2]] = child.text.strip()
        return lines

    def _entry(self, element: Element, waiting: Iterator[str | Planned]) -> list[StatementEntry]:
        self._count += 1
        said = None if len(element) else next(waiting, None)
        if said is None:
            plan, texts = of_element(self._names, element)
        elif isinstance(said, str):
            plan, texts = self._plan(said)
        else:
            plan, texts = said
        if not is_booked(plan, texts):
            self._unbooked_count += 1
            return []
        if plan.currency is not None and plan.currency != self._currency:
            self._meet_currency(plan.currency)
        lines = read_entry(plan, texts, self._count)
        for line in lines:
            self._absolute += abs(line.amount)
        return lines

    def _plan(self, text: str) -> Planned:
        """Where an entry that was cut out says what. The parser counts its lines from its own first: it is named."""
        try:
            return self._shapes.plan(self._names, text)
        except UnableToRead as error:
            raise UnableToRead(error.message, where=f"Ntry[{self._count}]", cure=error.cure) from error

    def _meet_currency(self, currency: str) -> None:
        if self._currency is None:
            self._currency = currency
            return
        self._contradictions.append(
            _("%(where)s is in %(theirs)s, the account in %(ours)s.")
            % {"where": f"Ntry[{self._count}]", "theirs": currency, "ours": self._currency}
        )

    def _take_balance(self, balance: Element) -> None:
        names = self._names
        kind = names.text(balance, "Tp", "CdOrPrtry", "Cd") or names.text(balance, "Tp", "Cd") or ""
        amount = signed(
            balance.findtext(names["Amt"]) or "", balance.findtext(names["CdtDbtInd"]) or "", "Bal[%s]", kind
        )
        stated = balance.find(names["Amt"])
        if self._currency is None and stated is not None:
            self._currency = stated.get("Ccy")
        self._balances.append((kind, amount))

    def _take_summary(self, summary: Element) -> None:
        total = self._names.below(summary, "TtlNtries")
        for local in ("NbOfNtries", "Sum"):
            said = self._names.text(total, local)
            if said:
                self._stated.append((local, said))

    def end(self) -> StatementEnd:
        """The statement, when its last child has been taken."""
        opening = self._balance("OPBD", "PRCD")
        closing = self._balance("CLBD")
        interim = [amount for kind, amount in self._balances if kind == "ITBD"]
        if opening is None and len(interim) > 1:
            opening = interim[0]
        if closing is None and interim:
            closing = interim[-1]
        self._check_summary()
        return StatementEnd(
            account=self._account,
            currency=self._currency,
            number=next(
                (self._numbers[local] for local in ("ElctrncSeqNb", "LglSeqNb", "Id") if self._numbers.get(local)), None
            ),
            opening=opening,
            closing=closing,
            contradictions=tuple(self._contradictions),
        )

    def _balance(self, *kinds: str) -> Decimal | None:
        return next((amount for kind in kinds for found, amount in self._balances if found == kind), None)

    def _check_summary(self) -> None:
        """Banks count pending entries or leave them out; a summary that is neither is a contradiction."""
        for local, said in self._stated:
            if local == "NbOfNtries":
                if all(says_other_count(said, count) for count in (self._count, self._count - self._unbooked_count)):
                    self._contradictions.append(
                        _("%(said)s entries are announced, %(count)d are there.") % {"said": said, "count": self._count}
                    )
            elif local == "Sum" and not self._unbooked_count and point_amount(said) not in (None, self._absolute):
                self._contradictions.append(
                    _("Entries of %(said)s in all are announced, they are %(sum)s.")
                    % {"said": said, "sum": self._absolute}
                )
