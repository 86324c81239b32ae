"""Reads of what renews: the plan of an item, and whether it still runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from billwright.subscriptions.models import SubscriptionItem


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
