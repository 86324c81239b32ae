"""The one Authority: gathers the facts, asks `policies.decide`, and says no in words.

Wired by the project at start. `system:<job>` actors may do a fixed few verbs; the built-in operator acts for
commands; everybody else is a user whose roles and limits decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from billwright.access import approvals, queries
from billwright.access.matrix import MATRIX, SEPARATED, SYSTEM_VERBS
from billwright.access.models import User
from billwright.access.naming import ids_named
from billwright.access.policies import Decision, Facts, Rule, decide
from billwright.access.states import OPERATOR_ACTOR, ROLE_LABELS, SYSTEM_PREFIX, UserState
from billwright.kernel import audit, idempotency
from billwright.kernel.acts import VERBS, Act, Arguments
from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money

EntitiesOf = Callable[[frozenset[int]], Iterable[int]]


@dataclass(frozen=True, slots=True)
class Consent:
    """What two people agreed on: the verb, the digest of its arguments, and who they are."""

    verb: str
    digest: str
    requested_by: str
    decided_by: str


_consent: ContextVar[Consent | None] = ContextVar("consent", default=None)


@contextmanager
def consented(consent: Consent) -> Iterator[None]:
    """Within the block a verb runs from an approval; only `workflow.approvals` opens it."""
    assert consent.requested_by != consent.decided_by, "nobody decides on a request of their own"
    token = _consent.set(consent)
    try:
        yield
    finally:
        _consent.reset(token)


def day_of(at: datetime) -> date:
    """The day on which a limit is judged: the civil date in UTC, the same for every legal entity."""
    return at.astimezone(UTC).date()


class AccessAuthority:
    """Implements `kernel.acts.Authority`.

    The legal entity of an act is its argument `legal_entity_id`, or is looked up by what its arguments name: higher
    tiers own those tables, so the project hands the look-ups in.
    """

    def __init__(self) -> None:
        self._entities_of: dict[str, EntitiesOf] = {"approval_id": approvals.entities_of}
        self._argument_of: dict[str, str] = {}

    def look_up_entities(self, argument: str, entities_of: EntitiesOf) -> None:
        """Let a name such as `account_id`, in the arguments or within one of them, tell the entity of an act."""
        self._entities_of[argument] = entities_of

    def name_subject(self, noun: str, argument: str) -> None:
        """Let a subject such as `bill_run:7` be looked up as an argument whose name is not that of its noun."""
        self._argument_of[noun] = argument

    def legal_entity_of_subject(self, subject: str) -> int | None:
        """The one legal entity of a subject such as `account:7`; None where it belongs to none, or nobody knows."""
        noun, _colon, number = subject.partition(":")
        argument = self._argument_of.get(noun, f"{noun}_id")
        return self.legal_entity_of({argument: int(number)}) if number.isdecimal() and len(number) < 19 else None

    def require(self, *, act: Act, verb: str, amount: Money | None, arguments: Arguments) -> None:
        """Return when the actor may; raise NotAllowed that names the rule and who may instead."""
        if act.actor == OPERATOR_ACTOR:
            return
        if act.actor.startswith(SYSTEM_PREFIX):
            if verb not in SYSTEM_VERBS.get(act.actor, ()):
                raise _refusal(Decision(Rule.NO_PERMISSION), verb=verb, amount=amount, who=())
            return
        facts = self._facts(act=act, verb=verb, amount=amount, arguments=arguments)
        decision = decide(facts)
        if not decision.allowed:
            facts = replace(facts, legal_entity_id=self.legal_entity_of(arguments))
            raise _refusal(decision, verb=verb, amount=amount, who=_who_else(facts))

    def decision_on(self, *, act: Act, verb: str, amount: Money | None, arguments: Arguments) -> Decision:
        """What `require` would say, without raising: for a page that offers an act or explains why not."""
        if act.actor == OPERATOR_ACTOR:
            return Decision()
        return decide(self._facts(act=act, verb=verb, amount=amount, arguments=arguments))

    def legal_entity_of(self, arguments: Arguments) -> int | None:
        """The one legal entity that an act concerns; None means that it names none or several, so it concerns all."""
        named = ids_named(arguments, frozenset({"legal_entity_id", *self._entities_of}))
        entities = named.pop("legal_entity_id", set())
        for name, ids in named.items():
            entities |= set(self._entities_of[name](frozenset(ids)))
        return entities.pop() if len(entities) == 1 else None

    def _facts(self, *, act: Act, verb: str, amount: Money | None, arguments: Arguments) -> Facts:
        user_id = queries.user_id_of(act.actor)
        active = user_id is not None and User.objects.filter(pk=user_id, state=UserState.ACTIVE).exists()
        grants = queries.grants_of(user_id) if active and user_id is not None else ()
        # Whoever holds every role for all companies is spared the look-up: bulk imports ask per chunk.
        limited = any(grant.legal_entity_id is not None for grant in grants)
        return Facts(
            verb=verb,
            actor=act.actor,
            is_active=active,
            as_of=day_of(act.at),
            grants=grants,
            limits=queries.limits_in(amount.currency) if amount else (),
            amount=amount,
            legal_entity_id=self.legal_entity_of(arguments) if limited else None,
            separated_from=_separated_from(verb, arguments),
            consented=_is_consented(act, verb, arguments),
        )


AUTHORITY = AccessAuthority()


def _separated_from(verb: str, arguments: Arguments) -> frozenset[str]:
    earlier = SEPARATED.get(verb)
    if not earlier:
        return frozenset()
    # The subject of a separated verb is named by its arguments alone.
    return audit.actors_of(verbs=earlier, subject=VERBS[verb].subject(arguments, None))


def _is_consented(act: Act, verb: str, arguments: Arguments) -> bool:
    consent = _consent.get()
    if consent is None or consent.verb != verb or consent.decided_by != act.actor:
        return False
    return consent.digest == digest_of(verb, VERBS[verb].freeze(arguments))


def digest_of(verb: str, frozen_arguments: dict[str, object]) -> str:
    """What an approval is about, in one hash: the verb and its arguments."""
    return idempotency.digest({"verb": verb, "arguments": frozen_arguments})


def _who_else(facts: Facts) -> tuple[str, ...]:
    return queries.who_may(
        verb=facts.verb,
        amount=facts.amount,
        legal_entity_id=facts.legal_entity_id,
        as_of=facts.as_of,
        except_actors=facts.separated_from | {facts.actor},
    ).as_text()


def _refusal(decision: Decision, *, verb: str, amount: Money | None, who: tuple[str, ...]) -> NotAllowed:
    assert decision.rule is not None
    right = MATRIX.get(verb)
    roles = ", ".join(str(ROLE_LABELS[role]) for role in right.roles()) if right else ""
    says = {
        Rule.ACTOR_UNKNOWN: _("This user is not active."),
        Rule.VERB_UNKNOWN: _("“%(verb)s” is not in the permission matrix, so nobody may do it.") % {"verb": verb},
        Rule.NO_PERMISSION: _("None of your roles may do this; it belongs to: %(roles)s.") % {"roles": roles or "-"},
        Rule.OTHER_ENTITY: _("Your role covers another legal entity, not this one."),
        Rule.SAME_PERSON: _("You prepared this: another person must approve it."),
        Rule.ABOVE_LIMIT: _above_limit(decision, amount),
        Rule.SECOND_PERSON: _("This always needs the consent of a second person."),
    }[decision.rule]
    cure = _("Ask for approval by: %(who)s.") % {"who": ", ".join(who)} if who else None
    return NotAllowed(str(decision.rule), says, rule=says, who_may=who, cure=cure)


def _above_limit(decision: Decision, amount: Money | None) -> str:
    if amount is None:
        return _("Your authority is limited and this act has no stated amount.")
    ceiling = Money(decision.ceiling_minor or 0, amount.currency)
    return _("%(amount)s is above your authority limit of %(limit)s.") % {
        "amount": f"{amount.currency} {abs(amount.decimal):,}",
        "limit": f"{ceiling.currency} {ceiling.decimal:,}",
    }
