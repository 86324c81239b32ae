"""Open items, what settles them, and what keeps them from being chased."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Query, Router, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, entities, perform
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.v1.explanations import Document, document_of
from billwright.interfaces.api.wire import Day, In, LongText, Out
from billwright.kernel.money import Money
from billwright.receivables import operations, queries
from billwright.receivables.rows import AllocationPart, AllocationRow, HoldRow, OpenItemRow
from billwright.receivables.states import AllocationPolicy, HoldReason

router = Router()
COUNT_MAX = 2000


class AllocationList(PageQuery):
    """Filters of the list; everything given must hold. `standing_only` leaves out what was undone."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    open_item_id: Id | None = None
    cash_id: Id | None = None
    payment_id: Id | None = None
    standing_only: bool = False


class NewAllocations(Closed):
    """Which source settles which open item, how much; all or none."""

    parts: Annotated[list[In[AllocationPart]], Field(min_length=1, max_length=COUNT_MAX)]
    reason: Reason = ""


class ByPolicy(Closed):
    """Pieces of cash that a policy shares out over their accounts' open items."""

    cash_ids: Annotated[list[Id], Field(min_length=1, max_length=COUNT_MAX)]
    policy: AllocationPolicy
    reason: Reason = ""


class Undoing(Closed):
    """Allocations to be undone, all or none."""

    allocation_ids: Annotated[list[Id], Field(min_length=1, max_length=COUNT_MAX)]
    reason: Reason = ""


class HoldOn(Closed):
    """What is not chased, from when until before when, and why. No amount: all of it."""

    reason: HoldReason
    valid_from: Day
    valid_until: Day | None = None
    amount: In[Money] | None = None
    source: Annotated[Text, Field(max_length=120)] = ""
    note: LongText = ""


class NewHold(HoldOn):
    """Which open item."""

    open_item_id: Id


class ChaseAgain(Closed):
    """The first day on which it is chased again."""

    on: Day
    reason: Reason = ""


@router.get("/open-items", response={200: list[Out[OpenItemRow]], **PROBLEMS}, summary="What an account still owes")
def list_open_items(request: HttpRequest, account_id: Id, as_of: Day) -> list[OpenItemRow]:
    """Open, held, covered and chaseable amounts on a day; credit notes come with negative open amounts."""
    account_of(request, "invoice.view", account_id)
    return queries.chaseable(as_of=as_of, account_ids=[account_id])


@router.get("/allocations", response={200: Page[Out[AllocationRow]], **PROBLEMS}, summary="List allocations")
def list_allocations(request: HttpRequest, asked: Query[AllocationList]) -> Rows[AllocationRow]:
    allowed = entities(request, "payment.view", asked.legal_entity_id)
    rows = queries.list_allocations(
        account_id=asked.account_id,
        open_item_id=asked.open_item_id,
        cash_id=asked.cash_id,
        payment_id=asked.payment_id,
        legal_entity_ids=allowed,
        standing_only=asked.standing_only,
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.allocation_id,))


@router.post("/allocations", response={201: list[Out[AllocationRow]], **PROBLEMS}, summary="Allocate by hand")
def allocate(request: HttpRequest, body: NewAllocations) -> Status[tuple[AllocationRow, ...]]:
    return Status(201, perform(request, operations.allocate, why=body.reason, parts=tuple(body.parts)))


@router.post("/allocations/by-policy", response={201: list[Out[AllocationRow]], **PROBLEMS}, summary="By a policy")
def allocate_by_policy(request: HttpRequest, body: ByPolicy) -> Status[tuple[AllocationRow, ...]]:
    rows = perform(
        request,
        operations.allocate_by_policy,
        why=body.reason,
        cash_ids=tuple(body.cash_ids),
        policy=body.policy,
    )
    return Status(201, rows)


@router.post("/allocations/undo", response={201: list[Out[AllocationRow]], **PROBLEMS}, summary="Undo allocations")
def unallocate(request: HttpRequest, body: Undoing) -> Status[tuple[AllocationRow, ...]]:
    """Each is undone by a row of the opposite sign, which is the answer."""
    rows = perform(request, operations.unallocate, why=body.reason, allocation_ids=tuple(body.allocation_ids))
    return Status(201, rows)


@router.get("/holds", response={200: list[Out[HoldRow]], **PROBLEMS}, summary="Holds on what an account owes")
def list_holds(request: HttpRequest, account_id: Id, as_of: Day) -> list[HoldRow]:
    account_of(request, "invoice.view", account_id)
    return queries.list_account_holds(account_id=account_id, as_of=as_of)


@router.post("/holds", response={201: Out[HoldRow], **PROBLEMS}, summary="Hold an open item")
def place_hold(request: HttpRequest, body: Body[NewHold]) -> Status[HoldRow]:
    row = perform(request, operations.place_hold, **members_of(body, but=()))
    return Status(201, row)


@router.post("/invoices/{document}/holds", response={201: list[Out[HoldRow]], **PROBLEMS}, summary="Hold a document")
def hold_document(request: HttpRequest, document: Document, body: Body[HoldOn]) -> Status[tuple[HoldRow, ...]]:
    """Whatever it is due in: a hold on each of its items, or an amount of it, those due first first."""
    head = document_of(request, document)
    asked = members_of(body, but=())
    return Status(201, perform(request, operations.hold_document, invoice_id=head.id, **asked))


@router.post("/holds/{hold_id}/release", response={200: Out[HoldRow], **PROBLEMS}, summary="Release a hold")
def release_hold(request: HttpRequest, hold_id: Id, release: ChaseAgain) -> HoldRow:
    return perform(request, operations.release_hold, why=release.reason, hold_id=hold_id, on=release.on)
