"""The values of a scenario file, and what every mapping and every act in it has."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]{1,12})?")
_EVERY = re.compile(r"(?:(\d+) )?(month|quarter|year|week|day)s?")
_UNITS = {"year": ("month", 12), "quarter": ("month", 3), "month": ("month", 1), "week": ("day", 7), "day": ("day", 1)}
_TERMS = re.compile(r"(\d+) days?")
_AFTER = re.compile(r"\d+ (?:year|quarter|month|week|day)s?(?: \d+ (?:year|quarter|month|week|day)s?)*")


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise ValueError(f'an amount is a decimal string with at most 12 places, such as "100.00", not {value!r}')
    return Decimal(value)


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, (date, str)):
        raise ValueError("a day is written 2026-01-31")
    return date.fromisoformat(value) if isinstance(value, str) else value


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise ValueError("an instant is written 2026-01-31T10:00:00+02:00")
    return datetime.fromisoformat(value)


def _text(value: object) -> str:
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        raise ValueError("a text")
    return str(value)


def _every(value: object) -> tuple[str, int]:
    """An interval as (unit, count): quarters and years are months, weeks are days."""
    if value == "once":
        return "ONCE", 1
    match = _EVERY.fullmatch(str(value))
    if not match:
        raise ValueError("an interval is written `1 month`, `2 weeks`, `30 days`, `1 year` or `once`")
    count = int(match[1] or 1)
    unit, factor = {
        "month": ("MONTH", 1),
        "quarter": ("MONTH", 3),
        "year": ("MONTH", 12),
        "week": ("DAY", 7),
        "day": ("DAY", 1),
    }[match[2]]
    if count < 1:
        raise ValueError("an interval is at least one")
    return unit, count * factor


def _after(value: object) -> tuple[int, int]:
    """How long after the document, as (months, days)."""
    words = str(value).split()
    if not _AFTER.fullmatch(str(value)):
        raise ValueError("how long after is written `10 days`, `1 month` or `2 months 10 days`")
    counts = {"month": 0, "day": 0}
    for count, unit in zip(words[::2], words[1::2], strict=True):
        whole, factor = _UNITS[unit.removesuffix("s")]
        counts[whole] += int(count) * factor
    return counts["month"], counts["day"]


def read_terms(value: object) -> object:
    """Days as a number; parts as they are written."""
    if isinstance(value, list) and value:
        return value
    match = _TERMS.fullmatch(str(value))
    if not match:
        raise ValueError("terms are written `14 days`, or as a list of parts")
    return int(match[1])


Amount = Annotated[Decimal, BeforeValidator(_decimal)]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Name = Annotated[str, BeforeValidator(_text)]
Every = Annotated[tuple[str, int], BeforeValidator(_every)]
DayOfMonth = Annotated[int, Field(ge=1, le=31)]
After = Annotated[tuple[int, int], BeforeValidator(_after)]
When = Literal["now", "period_end"] | Day


def misplaced(path: list[Any], says: str, cure: str) -> PydanticCustomError:
    """An error at a place below the one that is being read."""
    return PydanticCustomError("misplaced", "{says}", {"path": path, "says": says, "cure": cure})


class Closed(BaseModel):
    """A mapping in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=())


class Act(Closed):
    """What every act has: its time, its name, and whether it should be refused."""

    do: str
    on: Day | None = None
    at: Instant | None = None
    as_: Annotated[Name | None, Field(alias="as")] = None
    refused: StrictBool = False

    @model_validator(mode="after")
    def _has_a_time(self) -> Act:
        if (self.on is None) == (self.at is None):
            raise ValueError("an act has either `on` (a day) or `at` (an instant)")
        return self

    @property
    def day(self) -> date:
        """The day as written."""
        day = self.on or (self.at.date() if self.at else None)
        assert day is not None, "the shape has a time"
        return day
