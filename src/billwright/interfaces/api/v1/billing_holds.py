"""Billing holds: an account or subscription that is not billed for now."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, perform
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason, Text
from billwright.interfaces.api.wire import Day, Out
from billwright.subscriptions import operations, queries
from billwright.subscriptions.queries import HoldRow

router = Router()


class NewBillingHold(Closed):
    """Do not bill an account, or one of its subscriptions, from a day until before a day."""

    account_id: Id
    subscription_id: Id | None = None
    reason: Annotated[Text, Field(min_length=1, max_length=200)]
    valid_from: Day
    valid_until: Day | None = None


class HoldRelease(Closed):
    """Why it is billed again."""

    reason: Reason = ""


@router.get("/billing-holds", response={200: list[Out[HoldRow]], **PROBLEMS}, summary="Billing holds of an account")
def list_billing_holds(request: HttpRequest, account_id: Id, on: Day | None = None) -> list[HoldRow]:
    account_of(request, "account.view", account_id)
    return queries.list_billing_holds(account_id=account_id, on=on)


@router.post("/billing-holds", response={201: Out[HoldRow], **PROBLEMS}, summary="Hold the billing")
def place_billing_hold(request: HttpRequest, body: NewBillingHold) -> Status[HoldRow]:
    return Status(201, perform(request, operations.place_billing_hold, **body.model_dump()))


@router.post("/billing-holds/{hold_id}/release", response={200: Out[HoldRow], **PROBLEMS}, summary="Bill again")
def release_billing_hold(request: HttpRequest, hold_id: Id, body: HoldRelease) -> HoldRow:
    return perform(request, operations.release_billing_hold, why=body.reason, billing_hold_id=hold_id)
