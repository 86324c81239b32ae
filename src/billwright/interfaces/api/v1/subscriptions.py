"""Subscriptions: subscribe, activate, cancel, keep, change the quantity, hold the billing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, entities, perform, require
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
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, In, Out
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewSubscription
from billwright.subscriptions.queries import HoldRow, ItemRow, RenewalRow, SubscriptionRow
from billwright.subscriptions.states import SubscriptionState

router = Router()


class SubscriptionList(PageQuery):
    """Filters of the list; everything given must hold."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    state: SubscriptionState | None = None


class Orders(Closed):
    """Subscriptions to be made, all or none; one is a batch of one."""

    subscriptions: Annotated[list[In[NewSubscription]], Field(min_length=1, max_length=2000)]
    reason: Reason = ""


class Activation(Closed):
    """The first day of the service, and until when another system has billed it."""

    starts_on: Day
    billed_to: Day | None = None
    reason: Reason = ""


class EndOrder(Closed):
    """The day of the cancellation, and the first day without service; none: the end of the period it falls in."""

    as_of: Day
    ends_before: Day | None = None
    version: Id | None = None
    reason: Reason


class Keeping(Closed):
    """A cancellation taken back, on the account's present day."""

    as_of: Day
    version: Id | None = None
    reason: Reason = ""


class QuantityChange(Closed):
    """The quantity from a day on (none: from the end of the running period), and the account's present day."""

    quantity: In[Decimal]
    as_of: Day
    effective_on: Day | None = None
    version: Id | None = None
    reason: Reason = ""


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


class RenewalShape(Schema):
    """What comes next of an item, before tax; the service runs from a day until before a day."""

    account_id: int
    payer_id: int
    subscription_id: int
    subscription_number: str
    charge_name: str
    due_on: date
    service_from: date
    service_to: date
    amount: MoneyShape

    @classmethod
    def of(cls, row: RenewalRow) -> RenewalShape:
        members = {name: getattr(row, name) for name in cls.model_fields if name != "amount"}
        return cls(**members, amount=MoneyShape.minor(row.amount_minor, row.currency))


class SubscriptionShape(Schema):
    """A subscription with its items: its history of prices and quantities."""

    subscription: Out[SubscriptionRow]
    items: list[Out[ItemRow]]


@router.get("/subscriptions", response={200: Page[Out[SubscriptionRow]], **PROBLEMS}, summary="List subscriptions")
def list_subscriptions(request: HttpRequest, asked: Query[SubscriptionList]) -> Rows[SubscriptionRow]:
    allowed = entities(request, "account.view", asked.legal_entity_id)
    rows = queries.list_subscriptions(
        account_ids=[asked.account_id] if asked.account_id is not None else None,
        legal_entity_ids=allowed,
        states=[asked.state] if asked.state is not None else (),
        after_id=position_of(asked.cursor) or 0,
        limit=asked.limit + 1,
    )
    return page_of(rows, limit=asked.limit, position=lambda row: (row.id,))


@router.post("/subscriptions", response={201: list[Out[SubscriptionRow]], **PROBLEMS}, summary="Subscribe")
def subscribe(request: HttpRequest, body: Orders) -> Status[tuple[SubscriptionRow, ...]]:
    return Status(201, perform(request, operations.subscribe_many, why=body.reason, rows=tuple(body.subscriptions)))


@router.get("/subscriptions/{subscription_id}", response={200: SubscriptionShape, **PROBLEMS}, summary="One of them")
def get_subscription(request: HttpRequest, subscription_id: Id) -> dict[str, SubscriptionRow | list[ItemRow]]:
    require(request, "account.view")
    row = queries.get_subscription(subscription_id)
    account_of(request, "account.view", row.account_id)
    return {"subscription": row, "items": queries.list_items(subscription_id)}


@router.post(
    "/subscriptions/{subscription_id}/activate",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Start the service",
)
def activate(request: HttpRequest, subscription_id: Id, body: Activation) -> SubscriptionRow:
    """Start the service and its billing."""
    return perform(
        request,
        operations.activate,
        why=body.reason,
        subscription_id=subscription_id,
        starts_on=body.starts_on,
        billed_to=body.billed_to,
    )


@router.post(
    "/subscriptions/{subscription_id}/cancel", response={200: Out[SubscriptionRow], **PROBLEMS}, summary="Let it end"
)
def cancel(request: HttpRequest, subscription_id: Id, body: EndOrder) -> SubscriptionRow:
    """Let it end; what was billed beyond is credited by the next run."""
    return perform(
        request,
        operations.cancel,
        why=body.reason,
        subscription_id=subscription_id,
        as_of=body.as_of,
        ends_before=body.ends_before,
        version=body.version,
    )


@router.post(
    "/subscriptions/{subscription_id}/keep",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Take a cancellation back",
)
def keep(request: HttpRequest, subscription_id: Id, body: Keeping) -> SubscriptionRow:
    """Take a cancellation back before its day has come."""
    return perform(
        request,
        operations.keep,
        why=body.reason,
        subscription_id=subscription_id,
        as_of=body.as_of,
        version=body.version,
    )


@router.post(
    "/subscriptions/{subscription_id}/quantity",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Change how many",
)
def change_quantity(request: HttpRequest, subscription_id: Id, body: QuantityChange) -> SubscriptionRow:
    """Change how many are billed, from a day on."""
    return perform(
        request,
        operations.change_quantity,
        why=body.reason,
        subscription_id=subscription_id,
        quantity=body.quantity,
        as_of=body.as_of,
        effective_on=body.effective_on,
        version=body.version,
    )


@router.get("/renewals", response={200: list[RenewalShape], **PROBLEMS}, summary="What an account is billed next")
def list_renewals(request: HttpRequest, account_id: Id, until: Day) -> list[RenewalShape]:
    account_of(request, "account.view", account_id)
    return [RenewalShape.of(row) for row in queries.next_renewals(account_ids=[account_id], until=until)]


@router.get("/billing-holds", response={200: list[Out[HoldRow]], **PROBLEMS}, summary="Billing holds of an account")
def list_billing_holds(request: HttpRequest, account_id: Id, on: Day | None = None) -> list[HoldRow]:
    account_of(request, "account.view", account_id)
    return queries.list_billing_holds(account_id=account_id, on=on)


@router.post("/billing-holds", response={201: Out[HoldRow], **PROBLEMS}, summary="Hold the billing")
def place_billing_hold(request: HttpRequest, body: NewBillingHold) -> Status[HoldRow]:
    return Status(201, perform(request, operations.place_billing_hold, **body.model_dump()))


@router.post("/billing-holds/{hold_id}/release", response={200: Out[HoldRow], **PROBLEMS}, summary="Bill again")
def release_billing_hold(request: HttpRequest, hold_id: Id, body: HoldRelease) -> HoldRow:
    return perform(request, operations.release_billing_hold, why=body.reason, hold_id=hold_id)
