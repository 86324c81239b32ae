"""Ordering and activating subscriptions, one or thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from billwright.catalog import queries as catalog
from billwright.catalog.queries import PlanRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.subscriptions import queries
from billwright.subscriptions.models import Subscription
from billwright.subscriptions.operations.beginnings import Laying, plan_steps, require_mains, started_terms
from billwright.subscriptions.operations.grids import SERVICE_BEGIN
from billwright.subscriptions.operations.items import write_items
from billwright.subscriptions.operations.recording import (
    locked,
    require_cycle_day,
    require_offered,
    require_quantity,
)
from billwright.subscriptions.operations.references import checked_references
from billwright.subscriptions.operations.relaying import account_on
from billwright.subscriptions.policies import ItemPlan
from billwright.subscriptions.queries import AccountOnDay, SubscriptionRow
from billwright.subscriptions.states import SUBSCRIPTION, SubscriptionState


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """An order of a plan. Without `starts_on` it is pending: nothing is billed until its activation is confirmed.

    `billed_to` is the day before which it was billed elsewhere. `number` is made when empty. `started_at` is the
    instant of the start where seconds are counted. `cycle_day` holds instead of the account's; `cycle_from` is a day
    that the periods run through. A term of `term_months` renews unless notice is given `notice_days` before its
    end. `pause_percent` of its recurring charges is charged while it is paused. An add-on names its main
    subscription and ends with it. A purchase order or cost centre holds instead of its account's. `steps` are
    planned quantities, each from a day on.
    """

    account_id: int
    plan: str
    ordered_on: date
    quantity: Decimal = Decimal(1)
    starts_on: date | None = None
    billed_to: date | None = None
    ends_before: date | None = None
    description: str = ""
    reference: str = ""
    number: str = ""
    started_at: datetime | None = None
    cycle_day: int | None = None
    cycle_from: date | None = None
    term_months: int = 0
    notice_days: int = 0
    renews: bool = True
    pause_percent: Decimal = Decimal(0)
    addon_of: int | None = None
    contract_id: int | None = None
    steps: tuple[tuple[date, Decimal], ...] = ()
    purchase_order: str = ""
    cost_center: str = ""


@dataclass(frozen=True, slots=True)
class _Order:
    """A checked row with what was found for it."""

    row: NewSubscription
    plan: PlanRow
    account: AccountOnDay


@verb("subscription.subscribe", subject=lambda _, answer: f"subscription:{answer.id}")
def subscribe(*, act: Act, row: NewSubscription) -> SubscriptionRow:
    """Order a plan for an account. Raises what `subscribe_many` raises, without a row."""
    (subscription,) = _subscribe_all((row,), act=act, is_batch=False)
    note_change(after={"plan": row.plan, "quantity": str(row.quantity)}, effective_on=row.starts_on)
    return subscription


@verb("subscription.subscribe_many", subject=lambda arguments, _: f"account:{arguments['rows'][0].account_id}")
def subscribe_many(*, act: Act, rows: tuple[NewSubscription, ...]) -> tuple[SubscriptionRow, ...]:
    """Order many plans in a fixed number of statements; all or none.

    Raises, with the row counted from 1, in this order: NotFound `plan.not_found`, `account.not_found`; Refusal
    `account.closed`, `plan.retired`, `plan.other_entity`, `quantity.not_positive`, `subscription.too_early`,
    `subscription.ends_before_start`, `subscription.not_started`, `plan.no_price`; Conflict `subscription.exists`.
    """
    note_change(after={"count": len(rows), "plans": sorted({row.plan for row in rows})})
    return _subscribe_all(rows, act=act, is_batch=True)


def _subscribe_all(rows: Sequence[NewSubscription], *, act: Act, is_batch: bool) -> tuple[SubscriptionRow, ...]:
    plans = catalog.plans_by_code({row.plan for row in rows})
    accounts = queries.accounts_on({(row.account_id, row.starts_on or row.ordered_on) for row in rows})
    require_mains({row.addon_of: row.account_id for row in rows if row.addon_of is not None})
    orders = [_checked(row, plans, accounts, number if is_batch else None) for number, row in enumerate(rows, start=1)]
    started = [order for order in orders if order.row.starts_on is not None]
    laying = Laying({order.plan.id: order.plan for order in started}.values(), [order.account for order in started])
    subscriptions = _write_subscriptions(orders, laying, act=act)
    items: list[ItemPlan] = []
    for number, (order, subscription) in enumerate(zip(orders, subscriptions, strict=True), start=1):
        if order.row.starts_on is not None:
            items += laying.items(subscription, order.plan, order.account, row=number if is_batch else None)
    write_items(items, act=act)
    for order, subscription in zip(orders, subscriptions, strict=True):
        if order.row.steps:
            plan_steps(subscription, order.account, order.row.steps, act=act)
    return tuple(_row(subscription, order.plan) for subscription, order in zip(subscriptions, orders, strict=True))


def _checked(
    row: NewSubscription,
    plans: dict[str, PlanRow],
    accounts: dict[tuple[int, date], AccountOnDay],
    number: int | None,
) -> _Order:
    plan = plans.get(row.plan)
    if plan is None:
        raise NotFound("plan.not_found", _("There is no plan %(code)s.") % {"code": row.plan}, field="plan", row=number)
    account = accounts.get((row.account_id, row.starts_on or row.ordered_on))
    if account is None:
        raise NotFound("account.not_found", _("There is no such account."), field="account_id", row=number)
    require_quantity(row.quantity, row=number)
    require_cycle_day(row.cycle_day)
    if account.state != "OPEN":
        message = _("Account %(number)s is closed.") % {"number": account.number}
        raise Refusal("account.closed", message, field="account_id", row=number)
    require_offered(plan, account, row=number)
    _require_dates(row, number)
    return _Order(row, plan, account)


def _require_dates(row: NewSubscription, number: int | None) -> None:
    if row.starts_on is not None and row.starts_on < SERVICE_BEGIN:
        message = _("Service starts on %(day)s or later.") % {"day": SERVICE_BEGIN}
        raise Refusal("subscription.too_early", message, field="starts_on", row=number)
    if row.starts_on is not None and row.ends_before is not None and row.ends_before <= row.starts_on:
        message = _("It would end before it starts.")
        raise Refusal("subscription.ends_before_start", message, field="ends_before", row=number)
    if row.starts_on is None and (row.billed_to is not None or row.ends_before is not None):
        message = _("What has not started is neither billed nor ended.")
        raise Refusal("subscription.not_started", message, field="starts_on", row=number)


def _write_subscriptions(orders: Sequence[_Order], laying: Laying, *, act: Act) -> list[Subscription]:
    ids = _take_ids(len(orders))
    rows = [
        Subscription(
            id=subscription_id,
            number=order.row.number or f"S-{subscription_id:06d}",
            account_id=order.row.account_id,
            plan_id=order.plan.id,
            state=_first_state(order.row),
            quantity=order.row.quantity,
            description=order.row.description,
            reference=order.row.reference,
            ordered_on=order.row.ordered_on,
            starts_on=order.row.starts_on,
            ends_before=order.row.ends_before,
            created_at=act.at,
            **_terms(order, laying),
        )
        for subscription_id, order in zip(ids, orders, strict=True)
    ]
    try:
        with transaction.atomic():
            return Subscription.objects.bulk_create(rows, batch_size=2000)
    except IntegrityError as error:
        if "number" not in str(error):
            raise
        raise Conflict(
            "subscription.exists", _("A subscription of this number is already there."), field="number"
        ) from error


def _first_state(row: NewSubscription) -> str:
    state: str = SubscriptionState.PENDING
    if row.starts_on is not None:
        state = SUBSCRIPTION.enter("activate", state)
    if row.ends_before is not None:
        state = SUBSCRIPTION.enter("cancel", state)
    return state


def _take_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence('subscriptions_subscription', 'id')) from generate_series(1, %s)",
            [count],
        )
        return [row[0] for row in cursor.fetchall()]


def _terms(order: _Order, laying: Laying) -> dict[str, Any]:
    """What else was agreed at the start."""
    row = order.row
    return {
        "billed_to": row.billed_to,
        "started_at": row.started_at,
        "cycle_day": row.cycle_day,
        "cycle_from": row.cycle_from,
        "term_months": row.term_months,
        "notice_days": row.notice_days,
        "renews": row.renews,
        "pause_percent": row.pause_percent,
        "addon_of_id": row.addon_of,
        "contract_id": row.contract_id,
        **checked_references(row.purchase_order, row.cost_center),
        **started_terms(order.plan, order.account, laying, starts_on=row.starts_on, term_months=row.term_months),
    }


def _row(subscription: Subscription, plan: PlanRow) -> SubscriptionRow:
    return queries.subscription_row(subscription, plan_code=plan.code, plan_name=plan.name)


@verb("subscription.activate", subject=lambda arguments, _: f"subscription:{arguments['subscription_id']}")
def activate(*, act: Act, subscription_id: int, starts_on: date, billed_to: date | None = None) -> SubscriptionRow:
    """Confirm the activation of a pending subscription: billing begins on `starts_on`, the first day of service.

    Raises NotFound, IllegalTransition unless it is pending, Refusal `subscription.too_early`, `plan.no_price`.
    """
    subscription = locked(subscription_id, None)
    before = subscription.state
    subscription.state = SUBSCRIPTION.enter("activate", subscription.state)
    if starts_on < SERVICE_BEGIN:
        raise Refusal(
            "subscription.too_early", _("Service starts on %(day)s or later.") % {"day": SERVICE_BEGIN},
            field="starts_on",
        )  # fmt: skip
    plan = catalog.get_plan(plan_id=subscription.plan_id)
    account = account_on(subscription, starts_on)
    laying = Laying([plan], [account], [subscription_id])
    subscription.starts_on, subscription.billed_to = starts_on, billed_to
    terms = started_terms(plan, account, laying, starts_on=starts_on, term_months=subscription.term_months)
    subscription.trial_until, subscription.term_ends = terms["trial_until"], terms["term_ends"]
    subscription.save(update_fields=["state", "starts_on", "billed_to", "trial_until", "term_ends", "version"])
    write_items(laying.items(subscription, plan, account), act=act)
    note_change(before={"state": before}, after={"state": subscription.state}, effective_on=starts_on)
    return queries.get_subscription(subscription_id)
