"""Exchange rates: what one unit of a currency is worth in another, from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    DecimalText,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, Number
from billwright.org import operations, queries

router = Router()

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"])]


class RateShape(Schema):
    """One unit of `from_currency` is worth `rate` of `to_currency` from that day until the next rate of the pair."""

    id: int
    from_currency: str
    to_currency: str
    valid_from: date
    rate: Number
    source: str


class NewRate(Closed):
    """A rate from a day on; what was booked before stays."""

    from_currency: Currency
    to_currency: Currency
    valid_from: Day
    rate: DecimalText
    source: Annotated[Text, Field(max_length=80)] = ""
    reason: Reason = ""


class RateQuery(PageQuery):
    """Which rates: those that a currency is one side of."""

    currency: Annotated[str, Field(pattern="^([A-Z]{3})?$")] = ""


@router.get("", response={200: Page[RateShape], **PROBLEMS}, summary="List exchange rates, the newest entry first")
def list_rates(request: HttpRequest, asked: Query[RateQuery]) -> Rows[queries.RateRow]:
    require(request, "setup.view")
    rows = queries.list_exchange_rates(
        currency=asked.currency, before_id=position_of(asked.cursor), limit=asked.limit + 1
    )
    return page_of(rows, asked)


@router.post("", response={201: RateShape, **PROBLEMS}, summary="Enter an exchange rate")
def set_rate(request: HttpRequest, body: NewRate) -> Status[queries.RateRow]:
    """Refused where a rate of the pair begins on the same day already."""
    perform(
        request,
        operations.set_exchange_rate,
        why=body.reason,
        from_currency=body.from_currency,
        to_currency=body.to_currency,
        valid_from=body.valid_from,
        rate=Decimal(body.rate),
        source=body.source,
    )
    return Status(201, queries.list_exchange_rates(currency=body.from_currency, limit=1)[0])
