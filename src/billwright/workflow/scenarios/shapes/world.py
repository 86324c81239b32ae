"""The world of a scenario file: its company, plans and accounts, its timeline, and what it expects."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from billwright.kernel.errors import Refusal
from billwright.org import conventions
from billwright.workflow.scenarios.shapes.catalog_acts import CatalogActs
from billwright.workflow.scenarios.shapes.contract_acts import ContractActs
from billwright.workflow.scenarios.shapes.document_acts import DocumentActs
from billwright.workflow.scenarios.shapes.money_acts import MoneyActs
from billwright.workflow.scenarios.shapes.usage_acts import Meter, UsageActs
from billwright.workflow.scenarios.shapes.values import Amount, Closed, Every, Name, Terms

EXPECTED = frozenset(
    {
        "invoices", "credit_notes", "debit_notes", "payments", "refunds", "allocations", "open_items", "balances",
        "refused", "usage",
    }
)  # fmt: skip


class Tax(Closed):
    """A tax of the company, in percent; a withheld one is taken off the total."""

    code: Annotated[Name, Field(max_length=20)]
    rate: Amount
    withheld: bool = False


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


AnyAct = Annotated[
    ContractActs | CatalogActs | UsageActs | DocumentActs | MoneyActs,
    Field(discriminator="do"),
]


class World(Closed):
    """A whole scenario file."""

    scenario: Literal[1]
    title: Name = ""
    company: Company = Company()
    conventions: dict[str, str] = Field(default_factory=dict)
    meters: list[Meter] = Field(default_factory=list)
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
