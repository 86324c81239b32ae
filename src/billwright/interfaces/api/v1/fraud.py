"""Fraud flags: what is held, why, and who decides; and the rules that raise them."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Out
from billwright.payments import watch
from billwright.payments.states import FraudFlagState, FraudRuleKind
from billwright.payments.watch import FraudFlagRow, FraudRuleRow
from billwright.workflow import fraud_watch

router = Router()


class FlagList(PageQuery):
    """Filters of the list."""

    legal_entity_id: Id | None = None
    state: FraudFlagState | None = None


class FlagDecision(Closed):
    """What was found."""

    reason: Reason


class FraudThreshold(Closed):
    """More than `count_max` within `days` raises a flag."""

    is_on: bool = True
    count_max: Annotated[int, Field(ge=0, le=1000)]
    days: Annotated[int, Field(ge=1, le=3650)]


@router.get("/fraud-flags", response={200: Page[Out[FraudFlagRow]], **PROBLEMS}, summary="List fraud flags")
def list_flags(request: HttpRequest, asked: Query[FlagList]) -> Rows[FraudFlagRow]:
    """The newest first; `subject` is the act that is held."""
    rows = watch.list_flags(
        legal_entity_ids=entities(request, "payment.view", asked.legal_entity_id),
        state=asked.state or "",
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("/fraud-flags/{fraud_flag_id}/clear", response={200: Out[FraudFlagRow], **PROBLEMS}, summary="In order")
def clear_flag(request: HttpRequest, fraud_flag_id: Id, body: FlagDecision) -> FraudFlagRow:
    """The act may go on. Not by whose act it is."""
    return perform(request, fraud_watch.clear_flag, why=body.reason, fraud_flag_id=fraud_flag_id)


@router.post(
    "/fraud-flags/{fraud_flag_id}/confirm", response={200: Out[FraudFlagRow], **PROBLEMS}, summary="Stays held"
)
def confirm_flag(request: HttpRequest, fraud_flag_id: Id, body: FlagDecision) -> FraudFlagRow:
    """It is what it looks like."""
    return perform(request, fraud_watch.confirm_flag, why=body.reason, fraud_flag_id=fraud_flag_id)


@router.get(
    "/legal-entities/{legal_entity_id}/fraud-rules",
    response={200: list[Out[FraudRuleRow]], **PROBLEMS},
    summary="Fraud rules of a company",
)
def list_rules(request: HttpRequest, legal_entity_id: Id) -> list[FraudRuleRow]:
    require(request, "payment.view", legal_entity_id=legal_entity_id)
    return watch.list_fraud_rules(legal_entity_id)


@router.post(
    "/legal-entities/{legal_entity_id}/fraud-rules/{kind}",
    response={200: Out[FraudRuleRow], **PROBLEMS},
    summary="Set a fraud rule",
)
def set_rule(request: HttpRequest, legal_entity_id: Id, kind: FraudRuleKind, body: FraudThreshold) -> FraudRuleRow:
    return perform(request, fraud_watch.set_rule, legal_entity_id=legal_entity_id, kind=kind, **members_of(body))
