"""Remittance advice: taking a file in, and what its lines say that a receipt pays."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from django.utils.translation import gettext as _

from billwright.files.operations import keep_file
from billwright.files.states import RetentionClass
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.bulk import as_array
from billwright.kernel.errors import Refusal
from billwright.kernel.locking import lock_names
from billwright.kernel.money import Money
from billwright.org.queries import get_legal_entity
from billwright.payments.ports.remittances import AdviceLine, AdviceRead, UnreadableAdvice, advice_readers
from billwright.receivables.match_rows import EvidenceRow, MatchRuleIn
from billwright.receivables.operations import add_advice
from billwright.receivables.queries import find_advice, get_advice
from billwright.receivables.remittance_rows import AdviceIn, AdviceLineIn, AdviceRow
from billwright.receivables.states import WriteOffKind
from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.choosing import Choice, Ground, Share
from billwright.workflow.cash_application.claims import Claims, OpenClaim
from billwright.workflow.cash_application.keys import refresh_keys
from billwright.workflow.cash_application.receipts import Receipt, evidence, read_step, tolerance_of

# So many days may lie between the day that an advice names and the value date of its money.
DAYS_APART_MAX = 15


def read_advice(content: bytes, *, name: str) -> AdviceRead:
    """What a file says, without recording anything. Raises UnreadableAdvice when no reader finds documents in it."""
    for reader in advice_readers():
        found = reader.read(content, name=name)
        if found is not None and found.lines:
            return found
    raise UnreadableAdvice(
        _("Nothing in it names a document and an amount."),
        where=_("the file"),
        cure=_("A table needs a row that names its columns; a text needs a number and an amount on one line."),
    )


@verb("remittance.take", subject=lambda _, row: f"remittance:{row.advice_id}")
def take_advice(*, act: Act, name: str, content: bytes, legal_entity_id: int, currency: str | None = None) -> AdviceRow:
    """Take an advice in: the file is kept with its hash, and its lines wait for the receipt that they belong to.

    The same bytes are taken once a company: the answer is then `repeated`. `currency` says what the amounts are in
    where the file does not (none: the company's own). Raises Refusal for a file that cannot be read.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    lock_names(f"remittance:{legal_entity_id}:{sha256}")
    known = find_advice(legal_entity_id=legal_entity_id, sha256=sha256)
    if known is not None:
        note_change(after={"file": name[:200], "sha256": sha256, "repeated": True})
        return replace(known, repeated=True)
    read = read_advice(content, name=name)
    stored = keep_file(
        act=act,
        name=name,
        media_type="application/octet-stream",
        content=content,
        retention_class=RetentionClass.TAX_DOCUMENT,
        about="remittance",
    )
    in_currency = read.currency or currency or get_legal_entity(legal_entity_id=legal_entity_id).base_currency
    advice = AdviceIn(
        legal_entity_id=legal_entity_id,
        stored_file_id=stored.id,
        sha256=sha256,
        name=name,
        format=read.format,
        reference=read.reference,
        payer=read.payer,
        currency=in_currency,
        paid_on=read.paid_on,
        faults=" ".join(read.faults),
        lines=tuple(_lines(read, in_currency, legal_entity_id)),
    )
    note_change(after={"file": name[:200], "sha256": sha256, "lines": len(advice.lines)})
    return get_advice(add_advice(act=act, advice=advice))


def _lines(read: AdviceRead, currency: str, legal_entity_id: int) -> list[AdviceLineIn]:
    """The lines in minor units, with the open items that they name. Raises Refusal naming the row."""
    refresh_keys()
    documents = []
    for line in read.lines:
        folded = texts.fold(line.document)
        is_digits = folded.isascii() and folded.isdigit()
        digits = folded.lstrip("0") if is_digits else ""
        documents.append({"document": line.document, "folded": folded or "-", "digits": digits or "-"})
    found = dict(
        read_step(
            "025_find_documents",
            {"documents": json.dumps(documents), "legal_entity_id": legal_entity_id, "currency": currency},
        )
    )
    return [_line(line, currency, row, found.get(row)) for row, line in enumerate(read.lines, start=1)]


def _line(line: AdviceLine, currency: str, row: int, open_item_id: int | None) -> AdviceLineIn:
    try:
        amount, deduction = Money.of(line.amount, currency), Money.of(line.deduction, currency)
    except Refusal as refused:
        refused.row = row
        raise
    return AdviceLineIn(
        document=line.document,
        amount_minor=amount.amount_minor,
        deduction_minor=deduction.amount_minor,
        reason=line.reason,
        open_item_id=open_item_id,
    )


class AdvisedLine(NamedTuple):
    """A line of the advice that a receipt belongs to, in minor units."""

    document: str
    item_id: int | None
    amount_minor: int
    deduction_minor: int
    reason: str


class Advised(NamedTuple):
    """The advice that a receipt belongs to."""

    advice_id: int
    lines: tuple[AdvisedLine, ...]


def find_advised(receipts: Sequence[Receipt]) -> dict[int, Advised]:
    """The advice of receipts, by piece of cash."""
    parameters = {"cash_ids": as_array([receipt.cash_id for receipt in receipts]), "days": DAYS_APART_MAX}
    found: dict[int, Advised] = {}
    for cash_id, advice_id, *columns in read_step("090_find_advice", parameters):
        before = found.get(cash_id, Advised(advice_id, ()))
        found[cash_id] = Advised(advice_id, (*before.lines, AdvisedLine(*columns)))
    return found


class AdvisedChoice(NamedTuple):
    """What an advice makes of a receipt, and what its lines are evidence of."""

    choice: Choice
    write_off_kind: str
    evidence: tuple[EvidenceRow, ...]
    owners: frozenset[int]


def choose_advised(
    receipt: Receipt, advised: Advised, claims: Claims, rule: MatchRuleIn, rejected: set[int]
) -> AdvisedChoice:
    """The items of the advice, each with the amount that it says; a deduction is given up where the rule allows it.

    What is kept back for any other reason stays open. Complete only when every line is an open claim. A line that wants
    more than the lines before it left, of its document or of the money, is nobody's to cut: it is passed over.
    """
    shares, told, owners, kind = [], [], set(), ""
    settled: Counter[int] = Counter()
    money_minor = receipt.open_minor
    for line in advised.lines:
        claim = claims.get(line.item_id) if line.item_id is not None else None
        if claim is None or claim.item_id in rejected:
            continue
        left = claims.left(claim, is_named=True) - settled[claim.item_id]
        if not 0 < line.amount_minor <= min(left, money_minor):
            continue
        why = deduction_kind(line, claim, rule, receipt) if line.amount_minor + line.deduction_minor <= left else ""
        # A finding gives up for one reason; a deduction for another one stays open.
        given_up = line.deduction_minor if why and kind in ("", why) else 0
        kind = why if given_up else kind
        shares.append(Share(claim.item_id, line.amount_minor, given_up))
        settled[claim.item_id] += line.amount_minor + given_up
        money_minor -= line.amount_minor
        owners.add(claim.account_id)
        told.append(_told(line, claim))
    is_complete = len(shares) == len(advised.lines) and money_minor == 0
    ground = Ground.ADVICE if shares else Ground.NOTHING
    choice = Choice(ground=ground, shares=tuple(shares), is_complete=is_complete)
    return AdvisedChoice(choice, kind, tuple(told), frozenset(owners))


def _told(line: AdvisedLine, claim: OpenClaim) -> EvidenceRow:
    place = texts.Place("advice", 0, len(line.document), line.document)
    return evidence("ADVICE", place, means=claim.number, account_id=claim.account_id, open_item_id=claim.item_id)


def deduction_kind(line: AdvisedLine, claim: OpenClaim, rule: MatchRuleIn, receipt: Receipt) -> str:
    """Why a deduction may be given up; empty: it may not."""
    if not line.deduction_minor:
        return ""
    if line.deduction_minor in claim.withheld(rule.withheld_percents):
        return WriteOffKind.WITHHELD_TAX
    if line.deduction_minor <= max(claim.discounts(rule.discounts, receipt.value_date), default=0):
        return WriteOffKind.EARLY_DISCOUNT
    if not tolerance_of(rule).allows(line.deduction_minor, claim.open_minor):
        return ""
    is_fee = texts.fee_place(field="advice", text=line.reason) is not None
    return WriteOffKind.BANK_FEE if is_fee else WriteOffKind.SMALL_DIFFERENCE


__all__ = ["Advised", "AdvisedChoice", "choose_advised", "find_advised", "read_advice", "take_advice"]
