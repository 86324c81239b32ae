"""The acts of contracts."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from billwright.workflow.scenarios.shapes.values import Act, Amount, Day, DayOfMonth, Name, When


class Subscribe(Act):
    do: Literal["subscribe"]
    account: Name
    plan: Name
    quantity: Amount = Decimal(1)
    when: When = "now"
    cycle_day: DayOfMonth | None = None
    cycle_from: Day | None = None
    billed_to: Day | None = None


class Change(Act):
    """Another plan, and with it perhaps another quantity or cycle day."""

    do: Literal["change"]
    subscription: Name
    plan: Name | None = None
    quantity: Amount | None = None
    cycle_day: DayOfMonth | None = None
    when: When = "now"


class Quantity(Act):
    do: Literal["quantity"]
    subscription: Name
    quantity: Amount
    cycle_day: DayOfMonth | None = None
    when: When = "now"


class Pause(Act):
    """Out of service; `percent` of the recurring charges is charged meanwhile."""

    do: Literal["pause"]
    subscription: Name
    percent: Amount | None = None
    when: When = "now"


class Resume(Act):
    do: Literal["resume"]
    subscription: Name
    when: When = "now"


class CycleDay(Act):
    """Another day of the month for the periods of a subscription, or of all of an account."""

    do: Literal["cycle_day"]
    account: Name | None = None
    subscription: Name | None = None
    day_of_month: Annotated[DayOfMonth, Field(alias="day")]


class Cancel(Act):
    do: Literal["cancel"]
    subscription: Name
    when: When = "now"
    unused: Literal["credit", "refund", "forfeit"] = "credit"


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


ContractActs = Subscribe | Change | Quantity | Pause | Resume | CycleDay | Cancel | HoldAct | Release
