"""The audit trail: who did what to which subject, when and why. Sealed personal values stay sealed here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from billwright.access.authority import AUTHORITY
from billwright.interfaces.api.doors import entities, require, require_everywhere
from billwright.interfaces.api.shapes import PROBLEMS, Id, Page, PageQuery, Rows, Text, page_of, position_of
from billwright.interfaces.api.wire import Day
from billwright.kernel import audit

router = Router()


class AuditList(PageQuery):
    """Filters of the list; everything given must hold. Days are civil dates in UTC, both included."""

    verb: Annotated[Text, Field(max_length=80, description="May end in *.")] = ""
    subject: Annotated[Text, Field(max_length=120, examples=["account:7"])] = ""
    actor: Annotated[Text, Field(max_length=80, examples=["user:7"])] = ""
    since: Day | None = None
    until: Day | None = None


class AuditShape(Schema):
    """One act."""

    id: int
    verb: str
    actor: str
    on_behalf_of: str
    subject: str
    reason: str
    key: str
    effective_on: date | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    recorded_at: datetime


@router.get("", response={200: Page[AuditShape], **PROBLEMS}, summary="List acts, the newest first")
def list_events(request: HttpRequest, asked: Query[AuditList]) -> Rows[AuditShape]:
    """Who may read the trail of some companies only names a subject of theirs."""
    if entities(request, "audit.view") is not None:
        _require_of(request, asked.subject)
    events = audit.list_events(
        verb=asked.verb, subject=asked.subject, actor=asked.actor, since=asked.since, until=asked.until
    )
    position = position_of(asked.cursor)
    if position is not None:
        events = events.filter(id__lt=position)
    rows = [AuditShape.model_validate(event) for event in events[: asked.limit + 1]]
    return page_of(rows, asked)


@router.get("/{event_id}", response={200: AuditShape, **PROBLEMS}, summary="One act")
def get_event(request: HttpRequest, event_id: Id) -> AuditShape:
    require(request, "audit.view")
    event = audit.get_event(event_id)
    _require_of(request, event.subject)
    return AuditShape.model_validate(event)


def _require_of(request: HttpRequest, subject: str) -> None:
    """Raises NotAllowed unless the trail of a subject may be read: that of no one company only by who may read all."""
    company = AUTHORITY.legal_entity_of_subject(subject)
    if company is None:
        require_everywhere(request, "audit.view")
    else:
        require(request, "audit.view", legal_entity_id=company)
