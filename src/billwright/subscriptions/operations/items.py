"""Writing items with their marks: shared by starts and changes, always many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from billwright.kernel.acts import Act
from billwright.subscriptions.models import BillingMark, SubscriptionItem
from billwright.subscriptions.operations.grids import ensure_grids
from billwright.subscriptions.policies import ItemFacts, ItemPlan, billed_through

_EXTENT = (
    "effective_from", "effective_to", "free_until", "from_seconds", "to_seconds", "share_percent", "clause",
)  # fmt: skip


def write_items(plans: Sequence[ItemPlan], *, act: Act) -> None:
    """Create items, the grids that they bill on and their marks, in four statements."""
    keys = {plan.piece.grid for plan in plans if plan.piece.grid is not None}
    horizon = max([plan.piece.effective_from for plan in plans] + [act.at.date()], default=act.at.date())
    grids = ensure_grids(keys, until=horizon) if keys else {}
    items = SubscriptionItem.objects.bulk_create(
        SubscriptionItem(
            account_id=plan.account_id,
            payer_id=plan.piece.payer_id,
            subscription_id=plan.subscription_id,
            plan_charge_id=plan.piece.plan_charge_id,
            price_id=plan.piece.price_id,
            grid_id=grids[plan.piece.grid] if plan.piece.grid else None,
            quantity=plan.piece.quantity,
            **{name: getattr(plan.piece, name) for name in _EXTENT},
        )
        for plan in plans
    )
    _mark(items, [plan.billed_through for plan in plans])


def start_items(
    followers: Sequence[ItemFacts], *, billed_to: date | None = None, rests: Mapping[int, date] | None = None
) -> None:
    """Create items after the pattern of stored ones (their ids are ignored), billed up to their start.

    What was billed elsewhere before a day is billed up to that day; `rests` says by place in the sequence up to where
    the lines of an item that it goes on from have billed it already.
    """
    rests = rests or {}
    items = SubscriptionItem.objects.bulk_create(
        SubscriptionItem(
            account_id=item.account_id,
            payer_id=item.payer_id,
            subscription_id=item.subscription_id,
            plan_charge_id=item.plan_charge_id,
            price_id=item.price_id,
            grid_id=item.grid_id,
            quantity=item.quantity,
            **{name: getattr(item, name) for name in _EXTENT},
        )
        for item in followers
    )
    _mark(
        items,
        [
            rests.get(place) or billed_through(item.effective_from, item.effective_to, billed_to)
            for place, item in enumerate(followers)
        ],
    )


def end_items(ends: Mapping[int, tuple[date | None, int]]) -> None:
    """Set the end of items (day, and seconds before it): the one thing of an item that may change."""
    if not ends:
        return
    items = {item.pk: item for item in SubscriptionItem.objects.filter(id__in=ends)}
    for item_id, (effective_to, to_seconds) in ends.items():
        items[item_id].effective_to = effective_to
        items[item_id].to_seconds = to_seconds
    SubscriptionItem.objects.bulk_update(items.values(), ["effective_to", "to_seconds"], batch_size=1000)


def _mark(items: Sequence[SubscriptionItem], billed_through: Sequence[date]) -> None:
    BillingMark.objects.bulk_create(
        BillingMark(payer_id=item.payer_id, item_id=item.pk, billed_through=day)
        for item, day in zip(items, billed_through, strict=True)
    )
