"""Acts of the catalog: price."""

from __future__ import annotations

from dataclasses import replace

from billwright.catalog.policies import followed_by
from billwright.catalog.queries import get_plan, list_prices
from billwright.catalog.rows import ChargeRow, NewPrice
from billwright.kernel.errors import Refusal
from billwright.subscriptions import operations, queries
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.plans import tiers_of
from billwright.workflow.scenarios.world import Stage


def price(stage: Stage, act: shapes.SetPrice) -> None:
    """A new price or new tiers in every currency of those it is for; what else the charge says stays."""
    charge = _charge(act)
    scope, currencies = _scope(stage, act)
    for currency in currencies:
        new = _following(charge, act, currency=currency, scope=scope)
        operations.change_price(act=stage.act(), plan_charge_id=charge.id, price=new)


def _charge(act: shapes.SetPrice) -> ChargeRow:
    charges = {charge.code: charge for charge in get_plan(code=act.plan).charges}
    if act.charge not in charges:
        raise Refusal(
            "scenario.unknown_name",
            f"{act.plan} has no charge {act.charge}.",
            field="charge",
            cure=f"Its charges are {', '.join(charges)}.",
        )
    return charges[act.charge]


def _scope(stage: Stage, act: shapes.SetPrice) -> tuple[str, list[str]]:
    if act.subscription is not None:
        subscription_id = stage.subscription(act.subscription)
        account_id = queries.get_subscription(subscription_id).account_id
        account = next(one for one in stage.accounts.values() if one.id == account_id)
        return f"subscription:{subscription_id}", [account.currency]
    if act.account is not None:
        account = stage.account(act.account)
        return f"account:{account.id}", [account.currency]
    scope = f"segment:{act.segment}" if act.segment is not None else ""
    return scope, sorted({account.currency for account in stage.accounts.values()})


def _following(charge: ChargeRow, act: shapes.SetPrice, *, currency: str, scope: str) -> NewPrice:
    known = [price for price in list_prices(charge.id) if price.currency == currency and price.scope in ("", scope)]
    last = max(known, key=lambda price: (price.scope == scope, price.valid_from))
    new = followed_by(last, valid_from=act.from_, scope=scope)
    if act.price is not None:
        return replace(new, unit_price=act.price)
    return replace(new, tiers=tiers_of(act.tiers))
