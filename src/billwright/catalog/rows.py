"""Frozen rows of plans and prices: what operations take and what queries give. Amounts are in major units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from billwright.catalog.states import IntervalUnit, PriceModel, Timing

ZERO = Decimal(0)
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class TierRow:
    """The units up to and including `up_to` (none: without end), and what they cost.

    Units cost `unit_price` each, or `percent` of them, or `unit_price` per started package; `flat` is added once.
    `is_all`: once it is reached, the tier prices the whole quantity.
    """

    up_to: Decimal | None
    unit_price: Decimal = ZERO
    flat: Decimal = ZERO
    percent: Decimal | None = None
    package_size: Decimal | None = None
    is_all: bool = False


@dataclass(frozen=True, slots=True)
class ByValueRow:
    """The price of usage whose deciding property has this value."""

    value: str
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class CallRateRow:
    """From a second of the call on: `unit_price` for `per` seconds, paid in started steps of `step` seconds."""

    unit_price: Decimal
    from_second: int = 0
    per: Decimal = Decimal(60)
    step: Decimal = ONE


@dataclass(frozen=True, slots=True)
class CallBandRow:
    """The rates for a prefix (empty: any) on ISO weekdays `days` or on `dates` (MM-DD), from a local time of day on.

    Neither days nor dates: every day. No time: the band of a tariff that holds when no other does.
    """

    rates: tuple[CallRateRow, ...]
    prefix: str = ""
    name: str = ""
    days: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()
    from_time: time | None = None
    connect: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price from a day on, with the columns that its charge's model asks for (docs/prices, one page a model).

    `scope` says whose it is: empty for the price book, `segment:CODE`, `account:ID` or `subscription:ID`. One that
    `lapses` ends the prices of its scope: from its day on the price of the wider scope holds again.
    """

    currency: str
    valid_from: date
    unit_price: Decimal = ZERO
    scope: str = ""
    per: Decimal = ONE
    step: Decimal | None = None
    package_size: Decimal | None = None
    included: Decimal = ZERO
    included_records: int | None = None
    rollover_periods: int = 0
    percent: Decimal | None = None
    fixed: Decimal = ZERO
    record_minimum: Decimal | None = None
    record_maximum: Decimal | None = None
    by_property: str = ""
    by_values: tuple[ByValueRow, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    tiers: tuple[TierRow, ...] = ()
    bands: tuple[CallBandRow, ...] = ()
    cap: Decimal | None = None
    says: str = ""
    lapses: bool = False


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A version of the price of a charge in a currency, from a day on."""

    id: int
    plan_charge_id: int
    currency: str
    scope: str
    valid_from: date
    version: int
    unit_price: Decimal
    per: Decimal
    step: Decimal | None
    package_size: Decimal | None
    included: Decimal
    included_records: int | None
    rollover_periods: int
    percent: Decimal | None
    fixed: Decimal
    record_minimum: Decimal | None
    record_maximum: Decimal | None
    by_property: str
    by_values: tuple[ByValueRow, ...]
    minimum: Decimal | None
    maximum: Decimal | None
    tiers: tuple[TierRow, ...]
    bands: tuple[CallBandRow, ...]
    cap: Decimal | None
    base_price_id: int | None
    factor: Decimal | None
    says: str
    lapses: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """How a price rises every so many months, always reckoned from the first price and rounded to `decimals`.

    By `percent` a step, or by a published `index`, between `floor` and `cap` percent a step where they are given.
    """

    percent: Decimal | None = None
    index: str = ""
    months: int = 12
    decimals: int = 4
    cap: Decimal | None = None
    floor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge of a new plan. Quarters and years are 3 and 12 months; no meter: the subscription's quantity."""

    code: str
    name: str
    product: str
    model: PriceModel = PriceModel.FLAT
    interval_unit: IntervalUnit = IntervalUnit.MONTH
    interval_count: int = 1
    timing: Timing = Timing.ADVANCE
    meter: str = ""
    escalation: Escalation | None = None
    conventions: dict[str, str] = field(default_factory=dict)
    prices: tuple[NewPrice, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One charge of a plan."""

    id: int
    code: str
    name: str
    product_id: int
    product_code: str
    model: str
    interval_unit: str
    interval_count: int
    timing: str
    position: int
    meter: str
    escalation: Escalation | None
    conventions: dict[str, str]


@dataclass(frozen=True, slots=True)
class PlanLimitRow:
    """What the charges of a plan come to together in a full period, at least or at most, from a day on."""

    currency: str
    valid_from: date
    minimum: Decimal | None = None
    maximum: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ServiceLevelRow:
    """Uptime below `below` percent of the month earns `percent` of the month's charges back."""

    below: Decimal
    percent: Decimal


@dataclass(frozen=True, slots=True)
class NettingRow:
    """Two meters netted per period; the surplus is banked and settled on a day of the year at a price a unit."""

    import_meter: str
    export_meter: str
    settle_month: int
    settle_day: int
    settle_price: Decimal


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan says beside its charges: trial, options, limits of all its charges, and clauses by trade."""

    trial_unit: IntervalUnit = IntervalUnit.DAY
    trial_count: int = 0
    conventions: dict[str, str] = field(default_factory=dict)
    limits: tuple[PlanLimitRow, ...] = ()
    service_levels: tuple[ServiceLevelRow, ...] = ()
    netting: NettingRow | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its charges."""

    id: int
    code: str
    name: str
    description: str
    legal_entity_id: int | None
    active: bool
    terms: PlanTerms
    charges: tuple[ChargeRow, ...]
