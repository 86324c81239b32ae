"""Discounts, and what an account agreed to spend at least or at most."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from billwright.interfaces.api.doors import account_of, perform
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason
from billwright.interfaces.api.wire import Day, In, Out
from billwright.rating import operations, queries
from billwright.rating.operations import NewDiscount, NewSpendLimit
from billwright.rating.queries import DiscountRow, SpendLimitRow

router = Router()


class DiscountGiven(Closed):
    """A discount and why it is given."""

    discount: In[NewDiscount]
    reason: Reason = ""


class SpendLimitAgreed(Closed):
    """A minimum or maximum of a full period, and why."""

    limit: In[NewSpendLimit]
    reason: Reason = ""


class Ending(Closed):
    """It holds for service before this day only."""

    ends_before: Day
    reason: Reason = ""


@router.get("/accounts/{account_id}/discounts", response={200: list[Out[DiscountRow]], **PROBLEMS}, summary="Discounts")
def list_discounts(request: HttpRequest, account_id: Id) -> list[DiscountRow]:
    account_of(request, "account.view", account_id)
    return queries.list_discounts(account_id)


@router.post("/discounts", response={201: Out[DiscountRow], **PROBLEMS}, summary="Give a discount")
def give_discount(request: HttpRequest, body: DiscountGiven) -> Status[DiscountRow]:
    return Status(201, perform(request, operations.give_discount, why=body.reason, discount=body.discount))


@router.post("/discounts/{discount_id}/end", response={200: Out[DiscountRow], **PROBLEMS}, summary="End a discount")
def end_discount(request: HttpRequest, discount_id: Id, body: Ending) -> DiscountRow:
    return perform(
        request, operations.end_discount, why=body.reason, discount_id=discount_id, ends_before=body.ends_before
    )


@router.get(
    "/accounts/{account_id}/spend-limits",
    response={200: list[Out[SpendLimitRow]], **PROBLEMS},
    summary="What it agreed to spend",
)
def list_spend_limits(request: HttpRequest, account_id: Id) -> list[SpendLimitRow]:
    account_of(request, "account.view", account_id)
    return queries.list_spend_limits(account_id)


@router.post("/spend-limits", response={201: Out[SpendLimitRow], **PROBLEMS}, summary="Agree a minimum or maximum")
def set_spend_limit(request: HttpRequest, body: SpendLimitAgreed) -> Status[SpendLimitRow]:
    return Status(201, perform(request, operations.set_spend_limit, why=body.reason, limit=body.limit))


@router.post(
    "/spend-limits/{spend_limit_id}/end", response={200: Out[SpendLimitRow], **PROBLEMS}, summary="End an agreement"
)
def end_spend_limit(request: HttpRequest, spend_limit_id: Id, body: Ending) -> SpendLimitRow:
    return perform(
        request,
        operations.end_spend_limit,
        why=body.reason,
        spend_limit_id=spend_limit_id,
        ends_before=body.ends_before,
    )
