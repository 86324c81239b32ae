"""Acts of contracts: subscribe, quantity, cancel, hold and release."""

from __future__ import annotations

from datetime import date

from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.receivables import operations as receivables
from billwright.receivables.queries import list_holds
from billwright.receivables.states import HoldReason
from billwright.subscriptions import operations, policies, queries
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.money_acts import item_of
from billwright.workflow.scenarios.world import Stage


def _today(stage: Stage, subscription_id: int) -> date:
    account_id = queries.get_subscription(subscription_id).account_id
    account = next(one for one in stage.accounts.values() if one.id == account_id)
    return business_date(stage.clock, account.timezone)


def _period_end(subscription_id: int, day: date) -> date:
    """The end of the running period, the longest of the charges; the day itself when none runs."""
    running = policies.covering(queries.item_facts([subscription_id]), day)
    return queries.period_end([item.grid_id for item in running if item.grid_id], day) or day


def subscribe(stage: Stage, act: shapes.Subscribe) -> None:
    account = stage.account(act.account)
    today = business_date(stage.clock, account.timezone)
    starts_on = today if act.when in ("now", "period_end") else act.when
    assert isinstance(starts_on, date)
    name = act.as_ or f"S{len(stage.subscriptions) + 1}"
    row = operations.subscribe(
        act=stage.act(),
        row=operations.NewSubscription(
            account_id=account.id,
            plan=act.plan,
            ordered_on=min(today, starts_on),
            quantity=act.quantity,
            starts_on=starts_on,
            billed_to=act.billed_to,
            number=name,
        ),
    )
    stage.subscriptions[name] = row.id
    stage.names.subscriptions[row.number] = name


def quantity(stage: Stage, act: shapes.Quantity) -> None:
    subscription_id = stage.subscription(act.subscription)
    today = _today(stage, subscription_id)
    effective_on = act.when if isinstance(act.when, date) else today
    if act.when == "period_end":
        effective_on = _period_end(subscription_id, today)
    operations.change_quantity(
        act=stage.act(), subscription_id=subscription_id, quantity=act.quantity, effective_on=effective_on
    )


def cancel(stage: Stage, act: shapes.Cancel) -> None:
    subscription_id = stage.subscription(act.subscription)
    today = _today(stage, subscription_id)
    ends_before = {"now": today, "period_end": None}.get(str(act.when), act.when)
    operations.cancel(
        act=stage.act(),
        subscription_id=subscription_id,
        as_of=today,
        ends_before=ends_before if isinstance(ends_before, date) else None,
    )


def hold(stage: Stage, act: shapes.HoldAct) -> None:
    if act.document is not None:
        item_id = item_of(stage, act.document)
        receivables.place_hold(
            act=stage.act(),
            open_item_id=item_id,
            reason=HoldReason.MANUAL,
            valid_from=business_date(stage.clock, stage.entity.timezone),
            valid_until=act.until,
            amount=Money.of(act.amount, stage.entity.base_currency) if act.amount is not None else None,
            source=f"scenario:{act.what}",
            note=act.reason,
        )
        return
    account_id, subscription_id = _held(stage, act)
    operations.place_billing_hold(
        act=stage.act(),
        account_id=account_id,
        subscription_id=subscription_id,
        reason=act.reason,
        valid_from=business_date(stage.clock, stage.timezone_of(act.account)),
        valid_until=act.until,
    )


def _held(stage: Stage, act: shapes.HoldAct | shapes.Release) -> tuple[int, int | None]:
    if act.what != "billing":
        raise Refusal(
            "scenario.hold_unknown",
            "An account or subscription is held from billing only.",
            field="what",
            cure="Name a document to hold it from dunning or collecting.",
        )
    if act.subscription is not None:
        subscription_id = stage.subscription(act.subscription)
        return queries.get_subscription(subscription_id).account_id, subscription_id
    if act.account is None:
        raise Refusal("scenario.hold_nothing", "Name what is held.", field="account")
    return stage.account(act.account).id, None


def release(stage: Stage, act: shapes.Release) -> None:
    today = business_date(stage.clock, stage.entity.timezone)
    if act.document is not None:
        ids = [one.hold_id for one in list_holds(open_item_ids=[item_of(stage, act.document)], as_of=today)]
        for hold_id in ids:
            receivables.release_hold(act=stage.act(), hold_id=hold_id, on=today)
    else:
        account_id, subscription_id = _held(stage, act)
        ids = [
            one.id
            for one in queries.list_billing_holds(account_id=account_id, on=today)
            if one.subscription_id == subscription_id
        ]
        for hold_id in ids:
            operations.release_billing_hold(act=stage.act(), hold_id=hold_id)
    if not ids:
        raise Refusal("scenario.nothing_held", "Nothing is held there.", field="document")
