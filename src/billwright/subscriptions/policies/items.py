"""Items as starts and changes see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from billwright.subscriptions.policies.grids import GridKey

FULL_SHARE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Piece:
    """An item as it should be: one charge at one price and quantity over [effective_from, effective_to).

    `from_seconds` and `to_seconds` cut its first and last day where seconds are counted.
    """

    plan_charge_id: int
    price_id: int
    payer_id: int
    grid: GridKey | None
    quantity: Decimal
    effective_from: date
    effective_to: date | None
    free_until: date | None = None
    from_seconds: int = 0
    to_seconds: int = 0
    share_percent: Decimal = FULL_SHARE
    clause: str = ""
    by_quantity: bool = True

    @property
    def sameness(self) -> tuple[object, ...]:
        """What two items have in common when one may go on where the other stopped."""
        return (
            self.plan_charge_id, self.price_id, self.payer_id, self.grid, self.quantity if self.by_quantity else None,
            self.free_until, self.share_percent,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """An item to be created for a subscription, billed up to a day."""

    subscription_id: int
    account_id: int
    piece: Piece
    billed_through: date


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """A stored item with its grid's id, as changes see it."""

    item_id: int
    subscription_id: int
    account_id: int
    payer_id: int
    plan_charge_id: int
    price_id: int
    grid_id: int | None
    quantity: Decimal
    effective_from: date
    effective_to: date | None
    free_until: date | None = None
    from_seconds: int = 0
    to_seconds: int = 0
    share_percent: Decimal = FULL_SHARE
    clause: str = ""

    @property
    def is_empty(self) -> bool:
        return self.effective_to is not None and self.effective_to <= self.effective_from


def billed_through(starts_on: date, ends_before: date | None, billed_to: date | None) -> date:
    """Where a new item's mark stands: at its start, or as far as it was billed elsewhere before."""
    reached = max(starts_on, billed_to) if billed_to else starts_on
    return min(reached, ends_before) if ends_before else reached


def covering(items: Iterable[ItemFacts], day: date) -> list[ItemFacts]:
    """Recurring items with service on or after a day: what a change from that day on replaces."""
    return [
        item
        for item in items
        if item.grid_id is not None and (item.effective_to is None or item.effective_to > max(day, item.effective_from))
    ]


def from_day(item: ItemFacts, day: date) -> ItemFacts:
    """What of an item lies on or after a day."""
    if item.effective_from >= day:
        return item
    free_until = item.free_until if item.free_until is not None and item.free_until > day else None
    return replace(item, effective_from=day, from_seconds=0, free_until=free_until)
