"""Recording a change of a subscription: what every change verb does around what it sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.catalog import queries as catalog
from billwright.catalog.queries import PlanRow
from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_rows
from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import Subscription, SubscriptionChange
from billwright.subscriptions.operations.relaying import account_on, instant_of, record_start, relay
from billwright.subscriptions.policies import Phase
from billwright.subscriptions.queries import AccountOnDay
from billwright.subscriptions.queries.agreements import Conventions, agreed_changes
from billwright.subscriptions.states import SUBSCRIPTION, ChangeKind, SubscriptionState

# What the columns hold: 18 digits before the point and 6 after it. A trillion units is beyond any order.
QUANTITY_MAX = Decimal(10) ** 12
QUANTITY_DECIMALS = 6


def subject_of(arguments: object, _answer: object) -> str:
    """The subject of a verb on one subscription."""
    assert isinstance(arguments, dict)
    return f"subscription:{arguments['subscription_id']}"


def locked(subscription_id: int, version: int | None) -> Subscription:
    """The subscription, locked, its version counted on. Raises NotFound, Conflict `subscription.changed`."""
    rows = lock_rows(Subscription, [subscription_id])
    if not rows:
        raise queries.not_found(subscription_id)
    (subscription,) = rows
    if version is not None and version != subscription.version:
        raise Conflict(
            "subscription.changed",
            _("Somebody changed this subscription meanwhile."),
            field="version",
            cure=_("Look at it again, then repeat your change."),
        )
    subscription.version += 1
    return subscription


def require_quantity(quantity: Decimal, *, row: int | None = None) -> None:
    """Raises Refusal `quantity.not_positive`, `quantity.too_large`, `quantity.decimals`."""
    if quantity <= 0:
        raise Refusal("quantity.not_positive", _("A quantity is above zero."), field="quantity", row=row)
    if quantity >= QUANTITY_MAX:
        raise Refusal(
            "quantity.too_large",
            _("A quantity is below %(most)s.") % {"most": f"{QUANTITY_MAX:,.0f}"},
            field="quantity",
            row=row,
            cure=_("Price it per thousand or per million units instead."),
        )
    exponent = quantity.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > QUANTITY_DECIMALS:
        raise Refusal(
            "quantity.decimals",
            _("A quantity has at most %(count)d decimals.") % {"count": QUANTITY_DECIMALS},
            field="quantity",
            row=row,
        )


def require_offered(plan: PlanRow, account: AccountOnDay, *, row: int | None = None) -> None:
    """Raises Refusal `plan.retired`, `plan.other_entity`."""
    if not plan.active:
        message = _("Plan %(code)s is no longer offered.") % {"code": plan.code}
        raise Refusal("plan.retired", message, field="plan", row=row)
    if plan.legal_entity_id not in (None, account.legal_entity_id):
        message = _("Plan %(code)s is another company's.") % {"code": plan.code}
        raise Refusal("plan.other_entity", message, field="plan", row=row)


def require_cycle_day(day: int | None) -> None:
    """Raises Refusal `subscription.cycle_day`."""
    if day is not None and not 1 <= day <= 31:
        raise Refusal(
            "subscription.cycle_day",
            _("%(day)d is not a day of a month.") % {"day": day},
            field="cycle_day",
            cure=_("Choose 1 to 31; 31 is the last day of each month."),
        )


def period_end_of(subscription: Subscription, as_of: date) -> date:
    """The end of the period that runs on a day, the longest of its charges; the day itself when none runs."""
    assert subscription.starts_on is not None
    day = max(as_of, subscription.starts_on)
    running = policies.covering(queries.item_facts([subscription.pk]), day)
    begun = [item.grid_id for item in running if item.grid_id and item.effective_from <= day]
    return queries.period_end(begun, day) or day


def effective_day(subscription: Subscription, account: AccountOnDay, effective_on: date | None, as_of: date) -> date:
    """The first day of what is new: by the convention `change_day` the day of change is still the old plan's.

    No day asked: the end of the running period, where a new one begins anyway.
    """
    if effective_on is None:
        return period_end_of(subscription, as_of)
    plan = catalog.get_plan(plan_id=subscription.plan_id)
    conventions = Conventions([account])
    in_seconds = conventions.counts_seconds(account, plan)
    old = conventions.of_day("change_day", account=account, plan=plan) == "old_price"
    return effective_on + timedelta(days=1) if old and not in_seconds else effective_on


def phases_now(subscription: Subscription, account: AccountOnDay) -> tuple[Phase, ...]:
    """The phases that are recorded, or the one of a subscription that was never changed."""
    kept = [
        change
        for change in agreed_changes(subscription.pk)
        if change.kind not in (ChangeKind.CANCEL, ChangeKind.CYCLE_DAY)
    ]
    if kept or subscription.starts_on is None:
        return policies.phases_of(kept, timezone=account.timezone)
    return (Phase(subscription.starts_on, subscription.started_at, subscription.plan_id, subscription.quantity),)


def require_running(subscription: Subscription, day: date, *, field: str = "effective_on") -> None:
    """Refuse a change of a day on which there is no service. Raises Refusal `subscription.not_running`."""
    starts_on, ends_before = subscription.starts_on, subscription.ends_before
    if starts_on is not None and starts_on <= day and (ends_before is None or day < ends_before):
        return
    cure = _("It waits for its activation.")
    if starts_on is not None:
        cure = _("It serves from %(first)s") % {"first": starts_on}
        cure += _(", until before %(last)s.") % {"last": ends_before} if ends_before else "."
    raise Refusal(
        "subscription.not_running",
        _("The subscription is not in service on %(day)s.") % {"day": day},
        field=field,
        cure=cure,
    )


def record(
    subscription: Subscription, *, act: Act, kind: ChangeKind, day: date, as_of: date, asked_on: date, **sets: Any
) -> None:
    """Record a change, let the items follow from its day on, and the row as far as its day has come.

    `asked_on` is the day that was asked for, before conventions moved it. Raises Refusal `plan.no_price`.
    """
    account = account_on(subscription, max(as_of, day))
    record_start(subscription, account, act=act)
    at = instant_of(subscription, account, act=act, day=day) if day == asked_on else None
    SubscriptionChange.objects.create(
        subscription=subscription,
        kind=kind,
        effective_from=day,
        effective_at=at,
        reason=act.reason[:200],
        recorded_by=act.actor,
        recorded_at=act.at,
        **sets,
    )
    relay(subscription, account, act=act, cut=day)
    enter(subscription, account, as_of=as_of)


def enter(subscription: Subscription, account: AccountOnDay, *, as_of: date) -> None:
    """Let the row of a subscription show what holds on a day, and save it."""
    SubscriptionChange.objects.filter(
        subscription=subscription, effective_from__lte=as_of, withdrawn_at=None, in_force=False
    ).update(in_force=True)
    phases = phases_now(subscription, account)
    phase = policies.phase_on(phases, as_of) or (phases[0] if phases else None)
    if phase is not None:
        subscription.plan_id = phase.plan_id
        subscription.quantity = phase.quantity
    fields = ["plan", "quantity", "state", "ends_before", "cancel_reason", "version"]
    for state in _way(subscription, phase, as_of):
        subscription.save(update_fields=fields)
        subscription.state = state
    subscription.save(update_fields=fields)


def _way(subscription: Subscription, phase: Phase | None, as_of: date) -> Iterable[str]:
    """The states to pass through to the one that holds on a day."""
    state, ends = subscription.state, subscription.ends_before
    if state in (SubscriptionState.PENDING, SubscriptionState.ENDED):
        return
    if ends is not None:
        if state != SubscriptionState.ENDING:
            state = SUBSCRIPTION.enter("cancel", state)
            yield state
        if ends <= as_of:
            yield SUBSCRIPTION.enter("end", state)
        return
    if state == SubscriptionState.ENDING:
        state = SUBSCRIPTION.enter("keep", state)
        yield state
    paused = phase is not None and phase.pause_percent is not None and phase.starts_on <= as_of
    if paused and state == SubscriptionState.ACTIVE:
        yield SUBSCRIPTION.enter("pause", state)
    if not paused and state == SubscriptionState.PAUSED:
        yield SUBSCRIPTION.enter("resume", state)


def as_json(days: Mapping[int, date]) -> dict[str, str]:
    """Days by charge as a change stores them."""
    return {str(charge): day.isoformat() for charge, day in days.items()}
