"""The acts of the catalog."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from billwright.workflow.scenarios.shapes.plans import Tier
from billwright.workflow.scenarios.shapes.values import Act, Amount, Day, Name


class SetPrice(Act):
    """A price from a day on, for all or for one account, subscription or segment; the rest of the charge stays."""

    do: Literal["price"]
    plan: Name
    charge: Name
    price: Amount | None = None
    tiers: list[Tier] = Field(default_factory=list)
    account: Name | None = None
    subscription: Name | None = None
    segment: Name | None = None
    from_: Annotated[Day, Field(alias="from")]

    @model_validator(mode="after")
    def _sets_one_thing_for_one(self) -> SetPrice:
        if (self.price is None) == (not self.tiers):
            raise ValueError("an act `price` gives either `price` or `tiers`")
        if sum(one is not None for one in (self.account, self.subscription, self.segment)) > 1:
            raise ValueError("a price is for one account, one subscription, one segment, or for all")
        return self


class Agreement(Act):
    """What a discount and a commitment share: whose it is, and the plan or charges that it is limited to."""

    account: Name | None = None
    subscription: Name | None = None
    plan: Name | None = None
    charge: Name | list[Name] | None = None

    @property
    def charges(self) -> tuple[str, ...]:
        if self.charge is None:
            return ()
        return (self.charge,) if isinstance(self.charge, str) else tuple(self.charge)

    @model_validator(mode="after")
    def _has_one_owner(self) -> Agreement:
        if (self.account is None) == (self.subscription is None):
            raise ValueError("an agreement is either of an account or of a subscription")
        return self


class GiveDiscount(Agreement):
    """Less, by a percentage or an amount a period, for all or some periods."""

    do: Literal["discount"]
    percent: Amount | None = None
    amount: Amount | None = None
    periods: int | None = None


class AgreeSpending(Agreement):
    """What a period comes to at least or at most."""

    do: Literal["commitment"]
    minimum: Amount | None = None
    maximum: Amount | None = None


CatalogActs = SetPrice | GiveDiscount | AgreeSpending
