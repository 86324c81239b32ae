"""The counter: cheques, deposit slips, cash desks, and the methods that a company takes."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, require, today_at
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
from billwright.payments.counter_states import ChequeState
from billwright.payments.queries import counter as queries
from billwright.payments.queries.counter import AcceptedRow, CashSessionRow, ChequeRow, SlipRow
from billwright.workflow import counter
from billwright.workflow.counter import ChequeIn
from billwright.workflow.payment_intake import ReceiptOut

router = Router()


class ChequeList(PageQuery):
    """Filters of the list."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    state: ChequeState | None = None


class NewSlip(Closed):
    """Cheques that go to one of our bank accounts together."""

    cheque_ids: Annotated[list[Id], Field(min_length=1, max_length=500)]
    bank_account_id: Id
    on: Day


class Credited(Closed):
    """The day on which the bank credited it, and the line of the statement, if there is one."""

    on: Day
    bank_entry_id: Id | None = None


class Unpaid(Closed):
    """The day, and what the bank said."""

    on: Day
    is_fee_waived: bool = False
    reason: Reason


class NewDesk(Closed):
    """A desk and what lies in its drawer."""

    legal_entity_id: Id
    desk: Annotated[Text, Field(min_length=1, max_length=60)]
    float_amount: In[Money]


class CashTaken(Closed):
    """Money at the desk. The same `key` is the same money."""

    account_id: Id
    amount: In[Money]
    on: Day
    key: Annotated[Text, Field(min_length=1, max_length=120)]
    invoice_id: Id | None = None


class Count(Closed):
    """What was counted, and what of it goes to the bank. A difference needs its reason."""

    counted: In[Money]
    on: Day
    banked: In[Money] | None = None
    bank_account_id: Id | None = None
    reason: Reason = ""


class Acceptance(Closed):
    """Whether the company takes it, from when, and what the payer is charged when it comes back."""

    is_accepted: bool
    valid_from: Day
    fee: In[Money] | None = None
    fee_product: Annotated[Text, Field(max_length=40)] = ""


class MethodList(Schema):
    """Whose methods, and on which day; today when it is left out."""

    legal_entity_id: Id
    on: Day | None = None


@router.get("/cheques", response={200: Page[Out[ChequeRow]], **PROBLEMS}, summary="List cheques, newest first")
def list_cheques(request: HttpRequest, asked: Query[ChequeList]) -> Rows[ChequeRow]:
    rows = queries.list_cheques(
        legal_entity_ids=entities(request, "payment.view", asked.legal_entity_id),
        account_id=asked.account_id,
        state=asked.state or "",
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("/cheques", response={201: Out[ChequeRow], **PROBLEMS}, summary="Take a cheque")
def receive_cheque(request: HttpRequest, body: In[ChequeIn]) -> Status[ChequeRow]:
    """It settles documents at once, against bank clearing until the bank has paid it."""
    return Status(201, perform(request, counter.receive_cheque, cheque=body))


@router.post("/cheques/{cheque_id}/unpaid", response={200: Out[ChequeRow], **PROBLEMS}, summary="It was not paid")
def return_cheque(request: HttpRequest, cheque_id: Id, body: Unpaid) -> ChequeRow:
    """What it settled is open again; the company's fee is billed with the next bill run."""
    return perform(
        request,
        counter.return_cheque,
        why=body.reason,
        cheque_id=cheque_id,
        on=body.on,
        is_fee_waived=body.is_fee_waived,
    )


@router.post("/deposit-slips", response={201: Out[SlipRow], **PROBLEMS}, summary="Bring cheques to the bank")
def deposit(request: HttpRequest, body: NewSlip) -> Status[SlipRow]:
    row = perform(request, counter.deposit, **members_of(body))
    return Status(201, row)


@router.post("/deposit-slips/{slip_id}/clear", response={200: Out[SlipRow], **PROBLEMS}, summary="It was credited")
def clear_slip(request: HttpRequest, slip_id: Id, body: Credited) -> SlipRow:
    return perform(request, counter.clear_slip, slip_id=slip_id, on=body.on, bank_entry_id=body.bank_entry_id)


@router.post("/cash-desks", response={201: Out[CashSessionRow], **PROBLEMS}, summary="Open a cash desk")
def open_desk(request: HttpRequest, body: NewDesk) -> Status[CashSessionRow]:
    row = perform(request, counter.open_cash_desk, **members_of(body))
    return Status(201, row)


@router.post("/cash-desks/{cash_session_id}/take", response={201: Out[ReceiptOut], **PROBLEMS}, summary="Take cash")
def take_cash(request: HttpRequest, cash_session_id: Id, body: CashTaken) -> Status[ReceiptOut]:
    row = perform(request, counter.receive_cash, cash_session_id=cash_session_id, **members_of(body))
    return Status(201, row)


@router.post(
    "/cash-desks/{cash_session_id}/close", response={200: Out[CashSessionRow], **PROBLEMS}, summary="Count and close"
)
def close_desk(request: HttpRequest, cash_session_id: Id, body: Count) -> CashSessionRow:
    """What is over or short is posted."""
    return perform(
        request, counter.close_cash_desk, why=body.reason, cash_session_id=cash_session_id, **members_of(body)
    )


@router.get("/payment-methods", response={200: list[Out[AcceptedRow]], **PROBLEMS}, summary="Methods a company takes")
def list_methods(request: HttpRequest, asked: Query[MethodList]) -> list[AcceptedRow]:
    require(request, "payment.view", legal_entity_id=asked.legal_entity_id)
    day = asked.on or today_at(request, asked.legal_entity_id)
    return queries.list_accepted(legal_entity_id=asked.legal_entity_id, on=day)


@router.post(
    "/legal-entities/{legal_entity_id}/payment-methods/{code}",
    response={200: Out[AcceptedRow], **PROBLEMS},
    summary="Say whether it takes a method",
)
def accept_method(request: HttpRequest, legal_entity_id: Id, code: str, body: Acceptance) -> AcceptedRow:
    return perform(request, counter.accept_method, legal_entity_id=legal_entity_id, code=code, **members_of(body))
