"""The shapes of a scenario file. Unknown keys are errors; amounts are decimal strings; `to` is exclusive."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, field_validator, model_validator

from billwright.kernel.errors import Refusal
from billwright.org import conventions

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]{1,12})?")
_EVERY = re.compile(r"(?:(\d+) )?(month|quarter|year|week|day)s?")
_TERMS = re.compile(r"(\d+) days?")


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


def _terms(value: object) -> int:
    match = _TERMS.fullmatch(str(value))
    if not match:
        raise ValueError("terms are written `14 days`")
    return int(match[1])


Amount = Annotated[Decimal, BeforeValidator(_decimal)]
Day = Annotated[date, BeforeValidator(_day)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Name = Annotated[str, BeforeValidator(_text)]
Every = Annotated[tuple[str, int], BeforeValidator(_every)]
Terms = Annotated[int, BeforeValidator(_terms)]
When = Literal["now", "period_end"] | Day


class Closed(BaseModel):
    """A mapping in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=())


class Tax(Closed):
    """A tax of the company, in percent."""

    code: Name
    rate: Amount


class Company(Closed):
    """The company whose documents these are."""

    name: Name = "Scenario (invented) Ltd"
    country: Name = "ZA"
    currency: Name = "ZAR"
    timezone: Name = "UTC"
    taxes: list[Tax] = Field(default_factory=list)


class Charge(Closed):
    """One charge of a plan."""

    code: Name
    model: Literal["flat", "per_unit"]
    price: Amount
    every: Every = ("MONTH", 1)
    timing: Literal["advance", "arrears"] = "advance"
    tax: Name | list[Name] | None = None


class Plan(Closed):
    """A plan with its charges."""

    code: Name
    charges: list[Charge] = Field(min_length=1)


class Account(Closed):
    """An account, and what the customer of this world does."""

    code: Name
    cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    currency: Name | None = None
    timezone: Name | None = None
    terms: Terms | None = None
    parent: Name | None = None
    pays: Literal["never", "at_once", "when_due"] = "never"


class Act(Closed):
    """What every act has: its time, its name, and whether it should be refused."""

    do: str
    on: Day | None = None
    at: Instant | None = None
    as_: Annotated[Name | None, Field(alias="as")] = None
    refused: bool = False
    _line: int = PrivateAttr(default=0)

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


class Subscribe(Act):
    do: Literal["subscribe"]
    account: Name
    plan: Name
    quantity: Amount = Decimal(1)
    when: When = "now"
    billed_to: Day | None = None


class Quantity(Act):
    do: Literal["quantity"]
    subscription: Name
    quantity: Amount
    when: When = "now"


class Cancel(Act):
    do: Literal["cancel"]
    subscription: Name
    when: When = "now"
    unused: Literal["credit"] = "credit"


class SetPrice(Act):
    do: Literal["price"]
    plan: Name
    charge: Name
    price: Amount
    from_: Annotated[Day, Field(alias="from")]


class Bill(Act):
    do: Literal["bill"]


class DocumentLine(Closed):
    """A line of a manual document, or of a correction to a document."""

    text: Name = ""
    amount: Amount | None = None
    quantity: Amount | None = None
    unit: Amount | None = None
    discount: Amount | None = None
    surcharge: Amount | None = None
    tax: Name | list[Name] | None = None
    charge: Name | None = None
    line: int | None = None


class Invoice(Act):
    do: Literal["invoice"]
    account: Name
    currency: Name | None = None
    reference: Name = ""
    lines: list[DocumentLine] = Field(min_length=1)


class Correction(Act):
    do: Literal["credit_note", "debit_note"]
    document: Name | None = None
    invoice: Name | None = None
    account: Name | None = None
    currency: Name | None = None
    reference: Name = ""
    lines: list[DocumentLine] = Field(min_length=1)
    reason: Name = ""


class Share(Closed):
    """A document and how much of it a payment settles; no amount: its open amount."""

    document: Name
    amount: Amount | None = None


class Receive(Act):
    do: Literal["receive"]
    account: Name | None = None
    amount: Amount
    currency: Name | None = None
    reference: Name = ""
    text: Name = ""
    allocate: list[Name | Share] = Field(default_factory=list)


class Allocate(Act):
    do: Literal["allocate", "unallocate"]
    payment: Name
    documents: list[Name | Share] = Field(default_factory=list)


class Return(Act):
    do: Literal["return"]
    payment: Name
    reason: Name = ""


class Refund(Act):
    do: Literal["refund"]
    payment: Name
    amount: Amount | None = None


class Rate(Act):
    do: Literal["rate"]
    currency: Name
    rate: Amount


class HoldAct(Act):
    do: Literal["hold"]
    subscription: Name | None = None
    document: Name | None = None
    account: Name | None = None
    what: Literal["billing", "dunning", "collecting"] = "billing"
    amount: Amount | None = None
    reason: Name = "scenario"
    until: Day | None = None


class Release(Act):
    do: Literal["release"]
    subscription: Name | None = None
    document: Name | None = None
    account: Name | None = None
    what: Literal["billing", "dunning", "collecting"] = "billing"


class PassDays(Act):
    do: Literal["day"]
    days: Annotated[int, Field(ge=1, le=3700)] = 1


AnyAct = Annotated[
    Subscribe
    | Quantity
    | Cancel
    | SetPrice
    | Bill
    | Invoice
    | Correction
    | Receive
    | Allocate
    | Return
    | Refund
    | Rate
    | HoldAct
    | Release
    | PassDays,
    Field(discriminator="do"),
]


class World(Closed):
    """A whole scenario file."""

    scenario: Literal[1]
    title: Name = ""
    company: Company = Company()
    conventions: dict[str, str] = Field(default_factory=dict)
    plans: list[Plan] = Field(default_factory=list)
    accounts: list[Account] = Field(default_factory=list)
    timeline: list[AnyAct] = Field(default_factory=list)
    expect: dict[str, Any] = Field(default_factory=dict)

    @field_validator("conventions")
    @classmethod
    def _conventions_are_known(cls, chosen: dict[str, str]) -> dict[str, str]:
        for option, value in chosen.items():
            try:
                conventions.require_known(option, value)
            except Refusal as refusal:
                raise ValueError(str(refusal)) from refusal
        return chosen

    @field_validator("expect")
    @classmethod
    def _expectations_are_known(cls, expect: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(expect.keys() - EXPECTED)
        if unknown:
            raise ValueError(f"expect knows no {', '.join(unknown)}; it knows {', '.join(sorted(EXPECTED))}")
        return expect


EXPECTED = frozenset(
    {
        "invoices", "credit_notes", "debit_notes", "payments", "refunds", "allocations", "open_items", "balances",
        "refused",
    }
)  # fmt: skip
