"""Deciding over a batch of receipts: first those whose texts name what they pay, then the others, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from billwright.receivables.match_rows import EvidenceRow, MatchAnswers, MatchDraft, MatchRuleIn
from billwright.receivables.queries import match_history, match_rule
from billwright.receivables.states import WriteOffKind
from billwright.workflow.cash_application import texts
from billwright.workflow.cash_application.choosing import COMPLETE, Choice, Claim, Ground, Tolerance, choose
from billwright.workflow.cash_application.claims import Claims, OpenClaim
from billwright.workflow.cash_application.facts import Facts, Payer
from billwright.workflow.cash_application.naming import Named
from billwright.workflow.cash_application.others import DoubtReason, doubt_of, family_of, find_others, is_on_digits
from billwright.workflow.cash_application.precision import History, posts_by_itself, probability
from billwright.workflow.cash_application.receipts import Receipt, evidence, tolerance_of
from billwright.workflow.cash_application.remittances import choose_advised

# A payer found by these is sure enough that the same amount decides.
SURE_PAYERS = frozenset({"STATED", "ACCOUNT_NUMBER", "BANK_ACCOUNT", "MAIL_ADDRESS", "CUSTOMER_NUMBER"})
REPAIRED_LETTERS_MIN = 6
# The payer himself says what he pays.
SAID = frozenset({Ground.NUMBER, Ground.ADVICE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was decided over a receipt, before it is written."""

    facts: Facts
    choice: Choice
    account_id: int | None
    payer_kind: str
    evidence: tuple[EvidenceRow, ...]
    reason: str
    is_sure: bool
    write_off_kind: str = ""
    advice_id: int | None = None


class Books:
    """Rules and history of the entities and currencies of a batch, each read once."""

    def __init__(self, receipts: Sequence[Receipt], on: date) -> None:
        keys = {(receipt.legal_entity_id, receipt.currency) for receipt in receipts}
        self._rules = {
            (entity, currency): match_rule(legal_entity_id=entity, currency=currency, on=on)
            for entity, currency in keys
        }
        self._history = match_history(legal_entity_ids=sorted({entity for entity, _currency in keys}))

    def rule(self, receipt: Receipt) -> MatchRuleIn:
        return self._rules[receipt.legal_entity_id, receipt.currency]

    def history(self, receipt: Receipt, kind: str) -> History:
        answers: MatchAnswers | None = self._history.get((receipt.legal_entity_id, kind))
        return History(answers.right, answers.wrong) if answers is not None else History()


def decide(facts: Sequence[Facts], claims: Claims, books: Books, *, auto: bool | None) -> list[MatchDraft]:
    """What each receipt pays, in the order of the facts. `auto`: what decides, posts; none: as the company's rule."""
    find_others([(one, _agreed(one, _likeliest(one.payers), claims)) for one in facts if one.named], claims)
    found = _decide_all(facts, claims, books)
    return [_draft(found[one.receipt.cash_id], books, auto) for one in facts]


def _decide_all(facts: Sequence[Facts], claims: Claims, books: Books) -> dict[int, Finding]:
    """Texts that name what they pay come first, then amounts that come out even, then what is only order.

    So no guess takes an item from a receipt that says or shows that it is its own.
    """
    found: dict[int, Finding] = {}
    for grounds in (SAID, COMPLETE, frozenset(Ground)):
        for one in facts:
            if one.receipt.cash_id in found or (grounds is SAID and not one.named and one.advised is None):
                continue
            finding = _decide(one, claims, books.rule(one.receipt))
            if finding.choice.ground not in grounds:
                continue
            for share in finding.choice.shares:
                claims.take(share.item_id, share.amount_minor + share.write_off_minor)
            found[one.receipt.cash_id] = finding
    return found


def _decide(one: Facts, claims: Claims, rule: MatchRuleIn) -> Finding:
    """The best of what the payer's advice and the text name and what the likeliest payer owes."""
    payers = _likeliest(one.payers)
    by_advice = _by_advice(one, claims, rule)
    if by_advice is not None:
        return by_advice
    named = _agreed(one, payers, claims)
    if named:
        return _by_name(one, claims, rule, named, payers)
    return _by_payer(one, claims, rule, payers)


def _by_payer(one: Facts, claims: Claims, rule: MatchRuleIn, payers: Sequence[Payer]) -> Finding:
    """What the likeliest payer owes, as far as the amount and slips in numbers tell."""
    if len({payer.account_id for payer in payers}) != 1:
        reason = "SEVERAL_PAYERS" if payers else "NO_PAYER"
        return _nothing(one, reason, evidence_rows=[*_told(payers), *one.settled])
    payer = payers[0]
    repaired = _repaired(one, claims.of(payer.account_id))
    choice = _of_payer(one, claims, rule, payer.account_id, repaired)
    rows_found = [*_told(payers), *repaired, *one.settled]
    if choice.ground == Ground.NOTHING:
        return _nothing(one, "NOTHING_OPEN", evidence_rows=rows_found, payer=payer)
    # Several that are equally good, an amount that fits nothing, or a document that is paid: a person looks at it.
    reason = "SEVERAL_WAYS" if choice.ways > 1 else "" if choice.is_complete else "AMOUNT_FITS_NOTHING"
    reason = "NAMES_A_PAID_ONE" if one.settled else reason
    sure = choice.ground in COMPLETE and not one.settled and not choice.is_withheld and payer.kind in SURE_PAYERS
    return Finding(
        facts=one,
        choice=choice,
        account_id=payer.account_id,
        payer_kind=payer.kind,
        evidence=tuple(rows_found),
        reason=reason,
        is_sure=sure and choice.ground != Ground.SUM,
    )


def _likeliest(payers: Sequence[Payer]) -> list[Payer]:
    """The payers found by the surest means."""
    return [payer for payer in payers if payer.kind == payers[0].kind]


def _told(payers: Sequence[Payer]) -> list[EvidenceRow]:
    return [payer.evidence for payer in payers if payer.evidence is not None]


def _agreed(one: Facts, payers: Sequence[Payer], claims: Claims) -> list[Named]:
    """What the text names, where it says one thing: digits alone must be the payer's, twins of a number too."""
    doubtful = {
        named.item_id
        for named in one.named
        if named.is_weak
        or any(other.place == named.place and other.account_id != named.account_id for other in one.named)
    }
    if doubtful:
        family = family_of(payers, claims)
        doubtful = {
            named.item_id for named in one.named if named.item_id in doubtful and named.account_id not in family
        }
    return [named for named in one.named if named.item_id not in doubtful and named.item_id not in one.rejected]


def _by_advice(one: Facts, claims: Claims, rule: MatchRuleIn) -> Finding | None:
    """What the advice that the receipt belongs to says; none: there is none, or nothing of it is open."""
    if one.advised is None:
        return None
    found = choose_advised(one.receipt, one.advised, claims, rule, one.rejected)
    if found.choice.ground == Ground.NOTHING:
        return None
    stated = one.receipt.account_id
    only = next(iter(found.owners)) if len(found.owners) == 1 else None
    return Finding(
        facts=one,
        choice=found.choice,
        account_id=stated if stated is not None else only,
        payer_kind="",
        evidence=(*found.evidence, *_told(_likeliest(one.payers))),
        reason="" if found.choice.is_complete else "ADVICE_DIFFERS",
        is_sure=found.choice.is_complete and (stated is None or stated in found.owners),
        write_off_kind=found.write_off_kind,
        advice_id=one.advised.advice_id,
    )


def _by_name(one: Facts, claims: Claims, rule: MatchRuleIn, named: Sequence[Named], payers: Sequence[Payer]) -> Finding:
    choice = _of_named(one, claims, rule, [entry.item_id for entry in named])
    told = [
        evidence(entry.kind, entry.place, means=entry.number, account_id=entry.account_id, open_item_id=entry.item_id)
        for entry in named
    ]
    on_digits = is_on_digits(one, named, claims, choice)
    if on_digits and payers:
        known = _by_payer(one, claims, rule, payers)
        if known.choice.shares:
            return replace(known, evidence=(*known.evidence, *told))
    owners = {entry.account_id for entry in named}
    stated = one.receipt.account_id
    account_id = stated if stated is not None else (next(iter(owners)) if len(owners) == 1 else None)
    if choice.ground == Ground.NOTHING:
        return _nothing(one, "NAMES_A_PAID_ONE", evidence_rows=told, account_id=account_id)
    doubt = doubt_of(one, named, claims, choice, on_digits=on_digits)
    if doubt is not None and doubt.reason == DoubtReason.ANOTHER_PAYER:
        slip = _by_payer(one, claims, rule, payers)
        if slip.choice.is_complete and slip.choice.ground == Ground.REPAIRED:
            return replace(slip, evidence=(*slip.evidence, *told), reason=doubt.reason, is_sure=False)
    others = doubt.claim if doubt is not None else None
    if others is not None:
        choice = _of_named(one, claims, rule, [*(entry.item_id for entry in named), others.item_id])
        account_id = stated
    is_sole = choice.is_complete or _names_one_each(named)
    return Finding(
        facts=one,
        choice=replace(choice, ground=Ground.DIGITS) if on_digits else choice,
        account_id=account_id,
        payer_kind="" if others is None else "OTHERS",
        evidence=(*told, *(doubt.evidence if doubt is not None else ()), *_told(payers)),
        reason=doubt.reason if doubt is not None else "" if is_sole else "SEVERAL_WAYS",
        is_sure=is_sole and not choice.is_withheld and doubt is None,
    )


def _names_one_each(named: Sequence[Named]) -> bool:
    """Whether each place names one document."""
    numbers: dict[texts.Place, set[int]] = {}
    for entry in named:
        numbers.setdefault(entry.place, set()).add(entry.invoice_id)
    return all(len(invoices) == 1 for invoices in numbers.values())


def _of_named(one: Facts, claims: Claims, rule: MatchRuleIn, item_ids: Sequence[int]) -> Choice:
    items = [claim for item_id in item_ids if (claim := claims.get(item_id)) is not None]
    return choose(
        amount_minor=one.receipt.open_minor,
        claims=[_choosable(claim, claims, rule, one, is_named=True) for claim in items],
        tolerance=tolerance_of(rule),
        prefer=rule.prefer,
    )


def _of_payer(
    one: Facts, claims: Claims, rule: MatchRuleIn, account_id: int, repaired: Sequence[EvidenceRow]
) -> Choice:
    """What the account's own claims make of the amount; its family's only where they come out even."""
    slips = {row.open_item_id for row in repaired}
    own = [claim for claim in claims.of(account_id) if claim.item_id not in one.rejected]
    choices = [
        choose(
            amount_minor=one.receipt.open_minor,
            claims=[_choosable(claim, claims, rule, one, is_slip=claim.item_id in slips) for claim in own],
            tolerance=tolerance_of(rule),
            prefer=rule.prefer,
        )
    ]
    family = [claim for claim in claims.of(account_id, with_family=True) if claim.item_id not in one.rejected]
    if not choices[0].is_complete and len(family) > len(own):
        choices.append(
            choose(
                amount_minor=one.receipt.open_minor,
                claims=[_choosable(claim, claims, rule, one) for claim in family],
                tolerance=Tolerance(),
                prefer=rule.prefer,
            )
        )
        if choices[1].is_complete or choices[0].ground == Ground.NOTHING:
            return choices[1]
    return choices[0]


def _repaired(one: Facts, own: Sequence[OpenClaim]) -> list[EvidenceRow]:
    """Places that are one slip away from the number of an open claim of the payer, and of one only."""
    found = []
    numbers = {claim.item_id: texts.fold(claim.number) for claim in own}
    for name, text in one.receipt.fields():
        for span in texts.spans(text):
            if len(span.folded) < REPAIRED_LETTERS_MIN:
                continue
            near = [claim for claim in own if texts.is_near(span.folded, numbers[claim.item_id])]
            if len(near) == 1:
                [claim] = near
                place = texts.Place(name, span.start, span.end, text[span.start : span.end])
                row = evidence(
                    "REPAIRED", place, means=claim.number, account_id=claim.account_id, open_item_id=claim.item_id
                )
                found.append(row)
    return list({row.open_item_id: row for row in found}.values())


def _choosable(
    claim: OpenClaim,
    claims: Claims,
    rule: MatchRuleIn,
    one: Facts,
    *,
    is_named: bool = False,
    is_slip: bool = False,
) -> Claim:
    short = claim.open_minor - one.receipt.open_minor
    kept_back = short if short in claim.withheld(rule.withheld_percents) else 0
    discounts = claim.discounts(rule.discounts, one.receipt.value_date)
    return Claim(
        item_id=claim.item_id,
        account_id=claim.account_id,
        due_date=claim.due_date,
        document_date=claim.document_date,
        open_minor=claims.left(claim, is_named=is_named),
        is_named=is_named or is_slip,
        is_repaired=is_slip,
        withheld_minor=max(kept_back, 0),
        discount_minor=short if short in discounts else max(discounts, default=0),
    )


def _nothing(
    one: Facts,
    reason: str,
    *,
    evidence_rows: Sequence[EvidenceRow],
    payer: Payer | None = None,
    account_id: int | None = None,
) -> Finding:
    return Finding(
        facts=one,
        choice=Choice(ground=Ground.NOTHING),
        account_id=payer.account_id if payer is not None else account_id or one.receipt.account_id,
        payer_kind=payer.kind if payer is not None else "",
        evidence=tuple(evidence_rows),
        reason=reason,
        is_sure=False,
    )


def _kind_of(finding: Finding) -> str:
    """What precision is counted by: what decided, whether the amount agrees, and how the payer was found."""
    choice = finding.choice
    if choice.ground == Ground.NOTHING:
        return ""
    parts = [str(choice.ground)]
    if choice.ground in (Ground.NUMBER, Ground.REPAIRED, Ground.ADVICE) and choice.is_complete:
        parts.append("AMOUNT")
    if choice.is_discount:
        parts.append("DISCOUNT")
    if finding.payer_kind:
        parts.append(finding.payer_kind)
    return "+".join(parts)[:40]


def _write_off_kind(finding: Finding, evidence_rows: list[EvidenceRow]) -> str:
    if not finding.choice.write_off_minor:
        return ""
    if finding.write_off_kind:
        return finding.write_off_kind
    if finding.choice.is_withheld:
        return WriteOffKind.WITHHELD_TAX
    if finding.choice.is_discount:
        return WriteOffKind.EARLY_DISCOUNT
    receipt = finding.facts.receipt
    for name, text in receipt.fields():
        place = texts.fee_place(field=name, text=text)
        if place is not None:
            evidence_rows.append(evidence("FEE", place, means=WriteOffKind.BANK_FEE))
            return WriteOffKind.BANK_FEE
    return WriteOffKind.SMALL_DIFFERENCE


def _draft(finding: Finding, books: Books, auto: bool | None) -> MatchDraft:
    receipt, rule = finding.facts.receipt, books.rule(finding.facts.receipt)
    kind = _kind_of(finding)
    history = books.history(receipt, kind)
    told = list(finding.evidence)
    write_off_kind = _write_off_kind(finding, told)
    is_measured = posts_by_itself(history=history, precision_min=rule.precision_min, history_min=rule.history_min)
    decides = finding.is_sure and (rule.is_deciding if auto is None else auto)
    measured = is_measured and auto is not False and finding.choice.ways == 1 and not finding.reason
    return MatchDraft(
        cash_id=receipt.cash_id,
        payment_id=receipt.payment_id,
        legal_entity_id=receipt.legal_entity_id,
        account_id=finding.account_id,
        amount=receipt.left,
        value_date=receipt.value_date,
        target_on=receipt.value_date + timedelta(days=rule.target_days),
        shares=tuple((share.item_id, share.amount_minor, share.write_off_minor) for share in finding.choice.shares),
        evidence_kind=kind,
        evidence=tuple(_record(row) for row in told),
        probability=probability(ground=finding.choice.ground, history=history, ways=finding.choice.ways),
        is_deciding=finding.is_sure,
        reason=finding.reason,
        write_off_kind=write_off_kind,
        advice_id=finding.advice_id,
        posts=bool(finding.choice.shares) and (decides or measured),
    )


def _record(row: EvidenceRow) -> dict[str, str | int | None]:
    return {
        "kind": row.kind,
        "field": row.field,
        "start": row.start,
        "end": row.end,
        "found": row.found,
        "means": row.means,
        "account_id": row.account_id,
        "open_item_id": row.open_item_id,
    }
