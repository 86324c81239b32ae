"""Usage: meters, batches of records, what a subscription used, and outages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, act_of, one_transaction, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, In, Out
from billwright.subscriptions.queries import get_subscription
from billwright.usage import operations, queries
from billwright.usage.operations import NewMeter, UsageIntake
from billwright.usage.queries import MeterRow, UsageRow
from billwright.workflow import metering
from billwright.workflow.metering import OutageRow, UsageDraft

router = Router()
Name = Annotated[Text, Field(max_length=120)]


class MeterDefinition(Closed):
    """A meter and why."""

    meter: In[NewMeter]
    reason: Reason = ""


class NewUsageEvent(Closed):
    """A reading or event. A time without a zone is local to the account; a key counts once within its source."""

    subscription: Annotated[Text, Field(max_length=40, description="Number of the subscription.")]
    meter: Annotated[Text, Field(max_length=40)]
    happened_at: datetime
    quantity: In[Decimal] | None = None
    change: In[Decimal] | None = None
    key: Name = ""
    source: Annotated[Text, Field(max_length=40)] = ""
    properties: Annotated[dict[str, Name], Field(max_length=20)] = {}
    continues: Name = ""

    def draft(self) -> UsageDraft:
        return UsageDraft(**{name: getattr(self, name) for name in type(self).model_fields})


class UsageBatch(Closed):
    """Records, each judged by itself."""

    events: Annotated[list[NewUsageEvent], Field(min_length=1, max_length=5000)]


class UsageList(PageQuery):
    """Filters of the list; everything given must hold."""

    meter: Annotated[Text, Field(max_length=40)] = ""


class OutageReport(Closed):
    """The uptime of the month that holds a day, in percent."""

    uptime: In[Decimal]
    on: Day
    reason: Reason = ""


@router.get("/meters", response={200: list[Out[MeterRow]], **PROBLEMS}, summary="List meters")
def list_meters(request: HttpRequest) -> list[MeterRow]:
    require(request, "account.view")
    return queries.list_meters()


@router.post("/meters", response={201: Out[MeterRow], **PROBLEMS}, summary="Define a meter")
def define_meter(request: HttpRequest, body: MeterDefinition) -> Status[MeterRow]:
    return Status(201, perform(request, operations.define_meter, why=body.reason, meter=body.meter))


@router.post("/usage-events", response={200: Out[UsageIntake], **PROBLEMS}, summary="Record usage")
def record_usage(request: HttpRequest, body: UsageBatch) -> UsageIntake:
    """Every event counts once however often it is sent. Wrong ones are refused by row, from 1, and stop nobody else."""
    require(request, "usage.record")
    act = act_of(request)
    with one_transaction():
        return metering.record_usage(act=act, drafts=[event.draft() for event in body.events])


@router.get(
    "/subscriptions/{subscription_id}/usage-events",
    response={200: Page[Out[UsageRow]], **PROBLEMS},
    summary="What a subscription used",
)
def list_usage(request: HttpRequest, subscription_id: Id, asked: Query[UsageList]) -> Rows[UsageRow]:
    """As it arrived, the oldest first."""
    require(request, "account.view")
    account_of(request, "account.view", get_subscription(subscription_id).account_id)
    rows = queries.list_usage(
        subscription_ids=[subscription_id],
        meter=asked.meter,
        after_id=position_of(asked.cursor) or 0,
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post(
    "/subscriptions/{subscription_id}/outages", response={201: Out[OutageRow], **PROBLEMS}, summary="Record an outage"
)
def record_outage(request: HttpRequest, subscription_id: Id, body: OutageReport) -> Status[OutageRow]:
    """Credits a share of the month's recurring charges with the next bill run, as the plan promises."""
    require(request, "service_credit.give")
    act = act_of(request, reason=body.reason)
    with one_transaction():
        row = metering.record_outage(act=act, subscription_id=subscription_id, uptime=body.uptime, on=body.on)
    return Status(201, row)
