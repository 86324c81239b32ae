"""Checks before issue: what each does in a company, and the documents that they hold.

A check is changed by two people: ask for approval of `check_rule.set` under /approvals.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from billwright.interfaces.api.doors import act_of, entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    DecimalText,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Rows,
    Text,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, Out
from billwright.invoicing.operations.checks import release_many
from billwright.invoicing.queries import checks as queries
from billwright.invoicing.queries.checks import CheckRow, HeldRow
from billwright.invoicing.states import CheckSeverity, FindingCode, HeldState
from billwright.workflow.bill_checks import CheckPreview, preview_check

router = Router()


class CheckList(Schema):
    """Whose checks, as of which day; `history` lists everything chosen and planned."""

    legal_entity_id: Id
    on: Day
    history: bool = False


class CheckAsked(Closed):
    """A change to try out."""

    legal_entity_id: Id
    code: FindingCode
    severity: CheckSeverity
    factor: DecimalText | None = None
    minimum: DecimalText | None = None
    days: Annotated[int, Field(ge=0, le=3650)] | None = None


class HeldList(PageQuery):
    """Which held documents."""

    state: HeldState | None = None
    code: FindingCode | None = None
    run_id: Id | None = None


class HeldShape(Schema):
    """A held document."""

    id: int
    run_id: int
    payer_id: int
    legal_entity_id: int
    total: MoneyShape
    code: str
    state: str
    reason: str
    decided_by: str


class HeldRelease(Closed):
    """Which documents may go, and why."""

    held_ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]
    reason: Annotated[Text, Field(min_length=1, max_length=400)]


@router.get("/checks", response={200: list[Out[CheckRow]], **PROBLEMS}, summary="What each check does")
def list_checks(request: HttpRequest, asked: Query[CheckList]) -> list[CheckRow]:
    require(request, "bill_run.view", legal_entity_id=asked.legal_entity_id)
    if asked.history:
        return queries.check_history(legal_entity_id=asked.legal_entity_id)
    return queries.list_checks(legal_entity_id=asked.legal_entity_id, on=asked.on)


@router.post("/checks/preview", response={200: Out[CheckPreview], **PROBLEMS}, summary="Try a change on the last run")
def preview(request: HttpRequest, body: CheckAsked) -> CheckPreview:
    """Nothing is changed: it says how many documents of the last run would have been held."""
    require(request, "bill_run.view", legal_entity_id=body.legal_entity_id)
    given = CheckAsked.model_dump(body)
    return preview_check(act=act_of(request), **given | _numbers(body))


def _numbers(body: CheckAsked) -> dict[str, Decimal | None]:
    return {name: Decimal(text) if (text := getattr(body, name)) else None for name in ("factor", "minimum")}


@router.get("/held", response={200: Page[HeldShape], **PROBLEMS}, summary="Held documents, the oldest first")
def list_held(request: HttpRequest, asked: Query[HeldList]) -> Rows[HeldShape]:
    rows = queries.list_held(
        state=asked.state or "",
        code=asked.code or "",
        run_id=asked.run_id,
        legal_entity_ids=entities(request, "bill_run.view"),
        after_id=position_of(asked.cursor) or 0,
        limit=asked.limit + 1,
    )
    return page_of([_held(row) for row in rows], asked)


def _held(row: HeldRow) -> HeldShape:
    return HeldShape(
        id=row.id, run_id=row.run_id, payer_id=row.payer_id, legal_entity_id=row.legal_entity_id,
        total=MoneyShape.of(row.total), code=row.code, state=row.state, reason=row.reason, decided_by=row.decided_by,
    )  # fmt: skip


@router.post("/held/release", response={200: list[HeldShape], **PROBLEMS}, summary="Let documents go")
def release(request: HttpRequest, body: HeldRelease) -> list[HeldShape]:
    """All or none. A document that changed since is held again."""
    rows = perform(request, release_many, held_ids=tuple(body.held_ids), reason=body.reason)
    return [_held(row) for row in rows]
