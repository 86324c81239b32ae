"""What a run takes and what it leaves out: a decision over facts that were read before, without the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from billwright.kernel.money import Money
from billwright.payments.collecting_rows import CollectionRow, MandateRow
from billwright.payments.operations.collections import FindingDraft
from billwright.payments.policies import Due, next_mandated_day, within_limit
from billwright.payments.rules import Answer
from billwright.payments.scheme_days import mandate_answer
from billwright.payments.states import CollectionFindingKind, FailurePlan, MandateFrequency
from billwright.receivables.rows import OpenItemRow

FIRST, RECURRING, ONE_OFF, LAST = "FRST", "RCUR", "OOFF", "FNAL"
# One answer for each amount of a run; the rules themselves do not change while it is prepared.
ANSWERS_KEPT_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """One debit that the run takes. `taken_up` is the failure that it answers, if it answers one."""

    mandate: MandateRow
    due: tuple[Due, ...]
    sequence: str
    taken_up: CollectionRow | None = None

    @property
    def amount(self) -> Money:
        """What is debited."""
        return Money(sum(one.amount_minor for one in self.due), self.mandate.currency)

    @property
    def is_retry(self) -> bool:
        """Whether the same debit is presented again, and not another method tried."""
        return self.taken_up is not None and self.taken_up.plan == FailurePlan.RETRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the choice is made of. `free_minor` is what may be collected of each item.

    `by_card`: accounts whose due is debited by runs of cards, as a card is their first method; failures apart.
    """

    action_day: date
    told_by: date | None
    mandates: Sequence[MandateRow]
    items: Sequence[OpenItemRow]
    free_minor: Mapping[int, int]
    blocked: Mapping[int, int]
    last_debits: Mapping[int, date]
    failures: Sequence[CollectionRow]
    failure_items: Mapping[int, Sequence[tuple[int, int]]]
    by_card: frozenset[int] = frozenset()


@dataclass(slots=True)
class Choice:
    """What was decided."""

    taken: list[Chosen] = field(default_factory=list)
    findings: list[FindingDraft] = field(default_factory=list)


@lru_cache(maxsize=ANSWERS_KEPT_MAX)
def _holds(scheme: str, on: date, last: date, amount: Money, category: str) -> Answer | None:
    return mandate_answer(scheme, on=on, last=last, amount=amount.decimal, category=category)


def choose(facts: Facts) -> Choice:
    """First the failures whose day has come, each as it was; then what else is due, one debit a mandate."""
    choice = Choice()
    spent: set[int] = set()
    used: set[int] = set()
    for failure in facts.failures:
        _take_up(facts, failure, choice, spent, used)
    by_account: dict[int, list[OpenItemRow]] = defaultdict(list)
    for item in facts.items:
        if item.open_item_id not in spent:
            by_account[item.account_id].append(item)
    first: dict[int, MandateRow] = {}
    for mandate in facts.mandates:
        if mandate.account_id not in facts.by_card:
            first.setdefault(mandate.account_id, mandate)
    for account_id, mandate in first.items():
        _take_due(facts, mandate, by_account[account_id], choice, is_used=mandate.id in used)
    return choice


def _take_up(facts: Facts, failure: CollectionRow, choice: Choice, spent: set[int], used: set[int]) -> None:
    parts = facts.failure_items.get(failure.id, ())
    is_retry = failure.plan == FailurePlan.RETRY
    mandate = next(
        (
            one
            for one in facts.mandates
            if (one.id == failure.mandate_id if is_retry else one.stored_method_id == failure.fallback_method_id)
        ),
        None,
    )
    if mandate is None:
        # Of another scheme, or not active any more: then it stays in the queue.
        return
    if any(facts.free_minor.get(item_id, 0) < amount for item_id, amount in parts):
        choice.findings.append(_finding(mandate, CollectionFindingKind.CHANGED_SINCE, failure.amount))
        return
    why = _against(facts, mandate, failure.amount, is_retry=is_retry)
    if why is not None:
        choice.findings.append(_finding(mandate, why[0], failure.amount, why[1]))
        return
    spent.update(item_id for item_id, _amount in parts)
    used.add(mandate.id)
    due = tuple(Due(open_item_id=item_id, amount_minor=amount) for item_id, amount in parts)
    choice.taken.append(Chosen(mandate=mandate, due=due, sequence=_sequence(facts, mandate), taken_up=failure))


def _take_due(
    facts: Facts, mandate: MandateRow, items: Sequence[OpenItemRow], choice: Choice, *, is_used: bool
) -> None:
    ready: list[Due] = []
    left: dict[CollectionFindingKind, int] = defaultdict(int)
    for item in items:
        free = facts.free_minor.get(item.open_item_id, 0)
        if free <= 0 or item.due_date > facts.action_day:
            continue
        if item.open_item_id in facts.blocked:
            left[CollectionFindingKind.FAILED_BEFORE] += free
        elif facts.told_by is not None and item.document_date > facts.told_by:
            left[CollectionFindingKind.NOTICE_TOO_SHORT] += free
        else:
            ready.append(Due(open_item_id=item.open_item_id, amount_minor=free))
    taken, over = within_limit(ready, mandate.limit.amount_minor if mandate.limit else None)
    if over:
        left[CollectionFindingKind.OVER_LIMIT] += sum(one.amount_minor for one in over)
    for kind, minor in left.items():
        choice.findings.append(_finding(mandate, kind, Money(minor, mandate.currency)))
    if not taken:
        return
    amount = Money(sum(one.amount_minor for one in taken), mandate.currency)
    why = _against(facts, mandate, amount, is_used=is_used)
    if why is not None:
        choice.findings.append(_finding(mandate, why[0], amount, why[1]))
        return
    choice.taken.append(Chosen(mandate=mandate, due=tuple(taken), sequence=_sequence(facts, mandate)))


def _against(
    facts: Facts, mandate: MandateRow, amount: Money, *, is_retry: bool = False, is_used: bool = False
) -> tuple[CollectionFindingKind, str] | None:
    """What stands against a debit on the mandate, or None."""
    day = facts.action_day
    if (mandate.first_on and day < mandate.first_on) or (mandate.ends_on and day > mandate.ends_on):
        return CollectionFindingKind.OUTSIDE_MANDATE, ""
    if mandate.limit is not None and amount > mandate.limit:
        return CollectionFindingKind.OVER_LIMIT, ""
    last = facts.last_debits.get(mandate.id)
    if not is_retry and mandate.frequency != MandateFrequency.AS_NEEDED:
        if mandate.frequency == MandateFrequency.ONE_OFF and (last is not None or is_used):
            return CollectionFindingKind.TOO_OFTEN, _("It was given for one debit.")
        if last is not None or is_used:
            next_day = _next(mandate, last or day)
            if is_used or day < next_day:
                return CollectionFindingKind.TOO_OFTEN, _("The next debit is on %(day)s.") % {"day": next_day}
    answer = _holds(mandate.scheme, day, mandate.last_collected_on or mandate.signed_on, amount, mandate.category)
    if answer is not None and answer.answer is False:
        return CollectionFindingKind.MANDATE_ENDED, answer.says
    return None


def _next(mandate: MandateRow, last: date) -> date:
    return next_mandated_day(frequency=mandate.frequency, collection_day=mandate.collection_day, last=last)


def _sequence(facts: Facts, mandate: MandateRow) -> str:
    """FRST until a debit of the mandate was paid, then RCUR, and FNAL when no further one fits before its end."""
    if mandate.frequency == MandateFrequency.ONE_OFF:
        return ONE_OFF
    if mandate.last_collected_on is None and mandate.id not in facts.last_debits:
        return FIRST
    if mandate.ends_on is not None and _next(mandate, facts.action_day) > mandate.ends_on:
        return LAST
    return RECURRING


def _finding(mandate: MandateRow, kind: CollectionFindingKind, amount: Money, says: str = "") -> FindingDraft:
    return FindingDraft(account_id=mandate.account_id, mandate_id=mandate.id, kind=kind, amount=amount, says=says)
