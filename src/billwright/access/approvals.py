"""Approvals as others read them: the queue, one case, and what it would do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from billwright.access.models import Approval
from billwright.access.states import USER_PREFIX, ApprovalState
from billwright.kernel import vault
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A request for approval with its case. What its act is told is sealed: `arguments_of` opens it."""

    id: int
    verb: str
    digest: str
    amount_minor: int | None
    currency: str
    legal_entity_id: int | None
    subject: str
    case_text: str
    attachment_keys: tuple[str, ...]
    reason: str
    requested_by: int
    requested_by_name: str
    requested_at: datetime
    expires_at: datetime
    state: str
    decided_by: int | None
    decided_by_name: str
    decided_at: datetime | None
    decision_note: str
    executed_at: datetime | None
    failure: str

    @property
    def amount(self) -> Money | None:
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def requester(self) -> str:
        """The actor key of who asked."""
        return f"{USER_PREFIX}{self.requested_by}"

    @property
    def is_open(self) -> bool:
        """Whether somebody can still decide: it waits, or was agreed to and could not be carried out."""
        return self.state in {ApprovalState.PENDING, ApprovalState.APPROVED}


def approval_row(approval: Approval) -> ApprovalRow:
    return ApprovalRow(
        id=approval.pk,
        verb=approval.verb,
        digest=approval.digest,
        amount_minor=approval.amount_minor,
        currency=approval.currency,
        legal_entity_id=approval.legal_entity_id,
        subject=approval.subject,
        case_text=approval.case_text,
        attachment_keys=tuple(approval.attachment_keys),
        reason=approval.reason,
        requested_by=approval.requested_by_id,
        requested_by_name=str(approval.requested_by),
        requested_at=approval.requested_at,
        expires_at=approval.expires_at,
        state=approval.state,
        decided_by=approval.decided_by_id,
        decided_by_name=str(approval.decided_by or ""),
        decided_at=approval.decided_at,
        decision_note=approval.decision_note,
        executed_at=approval.executed_at,
        failure=approval.failure,
    )


def _with_people() -> QuerySet[Approval]:
    return Approval.objects.select_related("requested_by", "decided_by")


def get_approval(approval_id: int) -> ApprovalRow:
    """One request. Raises NotFound `approval.unknown`."""
    approval = _with_people().filter(pk=approval_id).first()
    if approval is None:
        raise _unknown(approval_id)
    return approval_row(approval)


def arguments_of(approval_id: int) -> dict[str, Any]:
    """The frozen arguments of a request. Raises NotFound `approval.unknown`, Refusal `vault.erased`."""
    found = Approval.objects.filter(pk=approval_id).values_list("sealed_for", "sealed").first()
    if found is None:
        raise _unknown(approval_id)
    owner, sealed = found
    return vault.unseal(owner, bytes(sealed))


def _unknown(approval_id: int) -> NotFound:
    return NotFound("approval.unknown", f"There is no request {approval_id}.", field="approval")


def entities_of(approval_ids: frozenset[int]) -> set[int]:
    """The legal entities that requests concern, as far as they name one."""
    rows = Approval.objects.filter(pk__in=approval_ids).values_list("legal_entity_id", flat=True)
    return {entity_id for entity_id in rows if entity_id is not None}


def list_approvals(
    *,
    states: Iterable[str] = (),
    requested_by: int | None = None,
    subject: str = "",
    legal_entity_ids: Collection[int] | None = None,
    before_id: int | None = None,
    count_max: int | None = 200,
) -> list[ApprovalRow]:
    """Requests, the newest first; `before_id` goes on from the last row of a page. All without `count_max`."""
    approvals = _with_people().order_by("-id")
    if states:
        approvals = approvals.filter(state__in=[str(state) for state in states])
    if requested_by is not None:
        approvals = approvals.filter(requested_by_id=requested_by)
    if subject:
        approvals = approvals.filter(subject=subject)
    if legal_entity_ids is not None:
        approvals = approvals.filter(legal_entity_id__in=legal_entity_ids)
    if before_id is not None:
        approvals = approvals.filter(pk__lt=before_id)
    return [approval_row(approval) for approval in approvals[:count_max]]


def count_waiting(*, except_requested_by: int | None = None) -> int:
    """How many requests wait, those of one person left out: what a badge in the navigation counts."""
    waiting = Approval.objects.filter(state=ApprovalState.PENDING)
    return waiting.exclude(requested_by_id=except_requested_by).count()
