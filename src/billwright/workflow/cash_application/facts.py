"""What is known of a batch of receipts before anything is decided: what their texts name, and who may have paid."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from billwright.kernel.bulk import as_array, as_json
from billwright.kernel.vault import keyed_hash
from billwright.receivables.match_rows import EvidenceRow
from billwright.receivables.states import SignKind
from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.naming import Named, find_named
from billwright.workflow.cash_application.receipts import Receipt, evidence, read_step
from billwright.workflow.cash_application.remittances import Advised, find_advised

# By what a payer is found, the surest first; what names an account beats what was learned, a name comes last.
PAYER_RANK = ("STATED", "ACCOUNT_NUMBER", "BANK_ACCOUNT", "MAIL_ADDRESS", "CUSTOMER_NUMBER", "NAME_BEFORE", "NAME")
LEARNED = {SignKind.BANK_ACCOUNT: "BANK_ACCOUNT", SignKind.NAME: "NAME_BEFORE"}
WORD_LETTERS_MAX = 80


class Payer(NamedTuple):
    """An account that may have paid, and by what it was found (none: nothing in the text)."""

    kind: str
    account_id: int
    evidence: EvidenceRow | None


@dataclass(slots=True)
class Facts:
    """Everything that the decisions over one receipt rest on."""

    receipt: Receipt
    named: list[Named] = field(default_factory=list)
    settled: list[EvidenceRow] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)
    rejected: set[int] = field(default_factory=set)
    advised: Advised | None = None
    others_item_id: int | None = None

    def item_ids(self) -> Iterable[int]:
        """The claims that the payer names, in the text or in his advice."""
        yield from (named.item_id for named in self.named)
        if self.advised is not None:
            yield from (line.item_id for line in self.advised.lines if line.item_id is not None)


def gather(receipts: Sequence[Receipt]) -> list[Facts]:
    """The facts of receipts, in their order, by a handful of statements whatever their number."""
    facts = [
        Facts(receipt, named, settled) for receipt, named, settled in zip(receipts, *find_named(receipts), strict=True)
    ]
    _find_payers(facts)
    _find_known(facts)
    _find_names(facts)
    _find_rejected(facts)
    advised = find_advised(receipts)
    for one in facts:
        one.advised = advised.get(one.receipt.cash_id)
        if len(one.payers) > 1:
            one.payers.sort(key=lambda payer: (PAYER_RANK.index(payer.kind), payer.account_id))
    return facts


def _fits(one: Facts, legal_entity_id: int, currency: str) -> bool:
    return (one.receipt.legal_entity_id, one.receipt.currency) == (legal_entity_id, currency)


def _find_payers(facts: list[Facts]) -> None:
    """Accounts that words of the texts belong to. Each word is looked for once, however many receipts have it."""
    asked: dict[str, list[tuple[Facts, texts.Place]]] = {}
    for one in facts:
        if one.receipt.account_id is not None:
            one.payers.append(Payer(kind="STATED", account_id=one.receipt.account_id, evidence=None))
            continue
        for place in _words(one.receipt):
            asked.setdefault(place.found[:WORD_LETTERS_MAX], []).append((one, place))
    wanted = list(asked)
    for n, kind, account_id, legal_entity_id, currency in read_step("050_find_payers", {"words": json.dumps(wanted)}):
        for one, place in asked[wanted[n - 1]]:
            if _fits(one, legal_entity_id, currency):
                found = evidence(kind, place, means=kind, account_id=account_id)
                one.payers.append(Payer(kind=kind, account_id=account_id, evidence=found))


def _words(receipt: Receipt) -> Iterable[texts.Place]:
    for name, text in receipt.fields():
        for start, end, found in (*texts.words(text), *texts.addresses(text)):
            yield texts.Place(name, start, end, found)


def bank_sign(number: str) -> str:
    """The sign of a bank account: a keyed hash of its letters and digits; empty without any."""
    bare = "".join(letter for letter in number.upper() if letter.isalnum())
    return keyed_hash(f"payer|{bare}") if bare else ""


def name_sign(name: str) -> str:
    """The sign of a payer's name: the words that tell it from others."""
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
    for n, kind, account_id, legal_entity_id, currency in read_step("060_find_known_payers", {"signs": as_json(signs)}):
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
    names = [{"n": n, "word": texts.longest_word(one.receipt.payer_name)} for n, (one, _parts) in enumerate(asked)]
    for n, account_id, legal_entity_id, currency, *spelled in read_step("065_find_names", {"names": as_json(names)}):
        one, parts = asked[n]
        if _fits(one, legal_entity_id, currency) and parts in [texts.name_words(name) for name in spelled]:
            name = one.receipt.payer_name
            found = evidence("NAME", texts.Place("payer_name", 0, len(name), name), means="NAME", account_id=account_id)
            one.payers.append(Payer(kind="NAME", account_id=account_id, evidence=found))


def _find_rejected(facts: list[Facts]) -> None:
    by_payment = {one.receipt.payment_id: one for one in facts}
    for payment_id, item_id in read_step("085_rejected_items", {"payment_ids": as_array(by_payment)}):
        by_payment[payment_id].rejected.add(item_id)
