"""Acts of agreements beside the prices: discounts and commitments."""

from __future__ import annotations

from typing import Any

from billwright.kernel.clock import business_date
from billwright.rating.operations import NewDiscount, NewSpendLimit, give_discount, set_spend_limit
from billwright.subscriptions import queries as subscriptions
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.shapes.catalog_acts import Agreement
from billwright.workflow.scenarios.world import Stage


def _whose(stage: Stage, act: Agreement) -> dict[str, Any]:
    if act.subscription is not None:
        subscription_id = stage.subscription(act.subscription)
        account_id = subscriptions.get_subscription(subscription_id).account_id
    else:
        assert act.account is not None, "the shape has one owner"
        subscription_id, account_id = None, stage.account(act.account).id
    zone = next(account.timezone for account in stage.accounts.values() if account.id == account_id)
    return {
        "account_id": account_id,
        "subscription_id": subscription_id,
        "plan": act.plan or "",
        "charges": act.charges,
        "starts_on": business_date(stage.clock, zone),
    }


def discount(stage: Stage, act: shapes.GiveDiscount) -> None:
    given = NewDiscount(
        name=act.as_ or "Discount",
        percent=act.percent,
        amount=act.amount,
        periods=act.periods,
        **_whose(stage, act),
    )
    give_discount(act=stage.act(), discount=given)


def spend_limit(stage: Stage, act: shapes.AgreeSpending) -> None:
    agreed = NewSpendLimit(name=act.as_ or "Commitment", minimum=act.minimum, maximum=act.maximum, **_whose(stage, act))
    set_spend_limit(act=stage.act(), limit=agreed)
