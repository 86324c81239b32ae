"""Deciding: by another person, within their authority, on exactly what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from billwright.access.approvals import ApprovalRow, arguments_of
from billwright.access.authority import AUTHORITY, Consent, consented, day_of, digest_of
from billwright.access.operations import approvals
from billwright.access.policies import may_decide_for
from billwright.access.queries import user_id_of, who_may
from billwright.access.states import OPERATOR_ACTOR, ApprovalState
from billwright.kernel import acts, outbox
from billwright.kernel.acts import Act, note_change
from billwright.kernel.errors import Conflict, NotAllowed, NotFound, Refusal
from billwright.kernel.refusals import refusal_of
from billwright.kernel.states import IllegalTransition


@acts.verb("approval.decide", subject=lambda arguments, _approval: f"approval:{arguments['approval_id']}")
def decide_approval(*, act: Act, approval_id: int, approve: bool, note: str = "") -> ApprovalRow:
    """Agree to a request and carry it out, or refuse it.

    The verb runs under the person who decides, on behalf of the one who asked, in this transaction. When a rule of
    the verb itself refuses, the request stays APPROVED with the failure written on it and can be decided again. A
    decision repeated by the same person gives the same answer.

    Raises NotAllowed `access.own_request` and whatever the Authority says; Conflict `approval.expired`,
    `approval.altered` or an illegal transition; Refusal `approval.note_missing` when refusing without a word,
    `vault.erased` when the customer that it is about was erased: nobody can know any more what was asked for.
    """
    approval = approvals.lock_approval(approval_id)
    decider = user_id_of(act.actor)
    if approval.decided_by == decider and approval.state == _final(approve):
        return approval
    _require_open(approval, act)
    _require_other_person(approval, act)
    if not approve and not note.strip():
        raise Refusal("approval.note_missing", _("Say why you refuse."), field="note")
    arguments = _unaltered_arguments(approval)
    note_change(after={"verb": approval.verb, "approve": approve, "note": note})
    consent = Consent(approval.verb, approval.digest, approval.requester, act.actor)
    with consented(consent):
        if not approve:
            AUTHORITY.require(act=act, verb=approval.verb, amount=approval.amount, arguments=arguments)
        decided = approvals.record_decision(
            approval_id=approval_id,
            verb="approve" if approve else "refuse",
            decided_by=decider or 0,
            note=note.strip(),
            at=act.at,
        )
        result = _carry_out(decided, arguments, act) if approve else decided
    outbox.emit(topic="approval.decided", subject=f"approval:{approval_id}", at=act.at, payload={"state": result.state})
    return result


def _final(approve: bool) -> ApprovalState:
    return ApprovalState.EXECUTED if approve else ApprovalState.REFUSED


def _require_open(approval: ApprovalRow, act: Act) -> None:
    if approval.is_open and approval.expires_at <= act.at:
        raise Conflict("approval.expired", _("Nobody decided in time."), cure=_("It has to be asked for again."))


def _require_other_person(approval: ApprovalRow, act: Act) -> None:
    if may_decide_for(requested_by=approval.requester, decider=act.actor):
        return
    others = who_may(
        verb=approval.verb,
        amount=approval.amount,
        legal_entity_id=approval.legal_entity_id,
        as_of=day_of(act.at),
        except_actors=frozenset({act.actor}),
    ).as_text()
    rule = _("Nobody decides on a request of their own.")
    raise NotAllowed(
        "access.own_request", rule, rule=rule, who_may=others, cure=_("Ask %(who)s.") % {"who": ", ".join(others)}
    )


def _unaltered_arguments(approval: ApprovalRow) -> dict[str, Any]:
    """What the act is to be told. The database refuses to change it; this tells when somebody went round that."""
    frozen = arguments_of(approval.id)
    if digest_of(approval.verb, frozen) != approval.digest:
        raise Conflict(
            "approval.altered",
            _("What is to be done is not what was asked for."),
            cure=_("Refuse to act on it and tell an administrator: the database was changed by hand."),
        )
    verb = acts.VERBS.get(approval.verb)
    if verb is None:
        raise NotFound("approval.unknown_verb", _("No act is called %(verb)s.") % {"verb": approval.verb})
    return verb.thaw(frozen)


def _carry_out(approval: ApprovalRow, arguments: dict[str, Any], act: Act) -> ApprovalRow:
    """Run the verb in a savepoint, so that its refusal undoes its own work and keeps the decision."""
    running = Act(actor=act.actor, at=act.at, reason=approval.reason, on_behalf_of=approval.requester)
    try:
        with transaction.atomic():
            acts.VERBS[approval.verb].call(act=running, **arguments)
    except NotAllowed:
        # Without the authority there is no decision either.
        raise
    except IllegalTransition:
        # Its message has the words of the tables; what is written on a request is read by people.
        failure = _("This is not possible any more, or not yet: what it is about has another state.")
        return approvals.record_failure(approval_id=approval.id, failure=failure)
    except Refusal as refusal:
        return approvals.record_failure(approval_id=approval.id, failure=str(refusal))
    except DatabaseError as error:
        refusal_by_database = refusal_of(error)
        if refusal_by_database is None:
            raise
        return approvals.record_failure(approval_id=approval.id, failure=str(refusal_by_database))
    return approvals.record_execution(approval_id=approval.id, at=act.at)


@acts.verb("approval.withdraw", subject=lambda arguments, _approval: f"approval:{arguments['approval_id']}")
def withdraw_approval(*, act: Act, approval_id: int) -> ApprovalRow:
    """Take one's own request back. Withdrawing twice gives the same answer.

    Raises NotFound `approval.unknown`, also for somebody else's; Conflict when it was decided.
    """
    approval = approvals.lock_approval(approval_id)
    if act.actor not in {approval.requester, OPERATOR_ACTOR}:
        raise NotFound("approval.unknown", _("There is no such request of yours."), field="approval")
    if approval.state == ApprovalState.WITHDRAWN:
        return approval
    return approvals.record_withdrawal(approval_id=approval_id, at=act.at)


@dataclass(frozen=True, slots=True)
class ApprovalsExpired:
    """The requests that nobody decided in time."""

    approval_ids: tuple[int, ...]


@acts.verb(
    "approval.expire", subject=lambda _arguments, _expired: "approvals", did=lambda expired: expired.approval_ids
)
def expire_approvals(*, act: Act) -> ApprovalsExpired:
    """Close the requests whose time is over. A second run closes none."""
    expired = approvals.record_expiry(at=act.at)
    note_change(after={"approvals": list(expired)})
    for approval_id in expired:
        outbox.emit(topic="approval.expired", subject=f"approval:{approval_id}", at=act.at)
    return ApprovalsExpired(expired)
