"""Plan, quantity, pause and cycle day: each change is recorded, and the items follow from its day on.

A day may lie in the past or the future. A change dated before what is billed is repaired by the next bill run: what was
billed too much is credited, the new item is billed from its start (its mark stands there). Of several changes of one
aspect the later day holds from its day on; of one day the later recorded.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.catalog import queries as catalog
from billwright.catalog.queries import ChargeRow, PlanRow
from billwright.catalog.states import IntervalUnit, Timing
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import BillingGrid, Subscription, SubscriptionChange
from billwright.subscriptions.operations.recording import (
    as_json,
    effective_day,
    enter,
    locked,
    period_end_of,
    phases_now,
    record,
    require_cycle_day,
    require_offered,
    require_quantity,
    require_running,
    subject_of,
)
from billwright.subscriptions.operations.relaying import account_on, relay
from billwright.subscriptions.policies import GridKey, period_holding
from billwright.subscriptions.queries import SubscriptionRow
from billwright.subscriptions.queries.agreements import billed_through
from billwright.subscriptions.states import ChangeKind, SubscriptionState, Unused


@verb("subscription.change", subject=subject_of)
def change_plan(
    *,
    act: Act,
    subscription_id: int,
    plan: str,
    as_of: date,
    effective_on: date | None = None,
    quantity: Decimal | None = None,
    cycle_day: int | None = None,
    keeps_billed: bool = False,
    version: int | None = None,
) -> SubscriptionRow:
    """Let a subscription run on another plan from a day on (None: the end of the running period).

    `as_of` is the account's present day; `cycle_day` ends its periods from the change on. What is billed of the old
    plan beyond the day is credited; with `keeps_billed` it stays, and the new plan's fees in advance begin where it
    ends. What was charged once for a plan is not charged again when it comes back to it. Raises NotFound
    `subscription.not_found`, `plan.not_found`; Conflict `subscription.changed`; Refusal `plan.retired`,
    `plan.other_entity`, `plan.no_price`, `subscription.not_running`, `subscription.cycle_day`, `quantity.*`,
    `change.cycle_day_without_credit`.
    """
    subscription = locked(subscription_id, version)
    wanted = catalog.get_plan(code=plan)
    account = account_on(subscription, as_of)
    if quantity is not None:
        require_quantity(quantity)
    require_cycle_day(cycle_day)
    require_offered(wanted, account)
    if subscription.starts_on is None:
        require_running(subscription, effective_on or as_of)
    day = effective_day(subscription, account, effective_on, as_of)
    require_running(subscription, day)
    before = subscription.plan_id
    sets: dict[str, Any] = {"plan_id": wanted.id, "quantity": quantity, "cycle_day": cycle_day}
    if keeps_billed:
        sets |= _keeping(subscription, wanted, day, cycle_day=cycle_day)
    record(subscription, act=act, kind=ChangeKind.PLAN, day=day, as_of=as_of, asked_on=effective_on or day, **sets)
    note_change(before={"plan_id": before}, after={"plan": plan, "quantity": _text(quantity)}, effective_on=day)
    return queries.get_subscription(subscription_id)


def _keeping(subscription: Subscription, wanted: PlanRow, day: date, *, cycle_day: int | None) -> dict[str, Any]:
    """Where the old fees in advance end though another plan holds already, and the new ones begin."""
    if cycle_day is not None:
        raise Refusal(
            "change.cycle_day_without_credit",
            _("Without credit the running period stays as it is."),
            field="cycle_day",
            cure=_("Change the billing day in an act of its own."),
        )
    old = catalog.plans_by_id({subscription.plan_id})[subscription.plan_id]
    in_advance = {charge.id for charge in old.charges if _is_fee_in_advance(charge)}
    stored = [item for item in queries.item_facts([subscription.pk]) if item.plan_charge_id in in_advance]
    marks = billed_through([item.item_id for item in stored])
    kept: dict[int, date] = {}
    for item in policies.covering(stored, day):
        assert item.grid_id is not None, "what covers a day recurs"
        end = queries.period_end([item.grid_id], day) or day
        billed = [marks[one.item_id] for one in stored if one.plan_charge_id == item.plan_charge_id]
        kept[item.plan_charge_id] = max(end, *billed)
    if kept:
        begins = max(kept.values())
        kept |= {charge.id: begins for charge in wanted.charges if _is_fee_in_advance(charge)}
    return {"charge_days": as_json(kept) or None, "unused": Unused.FORFEIT.value}


def _is_fee_in_advance(charge: ChargeRow) -> bool:
    return charge.interval_unit != IntervalUnit.ONCE and charge.timing == Timing.ADVANCE and not charge.meter


def _text(quantity: Decimal | None) -> str | None:
    return None if quantity is None else str(quantity)


@verb("subscription.change_quantity", subject=subject_of)
def change_quantity(
    *,
    act: Act,
    subscription_id: int,
    quantity: Decimal,
    as_of: date,
    effective_on: date | None = None,
    cycle_day: int | None = None,
    version: int | None = None,
) -> SubscriptionRow:
    """Let a subscription run at another quantity from a day on (None: the end of the running period).

    Only charges whose amount depends on the quantity are replaced. Raises NotFound, Conflict `subscription.changed`,
    Refusal `quantity.*`, `subscription.not_running`, `subscription.cycle_day`.
    """
    require_quantity(quantity)
    require_cycle_day(cycle_day)
    subscription = locked(subscription_id, version)
    if subscription.starts_on is None:
        require_running(subscription, effective_on or as_of)
    day = effective_day(subscription, account_on(subscription, as_of), effective_on, as_of)
    require_running(subscription, day)
    before = subscription.quantity
    sets: dict[str, Any] = {"quantity": quantity, "cycle_day": cycle_day}
    record(subscription, act=act, kind=ChangeKind.QUANTITY, day=day, as_of=as_of, asked_on=effective_on or day, **sets)
    note_change(before={"quantity": str(before)}, after={"quantity": str(quantity)}, effective_on=day)
    return queries.get_subscription(subscription_id)


@verb("subscription.pause", subject=subject_of)
def pause(
    *,
    act: Act,
    subscription_id: int,
    as_of: date,
    effective_on: date | None = None,
    percent: Decimal | None = None,
    version: int | None = None,
) -> SubscriptionRow:
    """Take a subscription out of service from a day on (None: the end of the running period) until it is resumed.

    `percent` of its recurring charges is charged meanwhile; None: what its contract says. Raises NotFound, Conflict
    `subscription.changed`, Refusal `subscription.not_running`, `subscription.paused`, `pause.percent`.
    """
    subscription = locked(subscription_id, version)
    day = _service_day(subscription, effective_on, as_of)
    charged = subscription.pause_percent if percent is None else percent
    if not 0 <= charged <= 100:
        raise Refusal("pause.percent", _("A pause charges 0 to 100 percent."), field="percent")
    if _paused_on(subscription, day, as_of):
        raise Refusal(
            "subscription.paused",
            _("The subscription is paused on %(day)s already.") % {"day": day},
            field="effective_on",
            cure=_("Resume it first."),
        )
    sets: dict[str, Any] = {"pause_percent": charged}
    record(subscription, act=act, kind=ChangeKind.PAUSE, day=day, as_of=as_of, asked_on=day, **sets)
    note_change(after={"paused": True, "percent": str(charged)}, effective_on=day)
    return queries.get_subscription(subscription_id)


@verb("subscription.resume", subject=subject_of)
def resume(
    *,
    act: Act,
    subscription_id: int,
    as_of: date,
    effective_on: date | None = None,
    version: int | None = None,
) -> SubscriptionRow:
    """Take a paused subscription into service again from a day on (None: at once).

    Raises NotFound, Conflict `subscription.changed`, Refusal `subscription.not_running`, `subscription.not_paused`.
    """
    subscription = locked(subscription_id, version)
    day = effective_on or as_of
    require_running(subscription, day)
    if not _paused_on(subscription, day, as_of):
        raise Refusal(
            "subscription.not_paused",
            _("The subscription is not paused on %(day)s.") % {"day": day},
            field="effective_on",
        )
    record(subscription, act=act, kind=ChangeKind.RESUME, day=day, as_of=as_of, asked_on=day)
    note_change(after={"paused": False}, effective_on=day)
    return queries.get_subscription(subscription_id)


def _service_day(subscription: Subscription, effective_on: date | None, as_of: date) -> date:
    if subscription.starts_on is None:
        require_running(subscription, effective_on or as_of)
    day = effective_on or period_end_of(subscription, as_of)
    require_running(subscription, day)
    return day


def _paused_on(subscription: Subscription, day: date, as_of: date) -> bool:
    phase = policies.phase_on(phases_now(subscription, account_on(subscription, as_of)), day)
    return phase is not None and phase.pause_percent is not None


@verb("subscription.change_cycle_day", subject=subject_of)
def change_cycle_day(
    *, act: Act, subscription_id: int, cycle_day: int, as_of: date, version: int | None = None
) -> SubscriptionRow:
    """Let the periods of a subscription end on another day of the month.

    What is billed stays; every other period that begins on or after `as_of` ends on the new day. Raises NotFound,
    Conflict `subscription.changed`, Refusal `subscription.cycle_day`, `subscription.not_running`.
    """
    require_cycle_day(cycle_day)
    subscription = locked(subscription_id, version)
    require_running(subscription, as_of)
    before = subscription.cycle_day
    sets: dict[str, Any] = {"cycle_day": cycle_day, "charge_days": as_json(_boundaries(subscription, as_of))}
    record(subscription, act=act, kind=ChangeKind.CYCLE_DAY, day=as_of, as_of=as_of, asked_on=as_of, **sets)
    note_change(before={"cycle_day": before}, after={"cycle_day": cycle_day}, effective_on=as_of)
    return queries.get_subscription(subscription_id)


def _boundaries(subscription: Subscription, day: date) -> dict[int, date]:
    """For each charge the first period that begins on or after a day and is not billed."""
    items = policies.covering(queries.item_facts([subscription.pk]), day)
    marks = billed_through([item.item_id for item in items])
    keys = {
        grid.pk: GridKey(grid.interval_unit, grid.interval_count, grid.anchor_day, grid.phase)
        for grid in BillingGrid.objects.filter(id__in={item.grid_id for item in items})
    }
    days = {charge.id: day for charge in catalog.get_plan(plan_id=subscription.plan_id).charges}
    for item in sorted(items, key=lambda item: (item.effective_from, item.item_id), reverse=True):
        assert item.grid_id is not None, "what covers a day recurs"
        same = [one for one in items if one.plan_charge_id == item.plan_charge_id]
        reached = max([day, *(marks[one.item_id] for one in same if marks[one.item_id] > one.effective_from)])
        period = period_holding(keys[item.grid_id], reached)
        days[item.plan_charge_id] = reached if period.starts_on == reached else period.ends_before
    return days


@verb("subscription.withdraw_change", subject=subject_of)
def withdraw_change(*, act: Act, subscription_id: int, change_id: int, as_of: date) -> SubscriptionRow:
    """Take a scheduled change back before its day has come: it never was.

    Raises NotFound `change.not_found`, Conflict `change.withdrawn`, Refusal `change.in_force`.
    """
    subscription = locked(subscription_id, None)
    change = SubscriptionChange.objects.filter(id=change_id, subscription=subscription).first()
    if change is None:
        raise NotFound("change.not_found", _("There is no such change."), field="change_id")
    if change.withdrawn_at is not None:
        raise Conflict("change.withdrawn", _("The change was withdrawn already."), field="change_id")
    if change.effective_from <= as_of or change.kind in (ChangeKind.START, ChangeKind.CANCEL):
        raise Refusal(
            "change.in_force",
            _("The change holds since %(day)s.") % {"day": change.effective_from},
            field="change_id",
            cure=_("Change it back from that day, or keep a canceled subscription."),
        )
    change.withdrawn_by, change.withdrawn_at = act.actor, act.at
    change.save(update_fields=["withdrawn_by", "withdrawn_at"])
    account = account_on(subscription, as_of)
    relay(subscription, account, act=act, cut=change.effective_from)
    enter(subscription, account, as_of=as_of)
    note_change(before={"change": change.kind}, effective_on=change.effective_from)
    return queries.get_subscription(subscription_id)


@verb("subscription.enter_due", subject=lambda arguments, _answer: f"day:{arguments['as_of']}", did=bool)
def enter_due(*, act: Act, as_of: date) -> int:
    """Let every subscription show the changes whose day has come; returns how many did. Run by the daily job.

    Their items were laid when the change was recorded: what is billed does not wait for this.
    """
    due = SubscriptionChange.objects.filter(effective_from__lte=as_of, in_force=False, withdrawn_at=None)
    ids = sorted(set(due.values_list("subscription_id", flat=True)))
    for subscription_id in ids:
        subscription = locked(subscription_id, None)
        if subscription.state not in (SubscriptionState.PENDING, SubscriptionState.ENDED):
            enter(subscription, account_on(subscription, as_of), as_of=as_of)
    due.update(in_force=True)
    note_change(after={"entered": len(ids)})
    return len(ids)
