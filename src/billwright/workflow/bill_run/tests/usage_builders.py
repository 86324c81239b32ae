"""Meters, plans that bill by them, and records that arrive."""

from datetime import datetime
from decimal import Decimal

from billwright.catalog import operations as catalog
from billwright.catalog.rows import NewCharge, NewPrice
from billwright.catalog.states import PriceModel, Timing
from billwright.usage.operations import NewMeter, define_meter
from billwright.workflow.bill_run.tests.builders import (
    day,
    make_act,
)
from billwright.workflow.metering import UsageDraft, record_usage


def metered(code, meter, model=PriceModel.PER_UNIT, **price):
    return NewCharge(
        code=code,
        name=code,
        product="hosting",
        model=model,
        timing=Timing.ARREARS,
        meter=meter,
        prices=(NewPrice(currency="ZAR", valid_from=day("2020-01-01"), **price),),
    )


def make_meters(*aggregates):
    for aggregate in aggregates:
        define_meter(act=make_act(), meter=NewMeter(code=aggregate.lower(), aggregate=aggregate))


def make_plan(*charges, code="metered"):
    catalog.create_plan(act=make_act(), code=code, name=code, charges=charges)


def arrive(subscription, meter, *readings, at="2026-01-01T00:00:00", key=""):
    """Record readings: (instant, quantity) with an optional dict of properties."""
    drafts = [
        UsageDraft(
            subscription=subscription.number,
            meter=meter,
            happened_at=datetime.fromisoformat(instant if "+" in instant else f"{instant}+02:00"),
            quantity=Decimal(quantity),
            properties=more[0] if more else {},
            key=f"{key}{number}" if key else "",
        )
        for number, (instant, quantity, *more) in enumerate(readings)
    ]
    assert record_usage(act=make_act(at), drafts=drafts).refused == ()
