"""Pure decisions of subscriptions: the grid that a charge bills on, and the items that a start or a change makes.

Convention `anchor: account`: periods begin on the account's cycle day in the month in which the price or interval
starts, then every interval, clamped to the month's end and never drifting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billwright.catalog.policies import PriceSegment
from billwright.catalog.states import IntervalUnit
from billwright.kernel.periods import Period, month_day

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class GridKey:
    """What makes a grid of billing periods; see BillingGrid."""

    interval_unit: str
    interval_count: int
    anchor_day: int
    phase: int


@dataclass(frozen=True, slots=True)
class ItemPlan:
    """An item to be created: one charge at one price over [effective_from, effective_to)."""

    subscription_id: int
    account_id: int
    payer_id: int
    plan_charge_id: int
    price_id: int
    grid: GridKey | None
    quantity: Decimal
    effective_from: date
    effective_to: date | None
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


def month_index(day: date) -> int:
    """Months since year 0: the unit in which month grids count."""
    return day.year * 12 + day.month - 1


def grid_key(*, interval_unit: str, interval_count: int, cycle_day: int | None, starts_on: date) -> GridKey | None:
    """The grid of a charge that starts on a day; None for a charge that does not recur.

    An account without a cycle day bills on the day of the month on which the first paid period begins.
    """
    if interval_unit == IntervalUnit.ONCE:
        return None
    if interval_unit == IntervalUnit.DAY:
        return GridKey(interval_unit, interval_count, 1, (starts_on - EPOCH).days % interval_count)
    return GridKey(interval_unit, interval_count, cycle_day or starts_on.day, month_index(starts_on) % interval_count)


def period_holding(key: GridKey, day: date) -> Period:
    """The period of a grid that holds a day, reckoned afresh; the stored grid periods must agree."""
    count = key.interval_count
    if key.interval_unit == IntervalUnit.DAY:
        number = (day - EPOCH).days
        start = EPOCH + timedelta(days=number - (number - key.phase) % count)
        return Period(start, start + timedelta(days=count))
    index = month_index(day)
    index -= (index - key.phase) % count
    if _grid_start(index, key) > day:
        index -= count
    return Period(_grid_start(index, key), _grid_start(index + count, key))


def _grid_start(index: int, key: GridKey) -> date:
    return month_day(index // 12, index % 12 + 1, key.anchor_day)


def billed_through(segment: PriceSegment, billed_to: date | None) -> date:
    """Where a new item's mark stands: at its start, or as far as it was billed elsewhere before."""
    reached = max(segment.starts_on, billed_to) if billed_to else segment.starts_on
    return min(reached, segment.ends_before) if segment.ends_before else reached


def covering(items: Iterable[ItemFacts], day: date) -> list[ItemFacts]:
    """Recurring items with service on or after a day: what a change from that day on replaces."""
    return [
        item
        for item in items
        if item.grid_id is not None and (item.effective_to is None or item.effective_to > max(day, item.effective_from))
    ]


def reopened(items: Sequence[ItemFacts], *, ends_before: date) -> list[ItemFacts]:
    """The last item of each charge that an end cut at `ends_before` or emptied: what `keep` lets run on."""
    last: dict[int, ItemFacts] = {}
    for item in sorted(items, key=lambda item: (item.effective_from, item.item_id)):
        if item.grid_id is not None and item.effective_to == ends_before:
            last[item.plan_charge_id] = item
    return list(last.values())
