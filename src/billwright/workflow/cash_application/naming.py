"""Which open documents the texts of receipts name, however the numbers are written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from billwright.receivables.match_rows import EvidenceRow
from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.receipts import Receipt, evidence, read_step

# Digits without their prefix are weak: so many of them stand alone, fewer need a word such as "invoice" or the payer.
DIGITS_ALONE_MIN = 6
DIGITS_MIN = 3


class Named(NamedTuple):
    """A claim that a place names. `is_weak`: only some of its digits, so that the payer must agree.

    `is_bare`: no letter of a series stands with the digits, so that they may be anybody's number.
    """

    kind: str
    place: texts.Place
    item_id: int
    account_id: int
    invoice_id: int
    number: str
    is_weak: bool
    is_bare: bool


class _Hit(NamedTuple):
    """A claim that a span names, in the order in which hits are kept: numbers before digits, long before short."""

    is_digits: bool
    length_below_zero: int
    start: int
    item_id: int
    ask: int
    kind: str
    account_id: int
    invoice_id: int
    number: str
    is_weak: bool


# The place of a receipt in the batch, the field, a span of its text. Hundreds of thousands of them: a plain tuple.
_Ask = tuple[int, str, texts.Span]


def find_named(receipts: Sequence[Receipt]) -> tuple[list[list[Named]], list[list[EvidenceRow]]]:
    """For each receipt the open claims that its texts name; where none, the paid documents that they name."""
    asks = [ask for place, receipt in enumerate(receipts) for ask in _asks(place, receipt)]
    hits = _hits(receipts, asks)
    named = [_kept(receipt, asks, hits.get(place, ())) for place, receipt in enumerate(receipts)]
    return named, _settled(receipts, [ask for ask in asks if not named[ask[0]]])


def _asks(place: int, receipt: Receipt) -> Iterable[_Ask]:
    for field, text in receipt.fields():
        for span in texts.spans(text):
            yield place, field, span
    # A reference without any digit, such as an order's name, is one place as a whole.
    whole = receipt.reference
    if whole and not any(letter.isdigit() for letter in whole):
        yield place, "reference", texts.Span(0, len(whole), texts.fold(whole), "", 0, is_after_document_word=False)


def _hits(receipts: Sequence[Receipt], asks: Sequence[_Ask]) -> dict[int, list[_Hit]]:
    """What the spans name, by receipt. Each way of writing is looked for once, however many receipts write it."""
    askers: dict[tuple[str, str], list[int]] = {}
    for number, (_place, _field, span) in enumerate(asks):
        written = span[2:4]
        if written in askers:
            askers[written].append(number)
        elif len(span.folded) >= texts.LETTERS_MIN or span.digits:
            askers[written] = [number]
    wanted = list(askers)
    parameters = {
        "folded": " ".join([folded or "-" for folded, _digits in wanted]),
        "digits": " ".join([digits or "-" for _folded, digits in wanted]),
    }
    found: dict[int, list[_Hit]] = {}
    for n, kind, item_id, account_id, legal_entity_id, currency, invoice_id, number in read_step(
        "040_find_named", parameters
    ):
        for asker in askers[wanted[n - 1]]:
            place, _field, span = asks[asker]
            receipt = receipts[place]
            is_digits = kind == "DIGITS"
            is_weak = is_digits and span.written < DIGITS_ALONE_MIN and not span.is_after_document_word
            if (legal_entity_id, currency) == (receipt.legal_entity_id, receipt.currency) and not (
                is_weak and span.written < DIGITS_MIN
            ):
                length = span.start - span.end
                hit = _Hit(is_digits, length, span.start, item_id, asker, kind, account_id, invoice_id, number, is_weak)
                found.setdefault(place, []).append(hit)
    return found


def _kept(receipt: Receipt, asks: Sequence[_Ask], hits: Iterable[_Hit]) -> list[Named]:
    """Of places that overlap the longest: `IN-2026-000123` is that number, and not number 123 too."""
    kept: list[tuple[_Hit, _Ask]] = []
    for hit in sorted(hits):
        ask = asks[hit.ask]
        _receipt, field, span = ask
        clash = [
            (other, there)
            for other, (_receipt, other_field, there) in kept
            if other_field == field and there.start < span.end and span.start < there.end
        ]
        is_same = all(
            other.kind == hit.kind and (there.start, there.end) == (span.start, span.end) for other, there in clash
        )
        if is_same and all(other.item_id != hit.item_id for other, _ask in kept):
            kept.append((hit, ask))
    return [_named(hit, _place(receipt, ask)) for hit, ask in kept]


def _named(hit: _Hit, place: texts.Place) -> Named:
    is_bare = hit.is_digits or not texts.has_letters(place.found) or not texts.has_letters(hit.number)
    return Named(
        hit.kind,
        place,
        hit.item_id,
        hit.account_id,
        hit.invoice_id,
        hit.number,
        is_weak=hit.is_weak,
        is_bare=is_bare,
    )


def _place(receipt: Receipt, ask: _Ask) -> texts.Place:
    _receipt, field, (start, end, *_told) = ask
    text: str = getattr(receipt, field)
    return texts.Place(field, start, end, text[start:end])


def _settled(receipts: Sequence[Receipt], asks: Sequence[_Ask]) -> list[list[EvidenceRow]]:
    """The places that name a document which is paid already: then the money is no guess for another one."""
    places: dict[str, list[_Ask]] = {}
    for ask in asks:
        places.setdefault(_place(receipts[ask[0]], ask).found, []).append(ask)
    wanted = list(places)
    settled: list[list[EvidenceRow]] = [[] for _receipt in receipts]
    for n, number in read_step("045_find_settled", {"found": json.dumps(wanted)}):
        for ask in places[wanted[n - 1]]:
            settled[ask[0]].append(evidence("SETTLED", _place(receipts[ask[0]], ask), means=number))
    return settled
