"""The rows of approvals. Which verb runs, and under whom, is the workflow's: see `workflow.approvals`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from billwright.access.approvals import ApprovalRow, approval_row
from billwright.access.models import Approval
from billwright.access.states import APPROVAL, ApprovalState
from billwright.kernel import vault
from billwright.kernel.errors import NotFound
from billwright.kernel.locking import lock_rows
from billwright.kernel.money import Money


def lock_approval(approval_id: int) -> ApprovalRow:
    """One request, locked until the transaction ends. Raises NotFound `approval.unknown`."""
    return approval_row(_locked(approval_id))


def find_same_request(*, digest: str, requested_by: int) -> ApprovalRow | None:
    """The same person's request for the same act that still waits."""
    found = Approval.objects.filter(digest=digest, requested_by_id=requested_by, state=ApprovalState.PENDING).first()
    return approval_row(found) if found else None


def record_request(
    *,
    verb: str,
    arguments: dict[str, Any],
    sealed_for: str,
    digest: str,
    amount: Money | None,
    legal_entity_id: int | None,
    subject: str,
    case_text: str,
    attachment_keys: tuple[str, ...],
    reason: str,
    requested_by: int,
    at: datetime,
    expires_at: datetime,
) -> ApprovalRow:
    """Write a request down as PENDING, its arguments sealed under the key of `sealed_for`."""
    approval = Approval.objects.create(
        verb=verb,
        sealed=vault.seal(sealed_for, arguments),
        sealed_for=sealed_for,
        digest=digest,
        amount_minor=amount.amount_minor if amount else None,
        currency=amount.currency if amount else "",
        legal_entity_id=legal_entity_id,
        subject=subject,
        case_text=case_text,
        attachment_keys=list(attachment_keys),
        reason=reason,
        requested_by_id=requested_by,
        requested_at=at,
        expires_at=expires_at,
    )
    return approval_row(approval)


def record_decision(*, approval_id: int, verb: str, decided_by: int, note: str, at: datetime) -> ApprovalRow:
    """Enter `approve` or `refuse`. A person who tries an agreed one again takes the decision over."""
    approval = _locked(approval_id)
    if approval.state != ApprovalState.APPROVED or verb != "approve":
        approval.state = APPROVAL.enter(verb, approval.state)
    approval.decided_by_id = decided_by
    approval.decided_at = at
    approval.decision_note = note
    approval.failure = ""
    if approval.state == ApprovalState.REFUSED:
        approval.closed_at = at
    approval.save()
    return approval_row(approval)


def record_execution(*, approval_id: int, at: datetime) -> ApprovalRow:
    """The act was carried out."""
    approval = _locked(approval_id)
    approval.state = APPROVAL.enter("execute", approval.state)
    approval.executed_at = approval.closed_at = at
    approval.save()
    return approval_row(approval)


def record_failure(*, approval_id: int, failure: str) -> ApprovalRow:
    """The act was agreed to and refused by a rule of its own: it stays APPROVED until tried again or closed."""
    approval = _locked(approval_id)
    approval.failure = failure
    approval.save()
    return approval_row(approval)


def record_withdrawal(*, approval_id: int, at: datetime) -> ApprovalRow:
    approval = _locked(approval_id)
    approval.state = APPROVAL.enter("withdraw", approval.state)
    approval.closed_at = at
    approval.save()
    return approval_row(approval)


def record_expiry(*, at: datetime) -> tuple[int, ...]:
    """Close the requests whose time is over; answers with their ids. A second run finds none.

    One that was agreed to and could not be carried out ends as well: nobody revives it months later.
    """
    still_open = (ApprovalState.PENDING, ApprovalState.APPROVED)
    overdue = Approval.objects.filter(state__in=still_open, expires_at__lte=at)
    approvals = lock_rows(Approval, list(overdue.values_list("pk", flat=True)))
    closed = [approval for approval in approvals if approval.state in still_open]
    for approval in closed:
        approval.state = APPROVAL.enter("expire", approval.state)
        approval.closed_at = at
        approval.save()
    return tuple(approval.pk for approval in closed)


def _locked(approval_id: int) -> Approval:
    found = lock_rows(Approval, [approval_id])
    if not found:
        raise NotFound("approval.unknown", _("There is no such request."), field="approval")
    return found[0]
