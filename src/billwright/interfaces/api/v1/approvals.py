"""Approvals: ask for an act that needs another person, see what waits, decide."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.access import approvals
from billwright.access.approvals import ApprovalRow
from billwright.access.states import ApprovalState
from billwright.interfaces.api.doors import entities, holder_of, perform, require, require_everywhere
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Rows,
    Text,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import LongText
from billwright.workflow import approvals as workflow

router = Router()


class ApprovalList(PageQuery):
    """Filters of the list; everything given must hold."""

    state: ApprovalState | None = None
    subject: Annotated[Text, Field(max_length=120, examples=["invoice:42"])] = ""
    mine: bool = False


class Request(Closed):
    """Which act is asked for, with its arguments as in the audit trail, and why."""

    verb: Annotated[Text, Field(min_length=1, max_length=80, examples=["credit_note.issue"])]
    arguments: dict[str, Any]
    case_text: LongText = ""
    reason: Annotated[Text, Field(min_length=1, max_length=500)]
    valid_days: Annotated[int, Field(ge=1, le=60)] = 7


class Decision(Closed):
    """Yes or no, and why."""

    approve: bool
    note: Annotated[Text, Field(max_length=500)] = ""


class ApprovalShape(Schema):
    """A request with its case and what became of it. Its arguments are given where one request is asked for."""

    id: int
    verb: str
    arguments: dict[str, Any] | None
    amount: MoneyShape | None
    legal_entity_id: int | None
    subject: str
    case_text: str
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

    @classmethod
    def of(cls, row: ApprovalRow, *, arguments: dict[str, Any] | None = None) -> ApprovalShape:
        members = {name: getattr(row, name) for name in cls.model_fields if name not in {"amount", "arguments"}}
        return cls(**members, amount=MoneyShape.of(row.amount) if row.amount else None, arguments=arguments)

    @classmethod
    def whole(cls, row: ApprovalRow) -> ApprovalShape:
        """With its arguments. Raises Refusal `vault.erased`."""
        return cls.of(row, arguments=approvals.arguments_of(row.id))


@router.get("", response={200: Page[ApprovalShape], **PROBLEMS}, summary="List requests, the newest first")
def list_approvals(request: HttpRequest, asked: Query[ApprovalList]) -> Rows[ApprovalShape]:
    allowed = entities(request, "approval.view")
    rows = approvals.list_approvals(
        states=[asked.state] if asked.state is not None else (),
        requested_by=holder_of(request).user_id if asked.mine else None,
        subject=asked.subject,
        legal_entity_ids=allowed,
        before_id=position_of(asked.cursor),
        count_max=asked.limit + 1,
    )
    return page_of([ApprovalShape.of(row) for row in rows], asked)


@router.post("", response={201: ApprovalShape, **PROBLEMS}, summary="Ask for approval")
def request_approval(request: HttpRequest, body: Request) -> Status[ApprovalShape]:
    row = perform(request, workflow.request_approval, why=body.reason, **members_of(body))
    return Status(201, ApprovalShape.whole(row))


@router.get("/{approval_id}", response={200: ApprovalShape, **PROBLEMS}, summary="One request")
def get_approval(request: HttpRequest, approval_id: Id) -> ApprovalShape:
    require(request, "approval.view")
    row = approvals.get_approval(approval_id)
    if row.requested_by == holder_of(request).user_id:
        return ApprovalShape.whole(row)
    if row.legal_entity_id is None:
        require_everywhere(request, "approval.view")
    else:
        require(request, "approval.view", legal_entity_id=row.legal_entity_id)
    return ApprovalShape.whole(row)


@router.post("/{approval_id}/decide", response={200: ApprovalShape, **PROBLEMS}, summary="Agree or refuse")
def decide_approval(request: HttpRequest, approval_id: Id, body: Decision) -> ApprovalShape:
    """What is agreed to is carried out at once, under the name of who decides."""
    row = perform(request, workflow.decide_approval, approval_id=approval_id, approve=body.approve, note=body.note)
    return ApprovalShape.whole(row)


@router.post("/{approval_id}/withdraw", response={200: ApprovalShape, **PROBLEMS}, summary="Take a request back")
def withdraw_approval(request: HttpRequest, approval_id: Id) -> ApprovalShape:
    return ApprovalShape.of(perform(request, workflow.withdraw_approval, approval_id=approval_id))
