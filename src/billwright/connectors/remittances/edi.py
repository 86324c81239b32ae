"""EDIFACT REMADV (UN/EDIFACT D.96A) and ASC X12 820: segments with the separators that their envelopes name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.connectors.remittances.words import LINES_MAX, amount_in, day_in, line_of, own
from billwright.payments.ports.remittances import AdviceLine, AdviceRead, UnreadableAdvice

ISA_LETTERS = 106
# MOA qualifiers of a document, the surest first: remitted, paid, payable.
_PAID = ("12", "11", "9")
_DISCOUNTS = frozenset({"52", "53"})
_ADJUSTED = frozenset({"165", "8", "131"})


def read_remadv(text: str) -> AdviceRead | None:
    """An advice by its service string and message name; None where it is no REMADV."""
    if not re.match(r"\s*(UNA.{6}\s*)?(UNB|UNH)", text, re.DOTALL) or "REMADV" not in text[:2000]:
        return None
    return _Remadv().read(list(_edifact(text.strip())))


def _edifact(text: str) -> Iterator[list[list[str]]]:
    """Segments as elements of components."""
    component, element, release, terminator = ":", "+", "?", "'"
    if text.startswith("UNA"):
        component, element, release, terminator = text[3], text[4], text[6], text[8]
        text = text[9:]
    for segment in _parted(text, terminator, release):
        bare = segment.strip()
        if bare:
            yield [
                [_released(one, release) for one in _parted(part, component, release)]
                for part in _parted(bare, element, release)
            ]


def _parted(text: str, mark: str, release: str) -> list[str]:
    """Cut at a mark that no release sign stands before."""
    parts, begun, place = [], 0, 0
    while place < len(text):
        if text[place] == release:
            place += 2
            continue
        if text[place] == mark:
            parts.append(text[begun:place])
            begun = place + 1
        place += 1
    return [*parts, text[begun:]]


def _released(text: str, release: str) -> str:
    return re.sub(re.escape(release) + r"(.)", r"\1", text, flags=re.DOTALL) if release in text else text


def _at(segment: list[list[str]], element: int, component: int = 0) -> str:
    return segment[element][component] if len(segment) > element and len(segment[element]) > component else ""


def _amount(text: str, where: str) -> Decimal:
    amount = amount_in(text)
    if amount is None:
        raise UnreadableAdvice(_("%(text)s is not an amount.") % {"text": repr(text[:40])}, where=where)
    return amount


class _Remadv:
    """A message as far as it has been read."""

    def __init__(self) -> None:
        self._head: dict[str, str] = {}
        self._documents: list[tuple[str, dict[str, Decimal], list[str]]] = []
        self._summary: dict[str, Decimal] = {}
        self._is_summary = False

    def read(self, segments: list[list[list[str]]]) -> AdviceRead:
        for number, segment in enumerate(segments, start=1):
            self._take(segment, f"{_at(segment, 0)} ({number})")
        if not any(_at(segment, 0) == "UNT" for segment in segments):
            raise UnreadableAdvice(_("The message is cut off: UNT is missing."), where=_("end of the file"))
        return AdviceRead(
            format="REMADV",
            lines=tuple(_document_line(*one) for one in self._documents),
            reference=own(self._head.get("BGM", "")),
            payer=own(self._head.get("PR", "") or self._head.get("BY", "")),
            currency=self._head.get("CUX") or None,
            paid_on=day_in(self._head.get("DTM", "")[:8]),
            stated_total=next((self._summary[kind] for kind in ("12", "9", "128") if kind in self._summary), None),
        )

    def _take(self, segment: list[list[str]], where: str) -> None:
        tag = _at(segment, 0)
        if tag == "DOC" and len(self._documents) < LINES_MAX:
            self._documents.append((_at(segment, 2), {}, []))
        elif tag == "UNS":
            self._is_summary = True
        elif tag == "MOA":
            amounts = self._summary if self._is_summary or not self._documents else self._documents[-1][1]
            amounts.setdefault(_at(segment, 1), _amount(_at(segment, 1, 1), where))
        elif tag in ("AJT", "FTX") and self._documents and not self._is_summary:
            self._documents[-1][2].append(_at(segment, 1) if tag == "AJT" else _at(segment, 4))
        elif not self._documents:
            self._note(tag, segment)

    def _note(self, tag: str, segment: list[list[str]]) -> None:
        if tag == "BGM":
            self._head.setdefault("BGM", _at(segment, 2))
        elif tag == "DTM":
            self._head.setdefault("DTM", _at(segment, 1, 1))
        elif tag == "CUX":
            self._head.setdefault("CUX", _at(segment, 1, 1)[:3].upper())
        elif tag == "NAD":
            self._head.setdefault(_at(segment, 1), _at(segment, 4) or _at(segment, 3))


def _document_line(document: str, amounts: dict[str, Decimal], reasons: list[str]) -> AdviceLine:
    paid = next((amounts[kind] for kind in _PAID if kind in amounts), Decimal(0))
    discount = sum((abs(amounts[kind]) for kind in _DISCOUNTS & amounts.keys()), Decimal(0))
    adjusted = sum((abs(amounts[kind]) for kind in _ADJUSTED & amounts.keys()), Decimal(0))
    reason = " ".join(reasons) or ("discount" if discount else "")
    return line_of(document, paid, discount + adjusted, reason)


def read_820(text: str) -> AdviceRead | None:
    """An advice by its ISA envelope, whose places say which signs part elements and segments."""
    text = text.lstrip()
    if not text.startswith("ISA") or len(text) < ISA_LETTERS:
        return None
    element, terminator = text[3], text[ISA_LETTERS - 1]
    segments = [part.strip().split(element) for part in text.split(terminator) if part.strip()]
    if not any(segment[:2] == ["ST", "820"] for segment in segments):
        return None
    if not any(segment[0] == "SE" for segment in segments):
        raise UnreadableAdvice(_("The message is cut off: SE is missing."), where=_("end of the file"))
    return _of_820(segments)


def _of_820(segments: list[list[str]]) -> AdviceRead:
    head: dict[str, str] = {}
    total: Decimal | None = None
    lines: list[AdviceLine] = []
    for number, raw in enumerate(segments, start=1):
        segment, where = [*raw, *[""] * 17], f"{raw[0]} ({number})"
        if raw[0] == "BPR":
            total = _amount(segment[2], where)
            head.setdefault("day", segment[16])
        elif raw[0] == "TRN":
            head.setdefault("reference", segment[2])
        elif raw[0] == "CUR":
            head.setdefault("currency", segment[2][:3].upper())
        elif raw[0] == "N1" and segment[1] == "PR":
            head.setdefault("payer", segment[2])
        elif raw[0] == "RMR" and len(lines) < LINES_MAX:
            lines.append(_remitted(segment, where))
        elif raw[0] == "ADX" and lines:
            last = lines[-1]
            deduction = last.deduction + abs(_amount(segment[1], where))
            lines[-1] = line_of(last.document, last.amount, deduction, f"{last.reason} {segment[2]}")
    return AdviceRead(
        format="X12 820",
        lines=tuple(lines),
        reference=own(head.get("reference", "")),
        payer=own(head.get("payer", "")),
        currency=head.get("currency") or None,
        paid_on=day_in(head.get("day", "")),
        stated_total=total,
    )


def _remitted(segment: list[str], where: str) -> AdviceLine:
    """RMR: kind, number, action, paid, invoiced, discount."""
    paid = _amount(segment[4], where) if segment[4] else Decimal(0)
    discount = _amount(segment[6], where) if segment[6] else Decimal(0)
    return line_of(segment[2], paid, discount, "discount" if discount else "")
