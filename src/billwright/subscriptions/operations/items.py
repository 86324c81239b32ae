"""Writing items with their marks: shared by starts and changes, always many at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from billwright.kernel.acts import Act
from billwright.subscriptions.models import BillingMark, SubscriptionItem
from billwright.subscriptions.operations.grids import ensure_grids
from billwright.subscriptions.policies import ItemFacts, ItemPlan


def write_items(plans: Sequence[ItemPlan], *, act: Act) -> None:
    """Create items, the grids that they bill on and their marks, in four statements."""
    keys = {plan.grid for plan in plans if plan.grid is not None}
    horizon = max([plan.effective_from for plan in plans] + [act.at.date()], default=act.at.date())
    grids = ensure_grids(keys, until=horizon) if keys else {}
    items = SubscriptionItem.objects.bulk_create(
        SubscriptionItem(
            account_id=plan.account_id,
            payer_id=plan.payer_id,
            subscription_id=plan.subscription_id,
            plan_charge_id=plan.plan_charge_id,
            price_id=plan.price_id,
            grid_id=grids[plan.grid] if plan.grid else None,
            quantity=plan.quantity,
            effective_from=plan.effective_from,
            effective_to=plan.effective_to,
        )
        for plan in plans
    )
    _mark(items, [plan.billed_through for plan in plans])


def start_items(followers: Sequence[ItemFacts]) -> None:
    """Create items after the pattern of stored ones (their ids are ignored), billed up to their start."""
    items = SubscriptionItem.objects.bulk_create(
        SubscriptionItem(
            account_id=item.account_id,
            payer_id=item.payer_id,
            subscription_id=item.subscription_id,
            plan_charge_id=item.plan_charge_id,
            price_id=item.price_id,
            grid_id=item.grid_id,
            quantity=item.quantity,
            effective_from=item.effective_from,
            effective_to=item.effective_to,
        )
        for item in followers
    )
    _mark(items, [item.effective_from for item in followers])


def end_items(ends: Sequence[tuple[int, date | None]]) -> None:
    """Set `effective_to`, the one thing of an item that may change."""
    items = {item.pk: item for item in SubscriptionItem.objects.filter(id__in=[item_id for item_id, _ in ends])}
    for item_id, effective_to in ends:
        items[item_id].effective_to = effective_to
    SubscriptionItem.objects.bulk_update(items.values(), ["effective_to"], batch_size=1000)


def _mark(items: Sequence[SubscriptionItem], billed_through: Sequence[date]) -> None:
    BillingMark.objects.bulk_create(
        BillingMark(payer_id=item.payer_id, item_id=item.pk, billed_through=day)
        for item, day in zip(items, billed_through, strict=True)
    )
