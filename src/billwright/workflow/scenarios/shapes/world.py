"""The world of a scenario file: its company, plans and accounts, its timeline, and what it expects."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from billwright.workflow.scenarios.shapes.catalog_acts import CatalogActs
from billwright.workflow.scenarios.shapes.contract_acts import ContractActs
from billwright.workflow.scenarios.shapes.document_acts import DocumentActs
from billwright.workflow.scenarios.shapes.money_acts import MoneyActs
from billwright.workflow.scenarios.shapes.plans import Conventions, Plan
from billwright.workflow.scenarios.shapes.usage_acts import Meter, UsageActs
from billwright.workflow.scenarios.shapes.values import Amount, Closed, Name, Terms

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


class Account(Closed):
    """An account, and what the customer of this world does."""

    code: Name
    cycle_day: Annotated[int, Field(ge=1, le=31)] | None = None
    currency: Name | None = None
    timezone: Name | None = None
    terms: Terms | None = None
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
        unknown = sorted(expect.keys() - EXPECTED)
        if unknown:
            raise ValueError(f"expect knows no {', '.join(unknown)}; it knows {', '.join(sorted(EXPECTED))}")
        return expect
