"""Making the items of a subscription follow from what is agreed: the one way in which a change reaches them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from billwright.catalog import queries as catalog
from billwright.kernel.acts import Act
from billwright.kernel.clock import business_date
from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import Subscription, SubscriptionChange
from billwright.subscriptions.operations.grids import ensure_grids
from billwright.subscriptions.operations.items import end_items, start_items
from billwright.subscriptions.policies import Agreement, CycleChange, ItemFacts, Phase, Piece, PlanFacts
from billwright.subscriptions.queries import AccountOnDay
from billwright.subscriptions.queries.agreements import (
    Conventions,
    agreed_changes,
    billed_through,
    has_changes,
    own_prices,
    prices_of,
)
from billwright.subscriptions.queries.clauses import bound_clauses
from billwright.subscriptions.states import ChangeKind


def account_on(subscription: Subscription, day: date) -> AccountOnDay:
    return queries.accounts_on({(subscription.account_id, day)})[subscription.account_id, day]


def cycle_day_of(account: AccountOnDay, first_paid_on: date) -> int:
    """The account's cycle day; none: the day of the month on which its first paid period begins."""
    return account.cycle_day or (account.first_paid_on or first_paid_on).day


def record_start(subscription: Subscription, account: AccountOnDay, *, act: Act) -> None:
    """Record what a subscription started with, before its first change: the row itself goes with the changes."""
    if subscription.starts_on is None or has_changes(subscription.pk):
        return
    SubscriptionChange.objects.create(
        subscription=subscription,
        kind=ChangeKind.START,
        effective_from=subscription.starts_on,
        effective_at=subscription.started_at,
        plan_id=subscription.plan_id,
        quantity=subscription.quantity,
        cycle_day=cycle_day_of(account, subscription.trial_until or subscription.starts_on),
        recorded_by=act.actor,
        recorded_at=act.at,
        in_force=True,
    )


def agreement_of(subscription: Subscription, account: AccountOnDay, stored: Sequence[ItemFacts]) -> Agreement:
    """All that was recorded of a subscription that has started."""
    assert subscription.starts_on is not None
    changes = agreed_changes(subscription.pk)
    start = next((change for change in changes if change.kind == ChangeKind.START), None)
    own = [CycleChange(subscription.starts_on, subscription.cycle_day)] if subscription.cycle_day else []
    cancel = next((change for change in reversed(changes) if change.kind == ChangeKind.CANCEL), None)
    return Agreement(
        starts_on=subscription.starts_on,
        timezone=account.timezone,
        phases=policies.phases_of(
            [change for change in changes if change.kind not in (ChangeKind.CANCEL, ChangeKind.CYCLE_DAY)],
            timezone=account.timezone,
        )
        or (Phase(subscription.starts_on, subscription.started_at, subscription.plan_id, subscription.quantity),),
        payers=_payers(stored) or ((subscription.starts_on, account.payer_id),),
        started_at=subscription.started_at,
        ends_before=subscription.ends_before,
        ends_at=cancel.effective_at if cancel else None,
        account_cycle_day=start.cycle_day if start else account.cycle_day or _day(account.first_paid_on),
        cycle_from=subscription.cycle_from,
        cycle_changes=(
            *own,
            *(
                CycleChange(change.effective_from, change.cycle_day, change.charge_days)
                for change in sorted(changes, key=lambda change: (change.effective_from, change.change_id))
                if change.cycle_day and change.kind not in (ChangeKind.START, ChangeKind.CANCEL)
            ),
        ),
        kept_ends=(cancel.charge_days or {}) if cancel else {},
        clauses=bound_clauses(subscription.contract_id) if subscription.contract_id else {},
    )


def agreement_of_start(subscription: Subscription, account: AccountOnDay, *, cycle_day: int) -> Agreement:
    """What is agreed of a subscription that starts, and was never changed."""
    starts_on = subscription.starts_on
    assert starts_on is not None
    return Agreement(
        starts_on=starts_on,
        timezone=account.timezone,
        phases=(Phase(starts_on, subscription.started_at, subscription.plan_id, subscription.quantity),),
        payers=((starts_on, account.payer_id),),
        started_at=subscription.started_at,
        ends_before=subscription.ends_before,
        account_cycle_day=cycle_day,
        cycle_from=subscription.cycle_from,
        cycle_changes=(CycleChange(starts_on, subscription.cycle_day),) if subscription.cycle_day else (),
        clauses=bound_clauses(subscription.contract_id) if subscription.contract_id else {},
    )


def _day(day: date | None) -> int | None:
    return day.day if day else None


def _payers(stored: Sequence[ItemFacts]) -> tuple[tuple[date, int], ...]:
    """Who paid from when: items move to another payer one after another, at the boundaries of their periods."""
    served = sorted(
        (item for item in stored if not item.is_empty), key=lambda item: (item.effective_from, item.item_id)
    )
    payers: list[tuple[date, int]] = []
    for item in served:
        if not payers or payers[-1][1] != item.payer_id:
            payers.append((item.effective_from, item.payer_id))
    return tuple(payers)


def plan_facts_of(
    plan_ids: Collection[int], account: AccountOnDay, subscription_id: int, conventions: Conventions
) -> dict[int, PlanFacts]:
    """The plans of one subscription as its items are laid from them."""
    plans = catalog.plans_by_id(plan_ids)
    prices = own_prices(prices_of(plans.values(), [account], [subscription_id]), account, subscription_id)
    return {plan_id: conventions.plan_facts(plan, account, prices) for plan_id, plan in plans.items()}


def relay(subscription: Subscription, account: AccountOnDay, *, act: Act, cut: date) -> None:
    """Settle the stored items with what is agreed, from a day on. Raises Refusal `plan.no_price`."""
    stored = queries.item_facts([subscription.pk])
    agreement = agreement_of(subscription, account, stored)
    plans = plan_facts_of(
        {phase.plan_id for phase in agreement.phases}, account, subscription.pk, Conventions([account])
    )
    pieces = lay_priced(agreement, plans, account)
    if any(charge.in_seconds for plan in plans.values() for charge in plan.charges):
        # The day of its own in which the civil day begins started the day before.
        cut -= timedelta(days=1)
    laid = _with_grids(pieces, subscription, act=act)
    charges = [charge for plan in plans.values() for charge in plan.charges]
    marks = billed_through([item.item_id for item in stored])
    metered = {charge.plan_charge_id for charge in charges if charge.is_metered}
    billed = [
        item
        for item in stored
        if item.grid_id is not None and item.plan_charge_id not in metered and marks[item.item_id] > item.effective_from
    ]
    settlement = policies.settle(
        stored,
        laid,
        cut=cut,
        priced_flat={charge.plan_charge_id for charge in charges if not charge.by_quantity},
        billed=[item.item_id for item in billed],
    )
    end_items(settlement.ends)
    rests = policies.rests_on(settlement.starts, billed, marks)
    start_items(settlement.starts, billed_to=subscription.billed_to, rests=rests)


def lay_priced(
    agreement: Agreement, plans: dict[int, PlanFacts], account: AccountOnDay, *, row: int | None = None
) -> list[Piece]:
    """The items of an agreement. Raises Refusal `plan.no_price`."""
    try:
        return policies.lay(agreement, plans)
    except policies.Unpriced as unpriced:
        raise catalog.no_price(
            currency=account.currency, on=unpriced.day, charge=unpriced.charge.name, row=row
        ) from unpriced


def _with_grids(pieces: Iterable[Piece], subscription: Subscription, *, act: Act) -> list[ItemFacts]:
    pieces = list(pieces)
    keys = {piece.grid for piece in pieces if piece.grid is not None}
    horizon = max([piece.effective_from for piece in pieces] + [act.at.date()])
    grids = ensure_grids(keys, until=horizon) if keys else {}
    return [
        ItemFacts(
            item_id=0,
            subscription_id=subscription.pk,
            account_id=subscription.account_id,
            payer_id=piece.payer_id,
            plan_charge_id=piece.plan_charge_id,
            price_id=piece.price_id,
            grid_id=grids[piece.grid] if piece.grid else None,
            quantity=piece.quantity,
            effective_from=piece.effective_from,
            effective_to=piece.effective_to,
            free_until=piece.free_until,
            from_seconds=piece.from_seconds,
            to_seconds=piece.to_seconds,
            share_percent=piece.share_percent,
            clause=piece.clause,
        )
        for piece in pieces
    ]


def instant_of(subscription: Subscription, account: AccountOnDay, *, act: Act, day: date) -> datetime | None:
    """The instant of an act that holds from its own day on, where a charge counts seconds; else none."""
    if business_date(act.at, account.timezone) != day:
        return None
    plan = catalog.get_plan(plan_id=subscription.plan_id)
    return act.at if Conventions([account]).counts_seconds(account, plan) else None
