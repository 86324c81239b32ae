"""Subscriptions: subscribe, activate, change, pause, cancel, with the preview of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.accounts.queries import get_account
from billwright.catalog.states import ChangeEffect
from billwright.interfaces.api.doors import account_of, act_of, entities, perform, require
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
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.v1.bill_runs import PreviewShape, preview_shape
from billwright.interfaces.api.wire import Day, In, Out
from billwright.kernel.clock import business_date
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewSubscription
from billwright.subscriptions.queries import ItemRow, SubscriptionChangeRow, SubscriptionRow
from billwright.subscriptions.states import SubscriptionState, Unused
from billwright.workflow.bill_run import ChangeAsked, ChangeKind, preview_change
from billwright.workflow.contract_changes import PlanDecision, change_plan_by_rule

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
    """The account's present day, and the first day without service or the day of the cancellation, whose own service
    the convention `termination_day` decides; neither: the end of the period."""

    as_of: Day
    ends_before: Day | None = None
    canceled_on: Day | None = None
    unused: Unused = Unused.CREDIT
    version: Id | None = None
    reason: Reason


class Keeping(Closed):
    """A cancellation taken back; `as_of`: the account's present day, if not today."""

    as_of: Day | None = None
    version: Id | None = None
    reason: Reason = ""


class QuantityChange(Closed):
    """The quantity from a day on (none: from the end of the running period)."""

    quantity: In[Decimal]
    as_of: Day | None = None
    effective_on: Day | None = None
    version: Id | None = None
    reason: Reason = ""


class PlanChange(Closed):
    """Another plan; with neither effect nor day: as the rule of the plan that is left says."""

    plan: Annotated[Text, Field(min_length=1, max_length=40)]
    quantity: In[Decimal] | None = None
    cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    effect: ChangeEffect | None = None
    as_of: Day | None = None
    effective_on: Day | None = None
    version: Id | None = None
    reason: Reason = ""


class Pausing(Closed):
    """Out of service from a day on; `percent` of the recurring charges is charged meanwhile (none: by contract)."""

    percent: In[Decimal] | None = None
    as_of: Day | None = None
    effective_on: Day | None = None
    version: Id | None = None
    reason: Reason = ""


class Resuming(Closed):
    """In service again from a day on; none: at once."""

    as_of: Day | None = None
    effective_on: Day | None = None
    version: Id | None = None
    reason: Reason = ""


class CycleDayChange(Closed):
    """Another day of the month for every period that begins on or after the day."""

    cycle_day: Annotated[int, Field(ge=1, le=31)]
    as_of: Day | None = None
    reason: Reason = ""


class OwnReferences(Closed):
    """References that its lines carry instead of its account's; empty: the account's hold."""

    purchase_order: Text = ""
    cost_center: Text = ""
    version: Id | None = None
    reason: Reason = ""


class Withdrawal(Closed):
    """The account's present day: what holds already is not withdrawn."""

    as_of: Day | None = None
    reason: Reason = ""


class ChangeToPreview(Closed):
    """A change as one of the verbs would be asked for it; a cancellation ends before `effective_on`."""

    kind: ChangeKind
    as_of: Day | None = None
    effective_on: Day | None = None
    plan: Text = ""
    quantity: In[Decimal] | None = None
    cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    percent: In[Decimal] | None = None
    unused: Unused = Unused.CREDIT
    change_id: Id | None = None
    effect: ChangeEffect | None = None


Change = Keeping | QuantityChange | PlanChange | Pausing | Resuming | CycleDayChange | Withdrawal


class PlanDecisionShape(Schema):
    """Whether another plan is dearer, what its recurring fees come to a month (none: ranks decide), when it holds."""

    is_upgrade: bool
    before: str | None
    after: str | None
    effect: ChangeEffect
    effective_on: date | None


class ChangeShape(Schema):
    """What a change comes to before tax: its credit, its charge, and the bills that would follow.

    `bill` is that of the day on which it is reckoned, `next_bill` the one of the end of the period that then runs.
    """

    reckoned_on: date
    credit: MoneyShape
    charge: MoneyShape
    is_correction: bool
    bill: PreviewShape
    next_on: date
    next_bill: PreviewShape
    decision: PlanDecisionShape | None = None


class SubscriptionShape(Schema):
    """A subscription with its items: its history of prices and quantities."""

    subscription: Out[SubscriptionRow]
    items: list[Out[ItemRow]]


def _day(request: HttpRequest, subscription_id: int, as_of: date | None) -> date:
    """The account's present day, where none was given."""
    if as_of is not None:
        return as_of
    account = get_account(queries.get_subscription(subscription_id).account_id)
    return business_date(act_of(request).at, account.timezone)


def _change(
    request: HttpRequest, verb: Callable[..., SubscriptionRow], subscription_id: int, body: Change, **also: Any
) -> SubscriptionRow:
    """Perform a change as the body asks for it, as of the account's present day where it names none."""
    asked = members_of(body) | {"as_of": _day(request, subscription_id, body.as_of)} | also
    return perform(request, verb, why=body.reason, subscription_id=subscription_id, **asked)


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
    return page_of(rows, asked)


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
    return perform(request, operations.cancel, why=body.reason, subscription_id=subscription_id, **members_of(body))


@router.post(
    "/subscriptions/{subscription_id}/keep",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Take a cancellation back",
)
def keep(request: HttpRequest, subscription_id: Id, body: Keeping) -> SubscriptionRow:
    """Take a cancellation back before its day has come."""
    return _change(request, operations.keep, subscription_id, body)


@router.post(
    "/subscriptions/{subscription_id}/quantity",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Change how many",
)
def change_quantity(request: HttpRequest, subscription_id: Id, body: QuantityChange) -> SubscriptionRow:
    """Change how many are billed, from a day on."""
    return _change(request, operations.change_quantity, subscription_id, body)


@router.post(
    "/subscriptions/{subscription_id}/plan", response={200: Out[SubscriptionRow], **PROBLEMS}, summary="Change the plan"
)
def change_plan(request: HttpRequest, subscription_id: Id, body: PlanChange) -> SubscriptionRow:
    """Let it run on another plan: when and how the rule of its plan says, or as named where that does not bind."""
    return _change(request, change_plan_by_rule, subscription_id, body)


@router.post(
    "/subscriptions/{subscription_id}/pause", response={200: Out[SubscriptionRow], **PROBLEMS}, summary="Pause it"
)
def pause(request: HttpRequest, subscription_id: Id, body: Pausing) -> SubscriptionRow:
    """Take it out of service until it is resumed."""
    return _change(request, operations.pause, subscription_id, body)


@router.post(
    "/subscriptions/{subscription_id}/resume", response={200: Out[SubscriptionRow], **PROBLEMS}, summary="Resume it"
)
def resume(request: HttpRequest, subscription_id: Id, body: Resuming) -> SubscriptionRow:
    """Take it into service again."""
    return _change(request, operations.resume, subscription_id, body)


@router.post(
    "/subscriptions/{subscription_id}/cycle-day",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Change its billing day",
)
def change_cycle_day(request: HttpRequest, subscription_id: Id, body: CycleDayChange) -> SubscriptionRow:
    """Let its periods end on another day of the month; what is billed stays."""
    return _change(request, operations.change_cycle_day, subscription_id, body)


@router.put(
    "/subscriptions/{subscription_id}/references",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Set its own references",
)
def set_references(request: HttpRequest, subscription_id: Id, body: OwnReferences) -> SubscriptionRow:
    """Give it a purchase order and a cost centre of its own, for documents issued from now on."""
    asked = members_of(body)
    return perform(request, operations.set_references, why=body.reason, subscription_id=subscription_id, **asked)


@router.get(
    "/subscriptions/{subscription_id}/changes",
    response={200: list[Out[SubscriptionChangeRow]], **PROBLEMS},
    summary="Its changes",
)
def list_changes(
    request: HttpRequest, subscription_id: Id, scheduled_only: bool = False
) -> list[SubscriptionChangeRow]:
    """Its recorded changes, or only those whose day is still to come."""
    account_of(request, "account.view", queries.get_subscription(subscription_id).account_id)
    return queries.list_changes(subscription_id, scheduled_only=scheduled_only)


@router.post(
    "/subscriptions/{subscription_id}/changes/{change_id}/withdraw",
    response={200: Out[SubscriptionRow], **PROBLEMS},
    summary="Withdraw a planned change",
)
def withdraw_change(request: HttpRequest, subscription_id: Id, change_id: Id, body: Withdrawal) -> SubscriptionRow:
    """Take a planned change back before its day."""
    return _change(request, operations.withdraw_change, subscription_id, body, change_id=change_id)


@router.post(
    "/subscriptions/{subscription_id}/preview", response={200: ChangeShape, **PROBLEMS}, summary="Preview a change"
)
def preview(request: HttpRequest, subscription_id: Id, body: ChangeToPreview) -> ChangeShape:
    """What a change would come to; nothing is written."""
    account_of(request, "account.view", queries.get_subscription(subscription_id).account_id)
    asked = ChangeAsked(**members_of(body, but=("as_of",)))
    day = _day(request, subscription_id, body.as_of)
    found = preview_change(act=act_of(request), subscription_id=subscription_id, asked=asked, as_of=day)
    return ChangeShape(
        reckoned_on=found.reckoned_on,
        credit=MoneyShape.minor(found.credit_minor, found.currency),
        charge=MoneyShape.minor(found.charge_minor, found.currency),
        is_correction=found.is_correction,
        bill=preview_shape(found.now),
        next_on=found.next_on,
        next_bill=preview_shape(found.next),
        decision=_decision(found.decision) if found.decision else None,
    )


def _decision(found: PlanDecision) -> PlanDecisionShape:
    return PlanDecisionShape(
        is_upgrade=found.is_upgrade,
        before=None if found.before is None else f"{found.before:f}",
        after=None if found.after is None else f"{found.after:f}",
        effect=found.effect,
        effective_on=found.effective_on,
    )
