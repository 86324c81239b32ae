"""The acts of contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from billwright.workflow.scenarios.shapes.values import Act, Amount, Day, Name, When


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


ContractActs = Subscribe | Quantity | Cancel | HoldAct | Release
