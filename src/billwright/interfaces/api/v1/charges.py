"""Charges that wait for a bill run: adjustments with their approval, and one-off charges."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router, Status

from billwright.interfaces.api.doors import account_of, entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Why,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import In, Out
from billwright.rating import operations, queries
from billwright.rating.operations import NewAdjustment, NewOneOff
from billwright.rating.queries import ChargeRow
from billwright.rating.states import ChargeState

router = Router()


class ChargeList(PageQuery):
    """Filters of the list; everything given must hold."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    state: ChargeState | None = None


class Proposal(Closed):
    """An adjustment and why; it touches no balance until another person has approved it."""

    adjustment: In[NewAdjustment]
    reason: Reason


class OneOff(Closed):
    """Something agreed once."""

    one_off: In[NewOneOff]
    reason: Reason = ""


@router.get("/charges", response={200: Page[Out[ChargeRow]], **PROBLEMS}, summary="List charges, newest first")
def list_charges(request: HttpRequest, asked: Query[ChargeList]) -> Rows[ChargeRow]:
    allowed = entities(request, "invoice.view", asked.legal_entity_id)
    rows = queries.list_charges(
        account_id=asked.account_id,
        legal_entity_ids=allowed,
        states=[asked.state] if asked.state is not None else (),
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.get("/charges/{charge_id}", response={200: Out[ChargeRow], **PROBLEMS}, summary="One charge")
def get_charge(request: HttpRequest, charge_id: Id) -> ChargeRow:
    require(request, "invoice.view")
    row = queries.get_charge(charge_id)
    account_of(request, "invoice.view", row.account_id)
    return row


@router.post("/adjustments", response={201: Out[ChargeRow], **PROBLEMS}, summary="Propose an adjustment")
def propose_adjustment(request: HttpRequest, body: Proposal) -> Status[ChargeRow]:
    row = perform(request, operations.propose_adjustment, why=body.reason, adjustment=body.adjustment)
    return Status(201, row)


@router.post("/adjustments/{charge_id}/approve", response={200: Out[ChargeRow], **PROBLEMS}, summary="Approve it")
def approve_adjustment(request: HttpRequest, charge_id: Id, body: Why) -> ChargeRow:
    """Never by the person who proposed it, and within the approver's limit."""
    return perform(request, operations.approve_adjustment, why=body.reason, charge_id=charge_id)


@router.post("/charges/{charge_id}/discard", response={200: Out[ChargeRow], **PROBLEMS}, summary="Never bill it")
def discard_charge(request: HttpRequest, charge_id: Id, body: Why) -> ChargeRow:
    return perform(request, operations.discard_charge, why=body.reason, charge_id=charge_id)


@router.post("/one-offs", response={201: Out[ChargeRow], **PROBLEMS}, summary="Add a one-off charge")
def add_one_off(request: HttpRequest, body: OneOff) -> Status[ChargeRow]:
    return Status(201, perform(request, operations.add_one_off, why=body.reason, one_off=body.one_off))
