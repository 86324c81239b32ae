"""What a quantity, a record or a call costs under each price model: exact, in plain fractions, from the definitions.

The bill run computes the same in SQL for a million accounts; property tests hold the two together. Amounts are exact
and in major units: nothing is rounded here, and no limit, discount, tax or part of a period is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Protocol

from billwright.catalog.rows import ByValueRow, CallBandRow, CallRateRow, TierRow
from billwright.catalog.states import PriceModel

NOTHING = Fraction(0)
SHOWN_PLACES = Decimal("1e-12")
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP)


class PriceColumns(Protocol):
    """The columns of a price that reckoning needs; a `NewPrice` and a `PriceRow` both have them."""

    @property
    def unit_price(self) -> Decimal: ...
    @property
    def per(self) -> Decimal: ...
    @property
    def step(self) -> Decimal | None: ...
    @property
    def package_size(self) -> Decimal | None: ...
    @property
    def included(self) -> Decimal: ...
    @property
    def included_records(self) -> int | None: ...
    @property
    def percent(self) -> Decimal | None: ...
    @property
    def fixed(self) -> Decimal: ...
    @property
    def record_minimum(self) -> Decimal | None: ...
    @property
    def record_maximum(self) -> Decimal | None: ...
    @property
    def by_property(self) -> str: ...
    @property
    def by_values(self) -> tuple[ByValueRow, ...]: ...
    @property
    def tiers(self) -> tuple[TierRow, ...]: ...
    @property
    def bands(self) -> tuple[CallBandRow, ...]: ...
    @property
    def cap(self) -> Decimal | None: ...


@dataclass(frozen=True, slots=True)
class Part:
    """What one tier or band adds: its own units, its price a unit, and the amount, exact and in major units."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Priced:
    """The amount of a quantity, `billed` units after what is included (whole packages), and the parts it is made of."""

    billed: Decimal
    amount: Fraction
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """A record of usage: its quantity (seconds of a call), its start in the account's zone, what else is known."""

    key: str
    quantity: Decimal
    started_at: datetime
    properties: Mapping[str, str] = field(default_factory=dict)
    continues: bool = False


@dataclass(frozen=True, slots=True)
class RatedRecord:
    """What one record costs. A record without a rate is not rated: its amount is unknown, not zero."""

    key: str
    billed: Decimal
    amount: Fraction
    is_rated: bool = True
    prefix: str = ""
    parts: tuple[Part, ...] = ()


def decimal_of(amount: Fraction) -> Decimal:
    """An exact amount as a decimal of at most 12 places, half away from zero: for showing and storing."""
    exact = _EXACT.divide(Decimal(amount.numerator), Decimal(amount.denominator))
    return exact.quantize(SHOWN_PLACES, context=_EXACT)


def price_quantity(
    model: PriceModel, price: PriceColumns, quantity: Decimal, *, first_tier_flat_at_zero: str = "free"
) -> Priced:
    """What a quantity costs for one whole period, before minimum and maximum.

    A percentage takes the whole quantity as one record. Calls have no price by quantity: see `rate_call`.
    """
    assert model != PriceModel.CALL, "a call is priced by its start and its number, not by a quantity alone"
    if model == PriceModel.FLAT:
        return Priced(quantity, Fraction(price.unit_price))
    if model == PriceModel.PERCENTAGE:
        record = RecordFacts("", quantity, datetime(2000, 1, 1, tzinfo=UTC))
        (rated,) = rate_percentages(price, [record])
        return Priced(rated.billed, rated.amount)
    billed = max(quantity - price.included, Decimal(0))
    if model == PriceModel.PER_UNIT:
        return Priced(billed, Fraction(billed) / Fraction(price.per) * Fraction(price.unit_price))
    if model == PriceModel.PACKAGE:
        assert price.package_size is not None, "a sound price of packages has a size"
        count = started(billed, price.package_size)
        return Priced(count * price.package_size, count * Fraction(price.unit_price))
    reached = _graduated if model == PriceModel.GRADUATED else _volume
    parts = reached(price.tiers, billed, owes_flat_at_zero=first_tier_flat_at_zero == "owed")
    return Priced(billed, sum((part.amount for part in parts), NOTHING), parts)


def started(quantity: Decimal, size: Decimal) -> int:
    """How many packages or steps of a size a quantity has started, away from zero: a correction mirrors its record."""
    whole = math.ceil(abs(Fraction(quantity)) / Fraction(size))
    return whole if quantity >= 0 else -whole


def _graduated(tiers: Sequence[TierRow], quantity: Decimal, *, owes_flat_at_zero: bool) -> tuple[Part, ...]:
    """Each tier that is reached prices its own units; one that prices all takes those of the tiers below it too."""
    if quantity <= 0:
        return _at_zero(tiers, owes_flat_at_zero)
    parts: list[Part] = []
    begins = Decimal(0)
    for tier in tiers:
        if quantity <= begins:
            break
        ends = quantity if tier.up_to is None else min(quantity, tier.up_to)
        if tier.is_all:
            parts = [_tier_part(tier, begins, ends)]
        else:
            parts.append(_tier_part(tier, begins, ends - begins))
        begins = ends
    return tuple(parts)


def _volume(tiers: Sequence[TierRow], quantity: Decimal, *, owes_flat_at_zero: bool) -> tuple[Part, ...]:
    """The tier reached prices the whole quantity, plus its flat."""
    if quantity <= 0:
        return _at_zero(tiers, owes_flat_at_zero)
    begins = Decimal(0)
    for tier in tiers:
        if tier.up_to is None or quantity <= tier.up_to:
            return (_tier_part(tier, begins, quantity),)
        begins = tier.up_to
    raise AssertionError("the last tier of a sound price has no end")


def _at_zero(tiers: Sequence[TierRow], owes_flat: bool) -> tuple[Part, ...]:
    return (_tier_part(tiers[0], Decimal(0), Decimal(0)),) if owes_flat and tiers and tiers[0].flat else ()


def _tier_part(tier: TierRow, begins: Decimal, units: Decimal) -> Part:
    if tier.percent is not None:
        amount = Fraction(units) * Fraction(tier.percent) / 100
    elif tier.package_size is not None:
        amount = started(units, tier.package_size) * Fraction(tier.unit_price)
    else:
        amount = Fraction(units) * Fraction(tier.unit_price)
    label = f"> {begins.normalize():f}" if tier.up_to is None else f"≤ {tier.up_to.normalize():f}"
    return Part(label, units, tier.unit_price, amount + Fraction(tier.flat))


def rate_percentages(price: PriceColumns, records: Iterable[RecordFacts]) -> list[RatedRecord]:
    """Percent of each record's quantity + fixed, within a minimum and a maximum, in the order of the records.

    Free while both what is included in all and the number of records included last; the record that crosses the
    included quantity pays on the excess.
    """
    assert price.percent is not None, "a sound percentage says how many percent"
    has_allowance = price.included > 0 or price.included_records is not None
    left, count = price.included, 0
    rated = []
    for record in records:
        count += 1
        lasts = has_allowance and (price.included_records is None or count <= price.included_records)
        limited = price.included > 0
        billed = record.quantity
        if lasts:
            billed = max(record.quantity - left, Decimal(0)) if limited else Decimal(0)
            is_free = not limited or (left > 0 and billed == 0)
            left = max(left - record.quantity, Decimal(0))
            if is_free:
                rated.append(RatedRecord(record.key, Decimal(0), NOTHING))
                continue
        amount = Fraction(billed) * Fraction(price.percent) / 100 + Fraction(price.fixed)
        if price.record_minimum is not None:
            amount = max(amount, Fraction(price.record_minimum))
        if price.record_maximum is not None:
            amount = min(amount, Fraction(price.record_maximum))
        rated.append(RatedRecord(record.key, billed, amount))
    return rated


def rate_units(price: PriceColumns, records: Iterable[RecordFacts]) -> list[RatedRecord]:
    """Each record at the price of its property's value, counted in whole started steps, after what is included."""
    by_value = {one.value: one.unit_price for one in price.by_values}
    left = price.included
    rated = []
    for record in records:
        counted = record.quantity if price.step is None else started(record.quantity, price.step) * price.step
        free = min(max(counted, Decimal(0)), left)
        left -= free
        unit = by_value.get(record.properties.get(price.by_property, ""), price.unit_price)
        amount = Fraction(counted - free) / Fraction(price.per) * Fraction(unit)
        rated.append(RatedRecord(record.key, counted - free, amount))
    return rated


def rate_records(model: PriceModel, price: PriceColumns, records: Sequence[RecordFacts]) -> list[RatedRecord]:
    """The records of a period under a model that prices each of them, in the order in which they happened."""
    if model == PriceModel.PERCENTAGE:
        return rate_percentages(price, records)
    if model == PriceModel.CALL:
        return [rate_call(price.bands, record, cap=price.cap) for record in records]
    return rate_units(price, records)


def rate_call(bands: Sequence[CallBandRow], call: RecordFacts, *, cap: Decimal | None = None) -> RatedRecord:
    """What a call costs: connect once, then the started steps of the rate in force, up to a cap.

    `call.quantity` is in seconds, `call.started_at` in the zone of the account, the number called is the property `to`.
    The longest prefix wins. A started step ends at its own price even across a boundary. `connect` of the first band is
    paid once, but not for zero seconds nor for a call that continues another. Without a rate it is not rated.
    """
    prefix = longest_prefix(bands, call.properties.get("to", ""))
    own = [band for band in bands if band.prefix == prefix]
    seconds = Fraction(call.quantity)
    band = band_at(own, call.started_at)
    if band is None or _rate_at(band, NOTHING) is None:
        return RatedRecord(call.key, Decimal(0), NOTHING, is_rated=False, prefix=prefix)
    owes_connect = seconds > 0 and not call.continues
    stretches = [_Stretch(band.name, NOTHING, Fraction(band.connect) if owes_connect else NOTHING, Decimal(0))]
    elapsed = NOTHING
    while elapsed < seconds:
        now = _later(call.started_at, elapsed)
        band = band_at(own, now)
        rate = _rate_at(band, elapsed) if band is not None else None
        if band is None or rate is None:
            return RatedRecord(call.key, Decimal(0), NOTHING, is_rated=False, prefix=prefix)
        ends = min(seconds, _next_rate(band, elapsed, seconds), elapsed + _seconds_to_next_band(own, now))
        steps = math.ceil((ends - elapsed) / Fraction(rate.step))
        taken = steps * Fraction(rate.step)
        amount = taken / Fraction(rate.per) * Fraction(rate.unit_price)
        stretches.append(_Stretch(band.name, taken, amount, rate.unit_price))
        elapsed += taken
    return _rated(call.key, prefix, stretches, cap)


@dataclass(frozen=True, slots=True)
class _Stretch:
    band: str
    seconds: Fraction
    amount: Fraction
    unit_price: Decimal


def _rated(key: str, prefix: str, stretches: Sequence[_Stretch], cap: Decimal | None) -> RatedRecord:
    """Parts by band in the order reached; past the cap the rest is free."""
    left = None if cap is None else Fraction(cap)
    seconds: dict[str, Fraction] = {}
    amounts: dict[str, Fraction] = {}
    units: dict[str, Decimal] = {}
    for stretch in stretches:
        paid = stretch.amount if left is None else min(stretch.amount, left)
        left = None if left is None else left - paid
        seconds[stretch.band] = seconds.get(stretch.band, NOTHING) + stretch.seconds
        amounts[stretch.band] = amounts.get(stretch.band, NOTHING) + paid
        units[stretch.band] = units.get(stretch.band) or stretch.unit_price
    parts = tuple(Part(name, _whole(seconds[name]), units[name], amounts[name]) for name in seconds)
    return RatedRecord(
        key,
        billed=_whole(sum(seconds.values(), NOTHING)),
        amount=sum(amounts.values(), NOTHING),
        prefix=prefix,
        parts=parts,
    )


def _whole(seconds: Fraction) -> Decimal:
    return decimal_of(seconds).normalize() + 0


def longest_prefix(bands: Iterable[CallBandRow], number: str) -> str:
    """The longest prefix of the tariff that a number begins with; empty where none does."""
    digits = number.lstrip("+")
    fitting = {band.prefix for band in bands if band.prefix and digits.startswith(band.prefix)}
    return max(fitting, key=len, default="")


def band_at(bands: Iterable[CallBandRow], now: datetime) -> CallBandRow | None:
    """The band in force at a local instant: by date before by day, of those the latest beginning that has passed.

    The band without a beginning holds where no other does.
    """
    best: tuple[tuple[bool, bool, time], CallBandRow] | None = None
    for band in bands:
        by_date = f"{now:%m-%d}" in band.dates
        by_day = now.isoweekday() in band.days if band.days else not band.dates
        if not (by_date or by_day) or (band.from_time is not None and band.from_time > now.time()):
            continue
        rank = (by_date, band.from_time is not None, band.from_time or time())
        if best is None or rank > best[0]:
            best = rank, band
    return best[1] if best else None


def _rate_at(band: CallBandRow, elapsed: Fraction) -> CallRateRow | None:
    begun = [rate for rate in band.rates if rate.from_second <= elapsed]
    return max(begun, key=lambda rate: rate.from_second, default=None)


def _next_rate(band: CallBandRow, elapsed: Fraction, seconds: Fraction) -> Fraction:
    return min((Fraction(rate.from_second) for rate in band.rates if rate.from_second > elapsed), default=seconds)


def _later(start: datetime, elapsed: Fraction) -> datetime:
    """An instant so long after another one, in the same zone, across changes of its clocks."""
    microseconds = math.floor(elapsed * 1_000_000)
    return (start.astimezone(UTC) + timedelta(microseconds=microseconds)).astimezone(start.tzinfo)


def _seconds_to_next_band(bands: Sequence[CallBandRow], now: datetime) -> Fraction:
    """Until the next local time at which another band may begin: one of theirs, or midnight."""
    ends = []
    for day in (now.date(), now.date() + timedelta(days=1)):
        for begins in {time(), *(band.from_time for band in bands if band.from_time is not None)}:
            ends.append(_elapsed(now, day, begins))
    return min(end for end in ends if end > 0)


def _elapsed(now: datetime, day: date, begins: time) -> Fraction:
    then = datetime.combine(day, begins, now.tzinfo).astimezone(UTC) - now.astimezone(UTC)
    return Fraction(then // timedelta(microseconds=1), 1_000_000)
