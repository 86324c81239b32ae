"""What usage comes to, in plain Python written from the definitions: the second opinion that the pipeline must meet."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Reading:
    at: datetime
    quantity: Fraction
    is_change: bool = False
    properties: dict[str, str] = field(default_factory=dict)


def midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def total(
    aggregate: str, readings: list[Reading], *, zone: str, service: tuple[date, date], period: tuple[date, date]
) -> Fraction:
    """One quantity for the service days within a period; readings in the order of their arrival."""
    opens, closes = midnight(service[0], zone), midnight(service[1], zone)
    ordered = sorted(readings, key=lambda reading: reading.at)
    within = [reading for reading in ordered if opens <= reading.at < closes]
    amounts = [reading.quantity for reading in within]
    match aggregate:
        case "SUM":
            return sum(amounts, Fraction(0))
        case "COUNT":
            return Fraction(len(amounts))
        case "MAX":
            return max(amounts, default=Fraction(0))
        case "MIN":
            return min(amounts, default=Fraction(0))
        case "LAST":
            return amounts[-1] if amounts else Fraction(0)
        case "UNIQUE":
            return Fraction(len({reading.properties.get("value", reading.quantity) for reading in within}))
        case "AVERAGE":
            return sum(amounts, Fraction(0)) / len(amounts) if amounts else Fraction(0)
        case "P95":
            kept = sorted(amounts)[: len(amounts) - len(amounts) * 5 // 100]
            return kept[-1] if kept else Fraction(0)
        case "TIME_WEIGHTED":
            whole = midnight(period[1], zone) - midnight(period[0], zone)
            return _level_seconds(ordered, opens, closes) / Fraction(int(whole.total_seconds()))
    raise AssertionError(aggregate)


def _level_seconds(ordered: list[Reading], opens: datetime, closes: datetime) -> Fraction:
    level, area, since = Fraction(0), Fraction(0), opens
    for reading in ordered:
        if reading.at >= closes:
            break
        if reading.at > since:
            area += level * _seconds(since, reading.at)
            since = reading.at
        level = level + reading.quantity if reading.is_change else reading.quantity
    return area + level * _seconds(since, closes)


def _seconds(start: datetime, end: datetime) -> Fraction:
    gap = end - start
    return Fraction(gap.days * 86400 + gap.seconds) + Fraction(gap.microseconds, 1_000_000)


def percentage(
    amounts: list[Fraction],
    *,
    percent: Fraction,
    fixed: Fraction,
    least: Fraction | None,
    most: Fraction | None,
    included: Fraction,
    included_records: int | None,
) -> Fraction:
    """Per record: percent + fixed within limits; free while both limits last, the crossing record pays its excess."""
    owed, seen = Fraction(0), Fraction(0)
    for place, amount in enumerate(amounts, start=1):
        payable = amount
        if included or included_records is not None:
            if included_records is not None and place > included_records:
                payable = amount
            elif not included or seen + amount <= included:
                payable = Fraction(0)
            else:
                payable = min(amount, seen + amount - included)
        seen += amount
        if payable or not amount:
            fee = payable * percent / 100 + fixed
            fee = max(fee, least) if least is not None else fee
            owed += min(fee, most) if most is not None else fee
    return owed


def stepped(amounts: list[Fraction], *, step: Fraction, price: Fraction, per: Fraction, included: Fraction) -> Fraction:
    counted = sum((math.ceil(amount / step) * step for amount in amounts), Fraction(0))
    return max(counted - included, Fraction(0)) / per * price


Rate = tuple[Fraction, Fraction, Fraction, Fraction]  # from a second of the call on: price, per so many seconds, step


@dataclass(frozen=True)
class Band:
    """Rates that hold on some days of the week from a time of day on."""

    rates: tuple[Rate, ...]
    connect: Fraction
    days: frozenset[int]
    begins: time


def call(
    at: datetime,
    seconds: Fraction,
    *,
    zone: str,
    rates: tuple[Rate, ...],
    connect: Fraction,
    bands: tuple[Band, ...],
    cap: Fraction | None,
) -> Fraction:
    """Connect once, then one started step after another, each at the rate in force where it starts."""
    if not seconds:
        return Fraction(0)
    owed, elapsed = None, Fraction(0)
    while elapsed < seconds:
        local = (at + timedelta(seconds=float(elapsed))).astimezone(ZoneInfo(zone))
        begun = [band for band in bands if local.isoweekday() in band.days and band.begins <= local.time()]
        band = max(begun, key=lambda one: one.begins, default=None)
        if owed is None:
            owed = band.connect if band else connect
        _, price, per, step = [rate for rate in (band.rates if band else rates) if rate[0] <= elapsed][-1]
        owed += step / per * price
        elapsed += step
    assert owed is not None, "a call that lasts has begun"
    return owed if cap is None else min(owed, cap)


def minor(amount: Fraction) -> int:
    """Cents, half away from zero."""
    cents = math.floor(abs(amount) * 100 + Fraction(1, 2))
    return cents if amount >= 0 else -cents


def as_decimal(value: Fraction, places: int = 12) -> Decimal:
    whole = math.floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(whole if value >= 0 else -whole).scaleb(-places)
