"""Pure decisions of access: who may do a verb over an amount, who may decide, and when a log-in is locked.

Facts in, a decision out; no database, no clock. The rows of `matrix` say which role holds which right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from billwright.access.matrix import MATRIX, Right
from billwright.access.states import LoginOutcome, Role
from billwright.kernel.money import Money


class Rule(StrEnum):
    """The rules that may refuse, in their order of precedence: the first that refuses is the one that is named."""

    ACTOR_UNKNOWN = "access.actor_unknown"  # nobody by that key, or a user who has been deactivated
    VERB_UNKNOWN = "access.verb_unknown"  # the matrix has no such row: nobody may
    NO_PERMISSION = "access.no_permission"  # none of the person's roles holds the right
    OTHER_ENTITY = "access.other_entity"  # a role holds it, but for another legal entity
    SAME_PERSON = "access.same_person"  # the person did an act from which this one is kept apart
    ABOVE_LIMIT = "access.above_limit"  # the amount is above the authority limit of every role
    SECOND_PERSON = "access.second_person"  # the verb always needs the consent of a second person


# These refusals can be lifted by a person with more authority: the pages offer to ask.
ASKABLE = frozenset({Rule.NO_PERMISSION, Rule.ABOVE_LIMIT, Rule.SECOND_PERSON})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held for one legal entity, or for all when none is named."""

    role: Role
    legal_entity_id: int | None = None

    def covers(self, legal_entity_id: int | None) -> bool:
        """An act that names no entity concerns all of them, so only an unlimited grant covers it."""
        return self.legal_entity_id is None or self.legal_entity_id == legal_entity_id


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to `limit_minor` of `currency`, from a day on until another (excluded)."""

    role: Role
    verb_pattern: str
    currency: str
    limit_minor: int
    valid_from: date
    valid_until: date | None = None

    def matches(self, verb: str) -> bool:
        pattern = self.verb_pattern
        return verb.startswith(pattern[:-1]) if pattern.endswith("*") else verb == pattern

    def rules_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a decision rests on.

    `separated_from` are the actors of earlier acts from which the verb is kept apart; `consented` says that the verb
    runs from an approval which another person asked for.
    """

    verb: str
    actor: str
    is_active: bool
    as_of: date
    grants: tuple[Grant, ...] = ()
    limits: tuple[Limit, ...] = ()
    amount: Money | None = None
    legal_entity_id: int | None = None
    separated_from: frozenset[str] = frozenset()
    consented: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed, or the rule that refused; `ceiling_minor` is the highest limit of the person where one ruled."""

    rule: Rule | None = None
    ceiling_minor: int | None = None

    @property
    def allowed(self) -> bool:
        return self.rule is None


def ruling_limit(limits: Iterable[Limit], *, role: Role, verb: str, currency: str, as_of: date) -> Limit | None:
    """The limit row in force: the most exact pattern rules, and of its rows the one that began last."""
    matching = [
        limit
        for limit in limits
        if limit.role == role and limit.currency == currency and limit.matches(verb) and limit.rules_on(as_of)
    ]
    # An exact name is more exact than a pattern of the same length.
    return max(
        matching,
        key=lambda limit: (not limit.verb_pattern.endswith("*"), len(limit.verb_pattern), limit.valid_from),
        default=None,
    )


def ceiling(right: Right, limits: Iterable[Limit], *, role: Role, currency: str, as_of: date) -> int | None:
    """The amount in minor units up to which a role may do a verb; None when it is unbounded."""
    row = ruling_limit(limits, role=role, verb=right.code, currency=currency, as_of=as_of)
    if row is not None:
        return row.limit_minor
    return 0 if right.cells[role] == "L" else None


def decide(facts: Facts) -> Decision:
    """Whether the actor may do the verb. The order of the questions is the order of Rule."""
    if not facts.is_active:
        return Decision(Rule.ACTOR_UNKNOWN)
    right = MATRIX.get(facts.verb)
    if right is None:
        return Decision(Rule.VERB_UNKNOWN)
    if right.kind == "o":
        return Decision()
    holding = [grant for grant in facts.grants if right.cells.get(grant.role, ".") in "YL"]
    if not holding:
        return Decision(Rule.NO_PERMISSION)
    covering = [grant for grant in holding if grant.covers(facts.legal_entity_id)]
    if not covering:
        return Decision(Rule.OTHER_ENTITY)
    if facts.actor in facts.separated_from:
        return Decision(Rule.SAME_PERSON)
    within = _within_limit(right, covering, facts)
    if not within.allowed:
        return within
    if right.needs_second_person and not facts.consented:
        return Decision(Rule.SECOND_PERSON)
    return within


def _within_limit(right: Right, grants: list[Grant], facts: Facts) -> Decision:
    """The most generous role rules: holding a second role never takes authority away."""
    if facts.amount is None:
        # A bounded role may not do what has no stated amount.
        unbounded = any(right.cells[grant.role] == "Y" for grant in grants)
        return Decision() if unbounded else Decision(Rule.ABOVE_LIMIT, 0)
    amount = facts.amount
    ceilings = [
        ceiling(right, facts.limits, role=grant.role, currency=amount.currency, as_of=facts.as_of) for grant in grants
    ]
    bounded = [bound for bound in ceilings if bound is not None]
    if len(bounded) < len(ceilings):
        return Decision()
    highest = max(bounded)
    return Decision(None if abs(amount.amount_minor) <= highest else Rule.ABOVE_LIMIT, highest)


def may_decide_for(*, requested_by: str, decider: str) -> bool:
    """Four eyes: nobody decides on a request of their own."""
    return requested_by != decider


@dataclass(frozen=True, slots=True)
class LockoutRule:
    """How many failures within a span lock a name or an address, and for how long after the last of them."""

    name_failures_max: int = 5
    address_failures_max: int = 50
    span: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One earlier attempt, newest first in a list of them."""

    outcome: LoginOutcome
    at: datetime


_FAILURES = frozenset({LoginOutcome.WRONG_PASSWORD, LoginOutcome.WRONG_CODE})


def locked_until(attempts: Iterable[Attempt], *, failures_max: int, span: timedelta, at: datetime) -> datetime | None:
    """The instant until which attempts are refused, or None.

    `attempts` come newest first. Failures count back to the last success, within `span`; the lock ends `span` after
    the failure that reached the number. Refused attempts do not prolong it, or an attacker could lock a person out
    for good.
    """
    failures: list[datetime] = []
    for attempt in attempts:
        if attempt.outcome == LoginOutcome.SUCCEEDED or attempt.at <= at - span:
            break
        if attempt.outcome in _FAILURES:
            failures.append(attempt.at)
    if len(failures) < failures_max:
        return None
    return failures[0] + span
