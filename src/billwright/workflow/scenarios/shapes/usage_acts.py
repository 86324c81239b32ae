"""The meters of a world, and the acts of metering: usage and outages."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from billwright.workflow.scenarios.shapes.values import Act, Amount, Closed, Instant, Name

_STEP = re.compile(r"(?:(\d+) )?(second|minute|hour|day)s?")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def _step(value: object) -> timedelta:
    match = _STEP.fullmatch(str(value))
    if not match or int(match[1] or 1) < 1:
        raise ValueError("readings come every `5 minutes`, `30 seconds`, `1 hour` or `1 day`")
    return timedelta(seconds=int(match[1] or 1) * _SECONDS[match[2]])


def _moment(value: object) -> object:
    """A day stands for its beginning."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time())
    return value


Step = Annotated[timedelta, BeforeValidator(_step)]
Moment = Annotated[Instant, BeforeValidator(_moment)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Meter(Closed):
    """Something counted, and how its records come to one quantity a period."""

    code: Name
    aggregate: Literal["sum", "count", "max", "min", "last", "unique", "average", "time_weighted", "p95"] | None = None
    highest_of: list[Name] = Field(default_factory=list)
    unit: Name = ""
    grace_hours: Annotated[int, Field(ge=0, le=744)] = 0

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Meter:
        if self.highest_of and self.aggregate is not None:
            raise ValueError("a meter has its own records (`aggregate`) or is the `highest_of` others, not both")
        return self


class Usage(Act):
    do: Literal["usage"]
    subscription: Name
    meter: Name
    quantity: Amount | None = None
    change: Amount | None = None
    key: Name = ""
    properties: dict[Name, Name] = Field(default_factory=dict)
    continues: Name = ""
    happened: Moment | None = None
    series: list[tuple[Count, Amount]] = Field(default_factory=list)
    every: Step = timedelta(minutes=5)

    @model_validator(mode="after")
    def _says_how_much_once(self) -> Usage:
        said = (self.quantity is not None) + (self.change is not None) + bool(self.series)
        if said > 1:
            raise ValueError("usage has a quantity, a change or a series: one of them")
        return self

    def amounts(self) -> list[Decimal | None]:
        """The quantities one after another; None: a single one, as the act says it."""
        return [quantity for count, quantity in self.series for _ in range(count)] or [None]


class Outage(Act):
    do: Literal["outage"]
    subscription: Name
    uptime: Amount


UsageActs = Usage | Outage
