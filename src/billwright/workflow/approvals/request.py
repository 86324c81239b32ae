"""Asking: the act is described, checked for sense, frozen and put before those who may."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from billwright.access.approvals import ApprovalRow
from billwright.access.authority import AUTHORITY, digest_of
from billwright.access.matrix import MATRIX, NOT_BY_APPROVAL
from billwright.access.naming import owner_of
from billwright.access.operations import approvals
from billwright.access.queries import user_id_of
from billwright.kernel import acts, outbox
from billwright.kernel.acts import Act, Verb, note_change
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money

VALID_DAYS = 7
VALID_DAYS_MAX = 60


@acts.verb("approval.request", subject=lambda _arguments, approval: f"approval:{approval.id}")
def request_approval(
    *,
    act: Act,
    verb: str,
    arguments: dict[str, Any],
    case_text: str = "",
    attachment_keys: tuple[str, ...] = (),
    valid_days: int = VALID_DAYS,
) -> ApprovalRow:
    """Ask that another person do `verb` with these arguments; `act.reason` says why.

    The same request by the same person while it waits is answered with the one that waits. Raises Refusal
    `approval.reason_missing`, `approval.bad_arguments`, `approval.bad_validity`, `approval.not_by_approval`,
    `approval.not_a_person`; NotFound `approval.unknown_verb`.
    """
    asked = _requestable(verb)
    requested_by = _requester(act, valid_days)
    frozen = _frozen(asked, arguments)
    digest = digest_of(verb, frozen)
    if waiting := approvals.find_same_request(digest=digest, requested_by=requested_by):
        return waiting
    thawed = asked.thaw(frozen)
    amount = asked.amount(thawed)
    approval = approvals.record_request(
        verb=verb,
        arguments=frozen,
        sealed_for=owner_of(thawed),
        digest=digest,
        amount=amount,
        legal_entity_id=AUTHORITY.legal_entity_of(thawed),
        subject=_subject(asked, thawed),
        case_text=case_text,
        attachment_keys=attachment_keys,
        reason=act.reason.strip(),
        requested_by=requested_by,
        at=act.at,
        expires_at=act.at + timedelta(days=valid_days),
    )
    _tell(approval, amount, at=act.at)
    return approval


def _tell(approval: ApprovalRow, amount: Money | None, *, at: datetime) -> None:
    stated = {"amount": str(amount.decimal), "currency": amount.currency} if amount else {}
    note_change(after={"verb": approval.verb, **stated})
    outbox.emit(topic="approval.requested", subject=f"approval:{approval.id}", at=at)


def _requester(act: Act, valid_days: int) -> int:
    """The person who asks, when they say why and for how long."""
    requested_by = user_id_of(act.actor)
    if requested_by is None:
        raise Refusal("approval.not_a_person", _("Only a person asks for approval."))
    act.require_reason("approval.reason_missing", _("Say why this should be done."))
    if not 1 <= valid_days <= VALID_DAYS_MAX:
        raise Refusal(
            "approval.bad_validity",
            _("A request waits 1 to %(max)d days.") % {"max": VALID_DAYS_MAX},
            field="valid_days",
        )
    return requested_by


def _requestable(verb: str) -> Verb:
    """The verb, when it can be asked for at all."""
    right = MATRIX.get(verb)
    if right is None or verb not in acts.VERBS:
        raise NotFound("approval.unknown_verb", _("No act is called %(verb)s.") % {"verb": verb}, field="verb")
    if verb in NOT_BY_APPROVAL or right.kind == "o" or verb.startswith("approval."):
        raise Refusal(
            "approval.not_by_approval",
            _("This act cannot be asked for: it is one's own, or it carries a secret."),
            field="verb",
        )
    return acts.VERBS[verb]


def _frozen(verb: Verb, arguments: dict[str, Any]) -> dict[str, Any]:
    try:
        return verb.freeze(arguments)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refusal(
            "approval.bad_arguments",
            _("The request does not describe the act: %(why)s.") % {"why": first["msg"]},
            field=".".join(str(part) for part in first["loc"]),
        ) from error


def _subject(verb: Verb, arguments: dict[str, Any]) -> str:
    """What the act is about, where its arguments alone tell; an act that makes something new has no subject yet."""
    try:
        subject = verb.subject(arguments, None)
    except (AttributeError, KeyError, TypeError):
        return ""
    return "" if subject.endswith(":None") else subject
