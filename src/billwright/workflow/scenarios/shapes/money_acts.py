"""The acts of money, rates and passing days."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from billwright.workflow.scenarios.shapes.values import Act, Amount, Closed, Name


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


class PassDays(Act):
    do: Literal["day"]
    days: Annotated[int, Field(ge=1, le=3700)] = 1


MoneyActs = Receive | Allocate | Return | Refund | Rate | PassDays
