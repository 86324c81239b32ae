"""Acts of contracts: subscribe, change, pause, cancel, hold and release."""

from __future__ import annotations

from datetime import date
from typing import Any

from billwright.kernel.clock import business_date
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.receivables import operations as receivables
from billwright.receivables.queries import list_holds, open_item_ids
from billwright.receivables.states import HoldReason
from billwright.subscriptions import operations, queries
from billwright.subscriptions.states import Unused
from billwright.workflow.contract_changes import change_account_cycle_day
from billwright.workflow.scenarios import shapes
from billwright.workflow.scenarios.world import Stage


def _today(stage: Stage, subscription_id: int) -> date:
    account_id = queries.get_subscription(subscription_id).account_id
    account = next(one for one in stage.accounts.values() if one.id == account_id)
    return business_date(stage.clock, account.timezone)


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
            started_at=stage.clock if act.at is not None and starts_on == today else None,
            billed_to=act.billed_to,
            cycle_day=act.cycle_day,
            cycle_from=act.cycle_from,
            number=name,
        ),
    )
    stage.subscriptions[name] = row.id
    stage.names.subscriptions[row.number] = name


def _asked(
    stage: Stage, act: shapes.Change | shapes.Quantity | shapes.Pause | shapes.Resume | shapes.Cancel
) -> dict[str, Any]:
    """What every change of a subscription is asked with; no day: the end of the running period."""
    subscription_id = stage.subscription(act.subscription)
    today = _today(stage, subscription_id)
    day = {"now": today, "period_end": None}[act.when] if isinstance(act.when, str) else act.when
    return {"act": stage.act(), "subscription_id": subscription_id, "as_of": today, "effective_on": day}


def change(stage: Stage, act: shapes.Change) -> None:
    asked = _asked(stage, act)
    if act.plan is not None:
        operations.change_plan(**asked, plan=act.plan, quantity=act.quantity, cycle_day=act.cycle_day)
    elif act.quantity is not None:
        operations.change_quantity(**asked, quantity=act.quantity, cycle_day=act.cycle_day)
    elif act.cycle_day is not None:
        running = queries.get_subscription(asked["subscription_id"]).quantity
        operations.change_quantity(**asked, quantity=running, cycle_day=act.cycle_day)
    else:
        raise Refusal("scenario.changes_nothing", "Name what changes.", field="plan", cure="Give plan or quantity.")


def quantity(stage: Stage, act: shapes.Quantity) -> None:
    operations.change_quantity(**_asked(stage, act), quantity=act.quantity, cycle_day=act.cycle_day)


def pause(stage: Stage, act: shapes.Pause) -> None:
    operations.pause(**_asked(stage, act), percent=act.percent)


def resume(stage: Stage, act: shapes.Resume) -> None:
    operations.resume(**_asked(stage, act))


def cycle_day(stage: Stage, act: shapes.CycleDay) -> None:
    if act.subscription is not None:
        subscription_id = stage.subscription(act.subscription)
        today = _today(stage, subscription_id)
        operations.change_cycle_day(
            act=stage.act(), subscription_id=subscription_id, cycle_day=act.day_of_month, as_of=today
        )
        return
    if act.account is None:
        raise Refusal("scenario.cycle_day_of_nothing", "Name an account or a subscription.", field="account")
    account = stage.account(act.account)
    change_account_cycle_day(
        act=stage.act(),
        account_id=account.id,
        cycle_day=act.day_of_month,
        as_of=business_date(stage.clock, account.timezone),
    )


def cancel(stage: Stage, act: shapes.Cancel) -> None:
    asked = _asked(stage, act)
    canceled_on = asked.pop("effective_on")
    operations.cancel(**asked, canceled_on=canceled_on, unused=Unused(act.unused))


def hold(stage: Stage, act: shapes.HoldAct) -> None:
    if act.document is not None:
        receivables.hold_document(
            act=stage.act(),
            invoice_id=stage.document(act.document),
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
        invoice_id = stage.document(act.document)
        items = open_item_ids([invoice_id])[invoice_id]
        ids = [one.hold_id for one in list_holds(open_item_ids=items, as_of=today)]
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
            operations.release_billing_hold(act=stage.act(), billing_hold_id=hold_id)
    if not ids:
        raise Refusal("scenario.nothing_held", "Nothing is held there.", field="document")
