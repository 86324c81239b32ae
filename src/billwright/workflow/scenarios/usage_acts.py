"""Acts of metering: usage and outages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.subscriptions.queries import get_subscription
from billwright.workflow.metering import UsageDraft, record_outage, record_usage
from billwright.workflow.metering.intake import BATCH_MAX
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.world import Stage


def usage(stage: Stage, act: shapes.Usage) -> None:
    """Record usage; a series is many readings, one step after another. What is refused refuses the act."""
    subscription_id = stage.subscription(act.subscription)
    row = get_subscription(subscription_id)
    account = next(one for one in stage.accounts.values() if one.id == row.account_id)
    first = _local(act.happened, account.timezone) if act.happened is not None else stage.clock
    drafts = [
        UsageDraft(
            subscription=row.number,
            meter=act.meter,
            happened_at=first + number * act.every,
            quantity=quantity if act.series else act.quantity,
            change=act.change,
            key=f"{act.key}-{number + 1}" if act.series and act.key else act.key,
            properties=act.properties,
            continues=act.continues,
        )
        for number, quantity in enumerate(act.amounts())
    ]
    for start in range(0, len(drafts), BATCH_MAX):
        intake = record_usage(act=stage.act(), drafts=drafts[start : start + BATCH_MAX])
        if intake.refused:
            wrong = intake.refused[0]
            raise Refusal(wrong.code, wrong.says, field=wrong.field, row=wrong.row if act.series else None)


def outage(stage: Stage, act: shapes.Outage) -> None:
    subscription_id = stage.subscription(act.subscription)
    account_id = get_subscription(subscription_id).account_id
    account = next(one for one in stage.accounts.values() if one.id == account_id)
    record_outage(
        act=stage.act(),
        subscription_id=subscription_id,
        uptime=act.uptime,
        on=business_date(stage.clock, account.timezone),
    )


def _local(moment: datetime, timezone: str) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))
