"""Prepaid units: which lots a period draws on, and what it carries over to the next ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NOTHING = Decimal(0)


@dataclass(slots=True)
class Lot:
    """Units that may be used by periods which end after `granted_on` and begin before `expires_on`."""

    lot_id: int
    granted_on: date
    expires_on: date
    left: Decimal

    def holds_in(self, period: MeteredPeriod) -> bool:
        return self.granted_on < period.ends_before and period.starts_on < self.expires_on


@dataclass(frozen=True, slots=True)
class MeteredPeriod:
    """What a period used, what its price includes, and what it drew when it was billed before."""

    starts_on: date
    ends_before: date
    quantity: Decimal
    included: Decimal = NOTHING
    drawn: dict[int, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draw:
    """Units that a period takes from a lot; negative: gives back."""

    lot_id: int
    units: Decimal


def draw(period: MeteredPeriod, lots: Iterable[Lot]) -> tuple[Decimal, list[Draw]]:
    """How much of the quantity prepaid units pay for, and what that takes from each lot now; lots are reduced.

    What the price includes is used first; then the lots, the one that expires first before the others.
    """
    needed = max(period.quantity - period.included, NOTHING)
    paid = NOTHING
    draws: list[Draw] = []
    for lot in sorted(lots, key=lambda lot: (lot.expires_on, lot.lot_id)):
        before = period.drawn.get(lot.lot_id, NOTHING)
        if not before and not lot.holds_in(period):
            continue
        taken = min(needed - paid, lot.left + before)
        paid += taken
        lot.left -= taken - before
        if taken != before:
            draws.append(Draw(lot.lot_id, taken - before))
    return paid, draws


def left_over(period: MeteredPeriod) -> Decimal:
    """Included units that a period did not use."""
    return max(period.included - max(period.quantity, NOTHING), NOTHING)
