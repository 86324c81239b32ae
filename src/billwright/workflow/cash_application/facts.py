"""What is known of a batch of receipts before anything is decided: places in their texts, payers, claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from billwright.kernel.bulk import as_json
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.kernel.vault import keyed_hash
from billwright.receivables.match_rows import EvidenceRow
from billwright.receivables.states import SignKind
from billwright.workflow.cash_application import texts

PACKAGE = "billwright.workflow.cash_application"

# By what a payer is found, the surest first; what names an account beats what was learned, a name comes last.
PAYER_RANK = ("STATED", "ACCOUNT_NUMBER", "BANK_ACCOUNT", "MAIL_ADDRESS", "CUSTOMER_NUMBER", "NAME_BEFORE", "NAME")
LEARNED = {SignKind.BANK_ACCOUNT: "BANK_ACCOUNT", SignKind.NAME: "NAME_BEFORE"}
# Digits without their prefix are weak: so many of them stand alone, fewer need a word such as "invoice" or the payer.
DIGITS_ALONE_MIN = 6
DIGITS_MIN = 3


class Receipt(NamedTuple):
    """A receipt with something left, in the columns of the step `take_receipts`."""

    cash_id: int
    payment_id: int
    account_id: int | None
    legal_entity_id: int
    currency: str
    open_minor: int
    value_date: date
    reference: str
    text: str
    payer_name: str
    end_to_end: str
    counterparty_account: str

    @property
    def left(self) -> Money:
        return Money(self.open_minor, self.currency)

    def fields(self) -> Iterable[tuple[str, str]]:
        """The fields in which payers write, each text once."""
        seen = set()
        for name in ("reference", "text", "end_to_end"):
            text: str = getattr(self, name)
            if text and text not in seen:
                seen.add(text)
                yield name, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A claim that a place names. `is_weak`: only some of its digits, so that the payer must agree."""

    kind: str
    place: texts.Place
    item_id: int
    account_id: int
    legal_entity_id: int
    currency: str
    invoice_id: int
    number: str
    is_weak: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """An account that may have paid, and by what it was found (none: nothing in the text)."""

    kind: str
    account_id: int
    evidence: EvidenceRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenClaim:
    """An open item that could be paid. `free_minor`: less what stands in the queue for other receipts."""

    item_id: int
    account_id: int
    currency: str
    legal_entity_id: int
    due_date: date
    document_date: date
    open_minor: int
    free_minor: int
    net_minor: int
    total_minor: int
    number: str

    def withheld(self, percents: Sequence[Decimal]) -> set[int]:
        """What payers keep back of this item at these rates, on its net and on its total, in minor units."""
        bases = (self.net_minor, self.total_minor)
        return {int(base * percent / 100 + Decimal("0.5")) for percent in percents for base in bases}


@dataclass(slots=True)
class Facts:
    """Everything that the decisions over one receipt rest on."""

    receipt: Receipt
    candidates: list[texts.Candidate] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    settled: list[EvidenceRow] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)
    rejected: set[int] = field(default_factory=set)


def gather(receipts: Sequence[Receipt]) -> list[Facts]:
    """The facts of receipts, in their order, by a handful of statements whatever their number."""
    facts = [Facts(receipt) for receipt in receipts]
    _find_named(facts)
    _find_payers(facts)
    _find_known(facts)
    _find_names(facts)
    _find_rejected(facts)
    for one in facts:
        one.payers.sort(key=lambda payer: (PAYER_RANK.index(payer.kind), payer.account_id))
    return facts


def rows(name: str, parameters: dict[str, Any]) -> Sequence[Any]:
    with connection.cursor() as cursor:
        return step(PACKAGE, name).rows(cursor, parameters)


def run(name: str, parameters: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        return step(PACKAGE, name).run(cursor, parameters)


def _find_named(facts: list[Facts]) -> None:
    asked: list[tuple[Facts, texts.Candidate]] = []
    for one in facts:
        one.candidates = [
            found for name, text in one.receipt.fields() for found in texts.candidates(field=name, text=text)
        ]
        asked += [(one, candidate) for candidate in one.candidates]
        # A reference without any digit, such as an order's name, is one place as a whole.
        whole = one.receipt.reference
        if whole and not any(letter.isdigit() for letter in whole):
            place = texts.Place("reference", 0, len(whole), whole)
            asked.append((one, texts.Candidate(place, texts.fold(whole), "", is_after_document_word=False)))
    places = [
        {"n": n, "folded": candidate.folded, "digits": candidate.digits}
        for n, (_facts, candidate) in enumerate(asked)
        if len(candidate.folded) >= texts.LETTERS_MIN or candidate.digits
    ]
    for n, kind, *claim in rows("040_find_named", {"places": as_json(places)}):
        one, candidate = asked[n]
        named = _named(kind, candidate, *claim)
        if named is not None and (named.legal_entity_id, named.currency) == (
            one.receipt.legal_entity_id,
            one.receipt.currency,
        ):
            one.named.append(named)
    for one in facts:
        one.named = _longest(one.named)
    _find_settled([(one, candidate) for one, candidate in asked if not one.named])


def _named(
    kind: str,
    candidate: texts.Candidate,
    item_id: int,
    account_id: int,
    legal_entity_id: int,
    currency: str,
    invoice_id: int,
    number: str,
) -> Named | None:
    is_weak = False
    if kind == "DIGITS":
        written = sum(letter.isalnum() for letter in candidate.place.found)
        is_weak = written < DIGITS_ALONE_MIN and not candidate.is_after_document_word
        if written < DIGITS_MIN and is_weak:
            return None
    return Named(
        kind=kind,
        place=candidate.place,
        item_id=item_id,
        account_id=account_id,
        legal_entity_id=legal_entity_id,
        currency=currency,
        invoice_id=invoice_id,
        number=number,
        is_weak=is_weak,
    )


def _longest(named: list[Named]) -> list[Named]:
    """Of places that overlap the longest: `IN-2026-000123` is that number, and not number 123 too."""
    kept: list[Named] = []
    order = sorted(
        named,
        key=lambda one: (one.kind == "DIGITS", one.place.start - one.place.end, one.place.start, one.item_id),
    )
    for one in order:
        clash = [
            other
            for other in kept
            if other.place.field == one.place.field
            and other.place.start < one.place.end
            and one.place.start < other.place.end
        ]
        same = [other for other in clash if other.place == one.place and other.kind == one.kind]
        if len(clash) == len(same) and all(other.item_id != one.item_id for other in kept):
            kept.append(one)
    return kept


def _find_settled(asked: list[tuple[Facts, texts.Candidate]]) -> None:
    places = [{"n": n, "found": candidate.place.found} for n, (_facts, candidate) in enumerate(asked)]
    for n, number in rows("045_find_settled", {"places": as_json(places)}):
        one, candidate = asked[n]
        one.settled.append(evidence("SETTLED", candidate.place, means=number))


def evidence(
    kind: str, place: texts.Place, *, means: str, account_id: int | None = None, open_item_id: int | None = None
) -> EvidenceRow:
    return EvidenceRow(
        kind=kind,
        field=place.field,
        start=place.start,
        end=place.end,
        found=place.found,
        means=means,
        account_id=account_id,
        open_item_id=open_item_id,
    )


def _fits(one: Facts, legal_entity_id: int, currency: str) -> bool:
    return (one.receipt.legal_entity_id, one.receipt.currency) == (legal_entity_id, currency)


def _find_payers(facts: list[Facts]) -> None:
    asked: list[tuple[Facts, texts.Place]] = []
    for one in facts:
        if one.receipt.account_id is not None:
            one.payers.append(Payer(kind="STATED", account_id=one.receipt.account_id, evidence=None))
            continue
        for name, text in one.receipt.fields():
            asked += [(one, place) for place in texts.words(field=name, text=text)]
            asked += [(one, place) for place in texts.addresses(field=name, text=text)]
    words = [{"n": n, "word": place.found[:80]} for n, (_facts, place) in enumerate(asked)]
    for n, kind, account_id, legal_entity_id, currency in rows("050_find_payers", {"words": as_json(words)}):
        one, place = asked[n]
        if _fits(one, legal_entity_id, currency):
            found = evidence(kind, place, means=kind, account_id=account_id)
            one.payers.append(Payer(kind=kind, account_id=account_id, evidence=found))


def bank_sign(number: str) -> str:
    """The sign of a bank account: a keyed hash of its letters and digits; empty without any."""
    bare = "".join(letter for letter in number.upper() if letter.isalnum())
    return keyed_hash(f"payer|{bare}") if bare else ""


def name_sign(name: str) -> str:
    return " ".join(texts.name_words(name))[:200]


def signs_of(receipt: Receipt) -> list[tuple[SignKind, str, texts.Place]]:
    """By what the payer of a receipt may be known again."""
    account, name = receipt.counterparty_account, receipt.payer_name
    found = []
    if account:
        place = texts.Place("counterparty_account", 0, len(account), account)
        found.append((SignKind.BANK_ACCOUNT, bank_sign(account), place))
    if len(texts.name_words(name)) > 1:
        found.append((SignKind.NAME, name_sign(name), texts.Place("payer_name", 0, len(name), name)))
    return [one for one in found if one[1]]


def _find_known(facts: list[Facts]) -> None:
    unknown = [one for one in facts if one.receipt.account_id is None]
    asked = [(one, *sign) for one in unknown for sign in signs_of(one.receipt)]
    signs = [{"n": n, "kind": kind, "sign": sign} for n, (_facts, kind, sign, _place) in enumerate(asked)]
    for n, kind, account_id, legal_entity_id, currency in rows("060_find_known_payers", {"signs": as_json(signs)}):
        one, _kind, _sign, place = asked[n]
        if _fits(one, legal_entity_id, currency):
            found = evidence(kind, place, means=kind, account_id=account_id)
            one.payers.append(Payer(kind=LEARNED[SignKind(kind)], account_id=account_id, evidence=found))


def _find_names(facts: list[Facts]) -> None:
    asked = []
    for one in facts:
        parts = texts.name_words(one.receipt.payer_name)
        if one.receipt.account_id is None and len(parts) > 1 and not one.payers:
            asked.append((one, parts))
    names = [{"n": n, "word": max(parts, key=len)} for n, (_facts, parts) in enumerate(asked)]
    for n, account_id, legal_entity_id, currency, *spelled in rows("065_find_names", {"names": as_json(names)}):
        one, parts = asked[n]
        if _fits(one, legal_entity_id, currency) and parts in [texts.name_words(name) for name in spelled]:
            name = one.receipt.payer_name
            found = evidence("NAME", texts.Place("payer_name", 0, len(name), name), means="NAME", account_id=account_id)
            one.payers.append(Payer(kind="NAME", account_id=account_id, evidence=found))


def _find_rejected(facts: list[Facts]) -> None:
    by_payment = {one.receipt.payment_id: one for one in facts}
    for payment_id, item_id in rows("085_rejected_items", {"payment_ids": list(by_payment)}):
        by_payment[payment_id].rejected.add(item_id)


class Claims:
    """What the payers of a batch owe and its texts name; what is taken by one receipt is gone for the next."""

    def __init__(self, *, account_ids: Iterable[int], item_ids: Iterable[int], cash_ids: Iterable[int]) -> None:
        self._items: dict[int, OpenClaim] = {}
        self._of_payer: dict[int, list[int]] = {}
        parameters = {"account_ids": list(account_ids), "item_ids": list(item_ids), "cash_ids": list(cash_ids)}
        for payer_id, item_id, *columns in rows("080_payer_claims", parameters):
            self._items[item_id] = _claim(item_id, *columns)
            if payer_id is not None:
                self._of_payer.setdefault(payer_id, []).append(item_id)
        self.taken: dict[int, int] = {}

    def of(self, account_id: int, *, with_family: bool = False) -> list[OpenClaim]:
        """What an account owes; `with_family`: its parent and children too."""
        found = [self._items[item_id] for item_id in self._of_payer.get(account_id, [])]
        return found if with_family else [claim for claim in found if claim.account_id == account_id]

    def get(self, item_id: int) -> OpenClaim | None:
        return self._items.get(item_id)

    def left(self, claim: OpenClaim, *, is_named: bool) -> int:
        """What is open of a claim after what this batch took; a claim that is named is not kept for guesses."""
        start = claim.open_minor if is_named else claim.free_minor
        return max(start - self.taken.get(claim.item_id, 0), 0)

    def take(self, item_id: int, minor: int) -> None:
        self.taken[item_id] = self.taken.get(item_id, 0) + minor


def _claim(
    item_id: int,
    account_id: int,
    currency: str,
    legal_entity_id: int,
    due_date: date,
    document_date: date,
    open_minor: int,
    reserved_minor: int,
    net_minor: int,
    total_minor: int,
    number: str,
) -> OpenClaim:
    return OpenClaim(
        item_id=item_id,
        account_id=account_id,
        currency=currency,
        legal_entity_id=legal_entity_id,
        due_date=due_date,
        document_date=document_date,
        open_minor=open_minor,
        free_minor=open_minor - reserved_minor,
        net_minor=net_minor,
        total_minor=total_minor,
        number=number,
    )
