"""The acts of the catalog."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from billwright.workflow.scenarios.shapes.values import Act, Amount, Day, Name


class SetPrice(Act):
    do: Literal["price"]
    plan: Name
    charge: Name
    price: Amount
    from_: Annotated[Day, Field(alias="from")]


CatalogActs = SetPrice
