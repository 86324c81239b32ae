"""Netting of two meters: what a period uses of a bank of surplus, adds to it, and when the bank is settled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NettedPeriod:
    """What was imported and exported in a period. An open one (an interim bill) leaves the bank as it is."""

    starts_on: date
    ends_before: date
    imported: Decimal
    exported: Decimal
    is_closing: bool = True


@dataclass(frozen=True, slots=True)
class Netted:
    """A period after netting: units to be charged, units put into the bank and units taken from it."""

    starts_on: date
    ends_before: date
    billed: Decimal
    banked: Decimal
    used: Decimal
    is_closing: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """The bank as it was paid out at the end of a day."""

    settled_on: date
    quantity: Decimal


def net_periods(
    *, bank: Decimal, periods: Iterable[NettedPeriod], settle_days: Sequence[date]
) -> tuple[list[Netted], list[Settled]]:
    """Net periods in their order, settling the bank after the last period that has ended with a settlement's day.

    `bank` is what stood in it before the first of them. A day is settled once all periods within it are given.
    """
    netted: list[Netted] = []
    settled: list[Settled] = []
    days = sorted(settle_days)
    for period in sorted(periods, key=lambda one: one.starts_on):
        while days and days[0] + timedelta(days=1) < period.ends_before:
            bank = _settle(days.pop(0), bank, settled)
        surplus = max(period.exported - period.imported, Decimal(0))
        needed = max(period.imported - period.exported, Decimal(0))
        used = min(bank, needed)
        netted.append(Netted(period.starts_on, period.ends_before, needed - used, surplus, used, period.is_closing))
        if period.is_closing:
            bank += surplus - used
    for day in days:
        bank = _settle(day, bank, settled)
    return netted, settled


def _settle(day: date, bank: Decimal, settled: list[Settled]) -> Decimal:
    if bank > 0:
        settled.append(Settled(day, bank))
    return Decimal(0)


def settlement_days(*, month: int, day: int, after: date, until: date) -> list[date]:
    """The days of settlement after a day, up to and with another; 02-29 is settled on 02-28 in other years."""
    found = []
    for year in range(after.year, until.year + 1):
        settles = _day_of(year, month, day)
        if after < settles <= until:
            found.append(settles)
    return found


def _day_of(year: int, month: int, day: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(following - timedelta(days=1), date(year, month, 1) + timedelta(days=day - 1))
