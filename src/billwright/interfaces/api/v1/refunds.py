"""Refund orders: asked for by one person, approved by another, sent, confirmed, or come back."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, permitted
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
from billwright.interfaces.api.wire import Day, In, Out
from billwright.kernel.money import Money
from billwright.payments.queries import refunds as queries
from billwright.payments.queries.refunds import Destination, RefundOrderRow
from billwright.payments.states import RefundOrderState, RefundRoute
from billwright.workflow import refunding
from billwright.workflow.refunding import Proof

router = Router()


class OrderList(PageQuery):
    """Filters of the list; everything given must hold."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    state: RefundOrderState | None = None


class NewOrder(Closed):
    """Money to go back out of a piece of unallocated cash or an unapplied credit note, and where to.

    `is_repeat_meant` says that it is another refund than one of the same amount asked for within 30 days.
    """

    amount: In[Money]
    route: RefundRoute
    cash_id: Id | None = None
    credit_item_id: Id | None = None
    destination: In[Destination] | None = None
    is_repeat_meant: bool = False
    reason: Reason


class Refused(Closed):
    """Why it is not sent."""

    reason: Reason


class SentOn(Closed):
    """The day on which it leaves."""

    value_date: Day


class FileOfRefunds(Closed):
    """Agreed orders for one file, paid from one of our bank accounts."""

    refund_order_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    bank_account_id: Id
    execute_on: Day


class Arrived(Closed):
    """How the bank or the gateway calls it."""

    reference: Annotated[Text, Field(max_length=140)] = ""


class CameBack(Closed):
    """The day on which it came back, and what was said."""

    value_date: Day
    reason: Reason


@router.get("/refund-orders", response={200: Page[Out[RefundOrderRow]], **PROBLEMS}, summary="List refund orders")
def list_refund_orders(request: HttpRequest, asked: Query[OrderList]) -> Rows[RefundOrderRow]:
    """The newest first. Where the money goes is masked."""
    rows = queries.list_refund_orders(
        legal_entity_ids=entities(request, "payment.view", asked.legal_entity_id),
        account_id=asked.account_id,
        states=[asked.state] if asked.state else (),
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("/refund-orders", response={201: Out[RefundOrderRow], **PROBLEMS}, summary="Ask for a refund")
def request_refund(request: HttpRequest, body: NewOrder) -> Status[RefundOrderRow]:
    """Until it is sent the amount is spoken for: no second order gets it."""
    row = perform(request, refunding.request_refund, why=body.reason, **members_of(body))
    return Status(201, row)


@router.post(
    "/refund-orders/send-by-file", response={200: list[Out[RefundOrderRow]], **PROBLEMS}, summary="File for the bank"
)
def send_by_file(request: HttpRequest, body: FileOfRefunds) -> tuple[RefundOrderRow, ...]:
    """One file of credit transfers; `sent_file_id` says where it is kept."""
    return perform(request, refunding.send_refunds_by_file, **members_of(body))


@router.get(
    "/refund-orders/{refund_order_id}", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="One refund order"
)
def get_refund_order(request: HttpRequest, refund_order_id: Id) -> RefundOrderRow:
    return permitted(request, "payment.view", queries.get_refund_order, refund_order_id)


@router.post(
    "/refund-orders/{refund_order_id}/approve", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="Approve it"
)
def approve_refund(request: HttpRequest, refund_order_id: Id) -> RefundOrderRow:
    """Not by whoever asked for it, and within the approver's authority limit."""
    return perform(request, refunding.approve_refund, refund_order_id=refund_order_id)


@router.post(
    "/refund-orders/{refund_order_id}/cancel", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="Do not send it"
)
def cancel_refund(request: HttpRequest, refund_order_id: Id, body: Refused) -> RefundOrderRow:
    return perform(request, refunding.cancel_refund, why=body.reason, refund_order_id=refund_order_id)


@router.post(
    "/refund-orders/{refund_order_id}/paid-out", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="Paid by hand"
)
def paid_out(
    request: HttpRequest,
    refund_order_id: Id,
    proof: File[UploadedFile],
    value_date: Annotated[Day, Form()],
    reference: Annotated[str, Form(max_length=140)],
) -> RefundOrderRow:
    """As a form with one part `proof`: the bank's confirmation."""
    return perform(
        request,
        refunding.send_refund_by_hand,
        refund_order_id=refund_order_id,
        value_date=value_date,
        reference=reference,
        proof=Proof(
            name=(proof.name or "proof")[:200],
            media_type=(proof.content_type or "application/octet-stream")[:80],
            content=proof.read(),
        ),
    )


@router.post(
    "/refund-orders/{refund_order_id}/to-source", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="By gateway"
)
def send_to_source(request: HttpRequest, refund_order_id: Id, body: SentOn) -> RefundOrderRow:
    """To the card or wallet it came from; what the gateway answers changes the order later."""
    return perform(
        request, refunding.send_refund_to_source, refund_order_id=refund_order_id, value_date=body.value_date
    )


@router.post(
    "/refund-orders/{refund_order_id}/confirm", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="It arrived"
)
def confirm_refund(request: HttpRequest, refund_order_id: Id, body: Arrived) -> RefundOrderRow:
    return perform(request, refunding.confirm_refund, refund_order_id=refund_order_id, reference=body.reference)


@router.post(
    "/refund-orders/{refund_order_id}/came-back", response={200: Out[RefundOrderRow], **PROBLEMS}, summary="Came back"
)
def fail_refund(request: HttpRequest, refund_order_id: Id, body: CameBack) -> RefundOrderRow:
    """It waits on the account again, as a receipt of its own."""
    return perform(
        request,
        refunding.fail_refund,
        why=body.reason,
        refund_order_id=refund_order_id,
        value_date=body.value_date,
    )
