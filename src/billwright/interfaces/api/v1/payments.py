"""Payments: money in, back and out; and the pieces of it that nothing has been settled with yet."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, entities, perform, permitted, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    dated_position_of,
    members_of,
    page_of,
)
from billwright.interfaces.api.wire import Day, In, Incoming, Out
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.payments import queries
from billwright.payments.rows import PaymentRow, RecordedReturn, RefundRow
from billwright.payments.states import PaymentMethod, ReturnKind
from billwright.receivables import operations as receivables
from billwright.receivables.queries import list_cash
from billwright.receivables.rows import CashRow, CashShare, ConversionRow
from billwright.receivables.states import AllocationPolicy
from billwright.workflow import payment_intake
from billwright.workflow.payment_intake import ReceiptIn, ReceiptOut

router = Router()
# History of another system comes in through an import, which ties it out; not through this door.
ReceiptBody = Annotated[ReceiptIn, Incoming(omit=("imported", "number"))]


class PaymentList(PageQuery):
    """Filters of the list; everything given must hold."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    reference: Annotated[Text, Field(max_length=200)] = ""
    since: Day | None = None
    until: Day | None = None


class Receipts(Closed):
    """Receipts, all or none; one is a batch of one. What a payer stated goes before the policy.

    A receipt whose `source` and `source_key` are known is answered with what exists.
    """

    receipts: Annotated[list[ReceiptBody], Field(min_length=1, max_length=2000)]
    policy: AllocationPolicy | None = AllocationPolicy.OLDEST_FIRST
    reason: Reason = ""


class ReturnOrder(Closed):
    """The bank took it back, or it never came. The reason is kept."""

    value_date: Day
    kind: ReturnKind = ReturnKind.RETURNED
    reason_code: Annotated[Text, Field(max_length=20)] = ""
    reason: Reason


class MadeRefund(Closed):
    """Money to be sent back out of a piece of unallocated cash, or out of an unapplied credit note."""

    amount: In[Money]
    value_date: Day
    cash_id: Id | None = None
    credit_item_id: Id | None = None
    method: PaymentMethod = PaymentMethod.BANK_TRANSFER
    reference: Annotated[Text, Field(max_length=140)] = ""
    through_clearing: bool = False
    reason: Reason


class CreditOrder(Closed):
    """Credit to be given to an account, without a document. The same `key` is the same credit."""

    account_id: Id
    amount: In[Money]
    on: Day
    key: Annotated[Text, Field(min_length=1, max_length=120)]
    reason: Reason


class CashList(PageQuery):
    """Whose unallocated money: of an account, of a receipt, or in the suspense of a legal entity."""

    account_id: Id | None = None
    payment_id: Id | None = None
    in_suspense_of: Id | None = None
    left_only: bool = True


class Move(Closed):
    """Where the money belongs; several shares split it."""

    shares: Annotated[list[In[CashShare]], Field(min_length=1, max_length=500)]
    reason: Reason = ""


class ConversionOrder(Closed):
    """How much of the money is changed into the currency of which account, at the rate of which day."""

    account_id: Id
    amount: In[Money]
    on: Day
    reason: Reason = ""


class ChangedBack(Closed):
    """Why it is taken back."""

    reason: Reason = ""


class PaymentShape(Schema):
    """A receipt and the pieces that it stands in now."""

    payment: Out[PaymentRow]
    cash: list[Out[CashRow]]


@router.get("/payments", response={200: Page[Out[PaymentRow]], **PROBLEMS}, summary="List receipts, newest first")
def list_payments(request: HttpRequest, asked: Query[PaymentList]) -> Rows[PaymentRow]:
    allowed = entities(request, "payment.view", asked.legal_entity_id)
    rows = queries.list_payments(
        account_id=asked.account_id,
        legal_entity_ids=allowed,
        reference=asked.reference,
        since=asked.since,
        until=asked.until,
        before=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.value_date.isoformat(), row.payment_id))


@router.post("/payments", response={201: list[Out[ReceiptOut]], **PROBLEMS}, summary="Receive money")
def receive_payments(request: HttpRequest, body: Receipts) -> Status[tuple[ReceiptOut, ...]]:
    answer = perform(
        request,
        payment_intake.receive_payments,
        why=body.reason,
        receipts=tuple(body.receipts),
        policy=body.policy,
    )
    return Status(201, answer)


@router.get("/payments/{payment_id}", response={200: PaymentShape, **PROBLEMS}, summary="One receipt")
def get_payment(request: HttpRequest, payment_id: Id) -> dict[str, PaymentRow | list[CashRow]]:
    payment = _permitted(request, payment_id)
    return {"payment": payment, "cash": list_cash(payment_id=payment_id, left_only=False)}


@router.post("/payments/{payment_id}/return", response={200: Out[RecordedReturn], **PROBLEMS}, summary="Undo it")
def return_payment(request: HttpRequest, payment_id: Id, order: ReturnOrder) -> RecordedReturn:
    """What it settled is open again with its original due date."""
    return perform(request, payment_intake.return_payment, why=order.reason, payment_id=payment_id, **members_of(order))


@router.get("/refunds", response={200: list[Out[RefundRow]], **PROBLEMS}, summary="Refunds of an account")
def list_refunds(
    request: HttpRequest, account_id: Id, limit: Annotated[int, Field(ge=1, le=200)] = 50
) -> list[RefundRow]:
    account_of(request, "payment.view", account_id)
    return queries.list_refunds(account_id=account_id, limit=limit)


@router.post("/refunds", response={201: Out[RefundRow], **PROBLEMS}, summary="Send money back")
def refund(request: HttpRequest, order: MadeRefund) -> Status[RefundRow]:
    row = perform(request, payment_intake.refund, why=order.reason, **members_of(order))
    return Status(201, row)


@router.post("/account-credits", response={201: Out[ReceiptOut], **PROBLEMS}, summary="Give credit without a document")
def give_credit(request: HttpRequest, order: CreditOrder) -> Status[ReceiptOut]:
    row = perform(request, payment_intake.give_credit, why=order.reason, **members_of(order))
    return Status(201, row)


@router.get("/unallocated-cash", response={200: Page[Out[CashRow]], **PROBLEMS}, summary="Money not used yet")
def list_unallocated(request: HttpRequest, asked: Query[CashList]) -> Rows[CashRow]:
    require(request, "payment.view")
    if asked.account_id is not None:
        account_of(request, "payment.view", asked.account_id)
    if asked.payment_id is not None:
        _permitted(request, asked.payment_id)
    if asked.in_suspense_of is not None:
        require(request, "payment.view", legal_entity_id=asked.in_suspense_of)
    if (asked.account_id, asked.payment_id, asked.in_suspense_of) == (None, None, None):
        raise Refusal(
            "cash.of_whom",
            _("Say whose money is asked for."),
            field="account_id",
            cure=_("Give account_id, payment_id or in_suspense_of."),
        )
    rows = list_cash(
        account_id=asked.account_id,
        payment_id=asked.payment_id,
        in_suspense_of=asked.in_suspense_of,
        left_only=asked.left_only,
        after=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.value_date.isoformat(), row.cash_id))


@router.post("/unallocated-cash/{cash_id}/move", response={200: list[Out[CashRow]], **PROBLEMS}, summary="Move it")
def move_cash(request: HttpRequest, cash_id: Id, move: Move) -> tuple[CashRow, ...]:
    """To the accounts where it belongs: out of suspense, off the wrong account, or split over many."""
    return perform(request, receivables.move_cash, why=move.reason, cash_id=cash_id, shares=tuple(move.shares))


@router.post(
    "/unallocated-cash/{cash_id}/convert",
    response={200: Out[ConversionRow], **PROBLEMS},
    summary="Change it into another currency",
)
def convert_cash(request: HttpRequest, cash_id: Id, order: ConversionOrder) -> ConversionRow:
    """By the dated rate, for an account of the same company; the answer says which rate and whose."""
    return perform(request, receivables.convert_cash, why=order.reason, cash_id=cash_id, **members_of(order))


@router.post(
    "/unallocated-cash/{cash_id}/convert-back",
    response={200: MoneyShape, **PROBLEMS},
    summary="Take a change of money back",
)
def undo_conversion(request: HttpRequest, cash_id: Id, order: ChangedBack) -> MoneyShape:
    """`cash_id` is what it became; the answer is what is left again of what it came from."""
    return MoneyShape.of(perform(request, receivables.undo_conversion, why=order.reason, cash_id=cash_id))


def _permitted(request: HttpRequest, payment_id: int) -> PaymentRow:
    return permitted(request, "payment.view", queries.get_payment, payment_id)
