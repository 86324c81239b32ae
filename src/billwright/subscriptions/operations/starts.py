"""Ordering and activating subscriptions, one or thousands at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from billwright.catalog import queries as catalog
from billwright.catalog.policies import DatedPrice, price_segments
from billwright.catalog.queries import ChargeRow, PlanRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.locking import lock_rows
from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import Subscription
from billwright.subscriptions.operations.grids import SERVICE_BEGIN
from billwright.subscriptions.operations.items import write_items
from billwright.subscriptions.policies import ItemPlan
from billwright.subscriptions.queries import AccountOnDay, SubscriptionRow
from billwright.subscriptions.states import SUBSCRIPTION, SubscriptionState

Prices = dict[tuple[int, str], list[DatedPrice]]


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """An order of a plan. Without `starts_on` it is pending: nothing is billed until its activation is confirmed.

    `billed_to` is the day before which it was billed elsewhere. `number` is made when empty.
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
    orders = [_checked(row, plans, accounts, number if is_batch else None) for number, row in enumerate(rows, start=1)]
    subscriptions = _write_subscriptions(orders, act=act)
    prices = _prices(orders)
    items: list[ItemPlan] = []
    for number, (order, subscription) in enumerate(zip(orders, subscriptions, strict=True), start=1):
        if order.row.starts_on is not None:
            items += _items(
                order.plan, order.account, subscription, prices,
                billed_to=order.row.billed_to, number=number if is_batch else None,
            )  # fmt: skip
    write_items(items, act=act)
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
    refusal = _wrong_account(account, plan) or _wrong_dates(row)
    if refusal is not None:
        code, message, field = refusal
        raise Refusal(code, message, field=field, row=number)
    return _Order(row, plan, account)


def _wrong_account(account: AccountOnDay, plan: PlanRow) -> tuple[str, str, str] | None:
    if account.state != "OPEN":
        return "account.closed", _("Account %(number)s is closed.") % {"number": account.number}, "account_id"
    if not plan.active:
        return "plan.retired", _("Plan %(code)s is no longer offered.") % {"code": plan.code}, "plan"
    if plan.legal_entity_id not in (None, account.legal_entity_id):
        return "plan.other_entity", _("Plan %(code)s is another company's.") % {"code": plan.code}, "plan"
    return None


def _wrong_dates(row: NewSubscription) -> tuple[str, str, str] | None:
    if row.quantity <= 0:
        return "quantity.not_positive", _("A quantity is above zero."), "quantity"
    if row.starts_on is not None and row.starts_on < SERVICE_BEGIN:
        return "subscription.too_early", _("Service starts on %(day)s or later.") % {"day": SERVICE_BEGIN}, "starts_on"
    if row.starts_on is not None and row.ends_before is not None and row.ends_before <= row.starts_on:
        return "subscription.ends_before_start", _("It would end before it starts."), "ends_before"
    if row.starts_on is None and (row.billed_to is not None or row.ends_before is not None):
        return "subscription.not_started", _("What has not started is neither billed nor ended."), "starts_on"
    return None


def _write_subscriptions(orders: Sequence[_Order], *, act: Act) -> list[Subscription]:
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


def _prices(orders: Sequence[_Order]) -> Prices:
    charges = {charge.id for order in orders for charge in order.plan.charges}
    return catalog.dated_prices(charges, {order.account.currency for order in orders})


def _items(
    plan: PlanRow,
    account: AccountOnDay,
    subscription: Subscription,
    prices: Prices,
    *,
    billed_to: date | None,
    number: int | None = None,
) -> list[ItemPlan]:
    assert subscription.starts_on is not None, "only what has started has items"
    items = []
    for charge in plan.charges:
        known = prices.get((charge.id, account.currency), [])
        segments = price_segments(known, starts_on=subscription.starts_on, ends_before=subscription.ends_before)
        if not segments:
            raise catalog.no_price(currency=account.currency, on=subscription.starts_on, charge=charge.name, row=number)
        if charge.interval_unit == "ONCE":
            segments = segments[:1]
        items += [
            ItemPlan(
                subscription_id=subscription.pk,
                account_id=account.account_id,
                payer_id=account.payer_id,
                plan_charge_id=charge.id,
                price_id=segment.price_id,
                grid=_grid(charge, account, subscription.starts_on),
                quantity=subscription.quantity,
                effective_from=segment.starts_on,
                effective_to=segment.ends_before,
                billed_through=policies.billed_through(segment, billed_to),
            )
            for segment in segments
        ]
    return items


def _grid(charge: ChargeRow, account: AccountOnDay, starts_on: date) -> policies.GridKey | None:
    return policies.grid_key(
        interval_unit=charge.interval_unit,
        interval_count=charge.interval_count,
        cycle_day=account.cycle_day,
        starts_on=starts_on,
    )


def _row(subscription: Subscription, plan: PlanRow) -> SubscriptionRow:
    return SubscriptionRow(
        id=subscription.pk,
        number=subscription.number,
        account_id=subscription.account_id,
        plan_id=plan.id,
        plan_code=plan.code,
        plan_name=plan.name,
        state=subscription.state,
        quantity=subscription.quantity,
        description=subscription.description,
        reference=subscription.reference,
        ordered_on=subscription.ordered_on,
        starts_on=subscription.starts_on,
        ends_before=subscription.ends_before,
        cancel_reason=subscription.cancel_reason,
        version=subscription.version,
    )


@verb("subscription.activate", subject=lambda arguments, _: f"subscription:{arguments['subscription_id']}")
def activate(*, act: Act, subscription_id: int, starts_on: date, billed_to: date | None = None) -> SubscriptionRow:
    """Confirm the activation of a pending subscription: billing begins on `starts_on`, the first day of service.

    Raises NotFound, IllegalTransition unless it is pending, Refusal `subscription.too_early`, `plan.no_price`.
    """
    locked = lock_rows(Subscription, [subscription_id])
    if not locked:
        raise queries.not_found(subscription_id)
    (subscription,) = locked
    before = subscription.state
    subscription.state = SUBSCRIPTION.enter("activate", subscription.state)
    if starts_on < SERVICE_BEGIN:
        raise Refusal(
            "subscription.too_early", _("Service starts on %(day)s or later.") % {"day": SERVICE_BEGIN},
            field="starts_on",
        )  # fmt: skip
    subscription.starts_on = starts_on
    subscription.version += 1
    subscription.save(update_fields=["state", "starts_on", "version"])
    plan = catalog.get_plan(plan_id=subscription.plan_id)
    account = queries.accounts_on({(subscription.account_id, starts_on)})[subscription.account_id, starts_on]
    prices = catalog.dated_prices([charge.id for charge in plan.charges], [account.currency])
    write_items(_items(plan, account, subscription, prices, billed_to=billed_to), act=act)
    note_change(before={"state": before}, after={"state": subscription.state}, effective_on=starts_on)
    return queries.get_subscription(subscription_id)
