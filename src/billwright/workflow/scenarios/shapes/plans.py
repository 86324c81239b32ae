"""Plans of a world: charges with the keys of their price models, and what a plan says of all its charges."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StrictBool, model_validator

from billwright.kernel.errors import Refusal
from billwright.org import conventions
from billwright.workflow.scenarios.shapes.values import Amount, Closed, Every, Name, misplaced

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_TRIAL = re.compile(r"(\d+) (day|week|month|year)s?")


def _size(value: object) -> object:
    """Sizes and counts may be written as whole numbers too: `per: 60`."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _whole(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def _time(value: object) -> time:
    match = _TIME.fullmatch(str(value))
    if not match:
        raise ValueError('a time of day is written "18:00"')
    return time(int(match[1]), int(match[2]))


def _month_day(value: str) -> str:
    if not _MONTH_DAY.fullmatch(value):
        raise ValueError('a day of the year is written "12-25"')
    return value


def _trial(value: object) -> tuple[str, int]:
    """A length as (unit, count): weeks are days, years are months."""
    match = _TRIAL.fullmatch(str(value))
    if not match:
        raise ValueError("a trial is written `14 days` or `1 month`")
    unit, factor = {"day": ("DAY", 1), "week": ("DAY", 7), "month": ("MONTH", 1), "year": ("MONTH", 12)}[match[2]]
    return unit, int(match[1]) * factor


def known_conventions(chosen: dict[str, str]) -> dict[str, str]:
    """Options and values that the product carries out, else an error at the option that says which it does."""
    for option, value in chosen.items():
        try:
            conventions.require_known(option, value)
        except Refusal as refusal:
            raise misplaced([option], refusal.message, refusal.cure or "") from refusal
    return chosen


def conventions_of_prices(chosen: dict[str, str]) -> dict[str, str]:
    """`known_conventions` that a plan or charge may choose."""
    for option in known_conventions(chosen):
        try:
            conventions.require_of_prices(option)
        except Refusal as refusal:
            raise misplaced([option], refusal.message, refusal.cure or "") from refusal
    return chosen


Conventions = Annotated[dict[str, str], AfterValidator(known_conventions)]
PriceConventions = Annotated[dict[str, str], AfterValidator(conventions_of_prices)]
Size = Annotated[Amount, BeforeValidator(_size)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
MonthDay = Annotated[Name, AfterValidator(_month_day)]
Trial = Annotated[tuple[str, int], BeforeValidator(_trial)]


class Tier(Closed):
    """The units up to and including `up_to`, and what they cost; no `up_to`: without end."""

    up_to: Amount | None = None
    unit: Amount | None = None
    flat: Amount = Decimal(0)
    percent: Amount | None = None
    package: Size | None = None
    all_: Annotated[StrictBool, Field(alias="all")] = False


class CallRate(Closed):
    """The rate of a call from a second of it on."""

    from_: Annotated[Count, Field(alias="from")] = 0
    price: Amount
    per: Size = Decimal(60)
    step: Size = Decimal(1)


class CallPrices(Closed):
    """What a prefix costs; without rates or connect: those of the whole tariff."""

    connect: Amount | None = None
    rates: list[CallRate] = Field(default_factory=list)


class CallBand(CallPrices):
    """Rates that hold on some days or dates from a local time on."""

    name: Name = ""
    days: list[Annotated[int, Field(ge=1, le=7)]] = Field(default_factory=list)
    dates: list[MonthDay] = Field(default_factory=list)
    from_: Annotated[TimeOfDay, Field(alias="from")] = time()


class Escalate(Closed):
    """How a price rises every year, always reckoned from the first price."""

    percent: Amount
    every: Every = ("MONTH", 12)
    decimals: Annotated[int, Field(ge=0, le=12)] = 4

    @model_validator(mode="after")
    def _every_so_many_months(self) -> Escalate:
        if self.every[0] != "MONTH":
            raise ValueError("a price escalates every so many months, quarters or years")
        return self


_MODEL_KEYS: dict[str, frozenset[str]] = {
    "flat": frozenset({"price"}),
    "per_unit": frozenset({"price", "per", "step", "by", "prices"}),
    "package": frozenset({"price", "package"}),
    "graduated": frozenset({"tiers"}),
    "volume": frozenset({"tiers"}),
    "percentage": frozenset({"percent", "fixed", "min", "max", "included_records"}),
    "call": frozenset({"connect", "rates", "cap", "bands", "prefixes"}),
}
_NEEDED = {
    "flat": ("price",), "package": ("price", "package"), "graduated": ("tiers",), "volume": ("tiers",),
    "percentage": ("percent",),
}  # fmt: skip


class Charge(Closed):
    """One charge of a plan."""

    code: Name
    model: Literal["flat", "per_unit", "package", "graduated", "volume", "percentage", "call"]
    every: Every = ("MONTH", 1)
    timing: Literal["advance", "arrears"] = "advance"
    meter: Name = ""
    included: Size = Decimal(0)
    minimum: Amount | None = None
    maximum: Amount | None = None
    tax: Name | list[Name] | None = None
    escalate: Escalate | None = None
    conventions: PriceConventions = Field(default_factory=dict)
    price: Amount | None = None
    per: Size = Decimal(1)
    step: Size | None = None
    by: Name = ""
    prices: dict[Name, Amount] = Field(default_factory=dict)
    package: Size | None = None
    tiers: list[Tier] = Field(default_factory=list)
    percent: Amount | None = None
    fixed: Amount = Decimal(0)
    min_: Annotated[Amount | None, Field(alias="min")] = None
    max_: Annotated[Amount | None, Field(alias="max")] = None
    included_records: Count | None = None
    connect: Amount = Decimal(0)
    rates: list[CallRate] = Field(default_factory=list)
    cap: Amount | None = None
    bands: list[CallBand] = Field(default_factory=list)
    prefixes: dict[Name, CallPrices] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _keys_belong_to_the_model(self) -> Charge:
        given = {name.rstrip("_") for name in self.model_fields_set}
        others = frozenset().union(*_MODEL_KEYS.values()) - _MODEL_KEYS[self.model]
        strange = sorted(given & others)
        if strange:
            raise ValueError(
                f"{self.model} has no key {', '.join(strange)}; it has {', '.join(sorted(_MODEL_KEYS[self.model]))}"
            )
        missing = [name for name in _NEEDED.get(self.model, ()) if name not in given]
        if self.model == "per_unit" and not given & {"price", "prices"}:
            missing = ["price"]
        if missing:
            raise ValueError(f"{self.model} needs {', '.join(missing)}")
        return self


class ServiceLevel(Closed):
    """Uptime below a percentage earns a percentage of the month's charges."""

    below: Amount
    percent: Amount


class Netting(Closed):
    """Two meters netted per period; the surplus is banked and settled once a year."""

    import_: Annotated[Name, Field(alias="import")]
    export: Name
    settle: MonthDay
    settle_price: Amount = Decimal(0)


class Plan(Closed):
    """A plan with its charges."""

    code: Name
    charges: list[Charge] = Field(min_length=1)
    conventions: PriceConventions = Field(default_factory=dict)
    minimum: Amount | None = None
    maximum: Amount | None = None
    trial: Trial = ("DAY", 0)
    sla: list[ServiceLevel] = Field(default_factory=list)
    net: Netting | None = None
