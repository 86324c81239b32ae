"""Matching: the queue of receipts, findings with their evidence, and the decisions over them."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from billwright.interfaces.api.doors import act_of, entities, perform, permitted
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Rows,
    Text,
    dated_position_of,
    members_of,
    page_of,
)
from billwright.interfaces.api.wire import In, Out
from billwright.kernel.clock import business_date
from billwright.receivables import operations as receivables
from billwright.receivables import queries
from billwright.receivables.match_rows import DifferenceRow, MatchRow, MatchRuleIn
from billwright.receivables.states import WriteOffKind
from billwright.workflow import cash_application
from billwright.workflow.cash_application import ChosenItem

router = Router()
MatchIds = Annotated[list[Id], Field(min_length=1, max_length=500)]


class QueueList(PageQuery):
    """Which receipts that wait."""

    legal_entity_id: Id | None = None
    owner: Annotated[Text, Field(max_length=80)] | None = None
    with_proposal: bool | None = None


class ChosenMatches(Closed):
    """Findings, all or none."""

    match_ids: MatchIds


class Assigned(Closed):
    """Findings and the actor whose work they are, such as `user:7`; empty: nobody's."""

    match_ids: MatchIds
    owner: Annotated[Text, Field(max_length=80)]


class OtherItems(Closed):
    """Items that a person chose instead, with what is given up of each."""

    items: Annotated[list[In[ChosenItem]], Field(min_length=1, max_length=500)]
    account_id: Id | None = None
    write_off_kind: WriteOffKind = WriteOffKind.SMALL_DIFFERENCE


@router.get("/matches", response={200: Page[Out[MatchRow]], **PROBLEMS}, summary="Receipts that wait, oldest first")
def list_queue(request: HttpRequest, asked: Query[QueueList]) -> Rows[MatchRow]:
    """Each with what is proposed, how probable it is, and what was found where in its text."""
    rows = queries.list_queue(
        legal_entity_ids=entities(request, "match.view", asked.legal_entity_id),
        owner=asked.owner,
        with_proposal=asked.with_proposal,
        after=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.value_date.isoformat(), row.match_id))


@router.get("/matches/age", response={200: list[Out[queries.QueueAge]], **PROBLEMS}, summary="Age of the queue")
def age_queue(request: HttpRequest) -> list[queries.QueueAge]:
    """From the value date, per company, currency and owner, with what is past its target."""
    allowed = entities(request, "match.view")
    return queries.age_queue(on=business_date(act_of(request).at, "UTC"), legal_entity_ids=allowed)


@router.get(
    "/matches/differences", response={200: list[Out[DifferenceRow]], **PROBLEMS}, summary="Differences given up"
)
def list_differences(request: HttpRequest) -> list[DifferenceRow]:
    """By month, kind and person."""
    return queries.differences(legal_entity_ids=entities(request, "match.view"))


@router.post("/matches/accept", response={200: list[Out[MatchRow]], **PROBLEMS}, summary="Accept findings")
def accept(request: HttpRequest, body: ChosenMatches) -> tuple[MatchRow, ...]:
    """The money is allocated as proposed."""
    return perform(request, cash_application.accept_matches, match_ids=tuple(body.match_ids))


@router.post("/matches/reject", response={200: list[int], **PROBLEMS}, summary="Reject findings")
def reject(request: HttpRequest, body: ChosenMatches) -> tuple[int, ...]:
    """They are not proposed again; answers the new findings of the same money."""
    on = business_date(act_of(request).at, "UTC")
    return perform(request, cash_application.reject_matches, match_ids=tuple(body.match_ids), on=on)


@router.post("/matches/assign", response={200: int, **PROBLEMS}, summary="Give receipts of the queue to a person")
def assign(request: HttpRequest, body: Assigned) -> int:
    return perform(request, receivables.assign_matches, match_ids=tuple(body.match_ids), owner=body.owner)


@router.post("/matches/rules", response={200: int, **PROBLEMS}, summary="Set how a company matches")
def set_rule(request: HttpRequest, body: In[MatchRuleIn]) -> int:
    """From a day on, for a currency. Answers the rule's id."""
    return perform(request, receivables.set_match_rule, rule=body)


@router.get("/matches/{match_id}", response={200: Out[MatchRow], **PROBLEMS}, summary="One finding")
def get_match(request: HttpRequest, match_id: Id) -> MatchRow:
    return permitted(request, "match.view", queries.get_match, match_id)


@router.post("/matches/{match_id}/accept-other", response={200: Out[MatchRow], **PROBLEMS}, summary="Choose items")
def accept_other(request: HttpRequest, match_id: Id, body: OtherItems) -> MatchRow:
    """Allocate the receipt to other items than proposed."""
    return perform(request, cash_application.accept_other, match_id=match_id, **members_of(body))


@router.post("/matches/{match_id}/undo", response={200: list[int], **PROBLEMS}, summary="Take a finding back")
def undo(request: HttpRequest, match_id: Id) -> tuple[int, ...]:
    """With all that came of it; answers the new findings of its money."""
    on = business_date(act_of(request).at, "UTC")
    return perform(request, cash_application.undo_match, match_id=match_id, on=on)
