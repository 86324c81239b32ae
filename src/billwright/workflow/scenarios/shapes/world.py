"""The world of a scenario file: its company, plans and accounts, its timeline, and what it expects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, StrictBool, field_validator, model_validator

from billwright.workflow.scenarios.shapes.catalog_acts import CatalogActs
from billwright.workflow.scenarios.shapes.contract_acts import ContractActs
from billwright.workflow.scenarios.shapes.document_acts import DocumentActs
from billwright.workflow.scenarios.shapes.expectations import require_known_keys
from billwright.workflow.scenarios.shapes.money_acts import MoneyActs
from billwright.workflow.scenarios.shapes.plans import Conventions, Plan
from billwright.workflow.scenarios.shapes.usage_acts import Meter, UsageActs
from billwright.workflow.scenarios.shapes.values import After, Amount, Closed, DayOfMonth, Name, read_terms


class Tax(Closed):
    """A tax of the company, in percent; a withheld one is taken off the total."""

    code: Annotated[Name, Field(max_length=20)]
    rate: Amount
    withheld: StrictBool = False


class MatchTolerance(Closed):
    """How much may be missing of what is owed: an amount, or percent of it."""

    percent: Amount | None = None
    amount: Amount | None = None

    @model_validator(mode="after")
    def _is_one(self) -> MatchTolerance:
        if (self.percent is None) == (self.amount is None):
            raise ValueError("a tolerance is a `percent` or an `amount`")
        if (self.percent or self.amount or 0) < 0 or (self.percent or 0) > 100:
            raise ValueError("a tolerance is not below zero, a percentage not above 100")
        return self


class Matching(Closed):
    """How the company matches money that comes in."""

    tolerance: MatchTolerance | None = None
    prefer: Literal["oldest", "newest"] = "oldest"


class Company(Closed):
    """The company whose documents these are."""

    name: Name = "Scenario (invented) Ltd"
    country: Name = "ZA"
    currency: Name = "ZAR"
    timezone: Name = "UTC"
    taxes: list[Tax] = Field(default_factory=list)
    matching: Matching | None = None


class Part(Closed):
    """A part of terms of payment: how much of a document, and when it is due."""

    share: Amount | None = None
    of: Literal["total", "rest"] = "total"
    amount: Amount | None = None
    rest: StrictBool = False
    after: After = (0, 0)
    day: DayOfMonth | None = None


class Account(Closed):
    """An account, and what the customer of this world does."""

    code: Name
    cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    currency: Name | None = None
    timezone: Name | None = None
    terms: Annotated[int | list[Part], BeforeValidator(read_terms)] | None = None
    parent: Name | None = None
    pays: Literal["never", "at_once", "when_due"] = "never"
    segment: Name = ""
    conventions: Conventions = Field(default_factory=dict)


AnyAct = Annotated[
    ContractActs | CatalogActs | UsageActs | DocumentActs | MoneyActs,
    Field(discriminator="do"),
]


class World(Closed):
    """A whole scenario file."""

    scenario: Literal[1]
    title: Name = ""
    company: Company = Company()
    conventions: Conventions = Field(default_factory=dict)
    meters: list[Meter] = Field(default_factory=list)
    plans: list[Plan] = Field(default_factory=list)
    accounts: list[Account] = Field(default_factory=list)
    timeline: list[AnyAct] = Field(default_factory=list)
    expect: dict[str, Any] = Field(default_factory=dict)

    @field_validator("expect")
    @classmethod
    def _expectations_are_known(cls, expect: dict[str, Any]) -> dict[str, Any]:
        require_known_keys(expect)
        return expect

    # The line of a place in the file, for what turns out to be wrong only later.
    _line_of: Callable[[Sequence[Any]], int] | None = PrivateAttr(default=None)

    def line_of(self, place: Sequence[Any]) -> int:
        """The line (from 1) of a place such as ("plans", 0, "charges", 1, "price"), or of what of it exists."""
        return 1 if self._line_of is None else self._line_of(place)
