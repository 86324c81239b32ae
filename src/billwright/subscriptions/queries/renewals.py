"""Reads of what renews: the plan of an item, and where the period that runs ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from billwright.subscriptions.models import SubscriptionItem
from billwright.subscriptions.queries.listing import item_facts, period_end


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """The plan that an item charges for, and the day before which it ends."""

    item_id: int
    plan_id: int
    effective_to: date | None


def item_plans(item_ids: Collection[int]) -> dict[int, ItemPlan]:
    """The plan of each item."""
    rows = SubscriptionItem.objects.filter(id__in=item_ids).values_list("id", "plan_charge__plan_id", "effective_to")
    return {row[0]: ItemPlan(*row) for row in rows}


def running_period_end(subscription_id: int, day: date) -> date:
    """The end of the period that runs on a day, the longest of the charges; the day itself when none runs."""
    grids = [
        item.grid_id
        for item in item_facts([subscription_id])
        if item.grid_id
        and not item.is_empty
        and item.effective_from <= day
        and (item.effective_to is None or item.effective_to > day)
    ]
    return period_end(grids, day) or day
