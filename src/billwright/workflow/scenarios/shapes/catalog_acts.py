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


CatalogActs = SetPrice
