"""Usage as the run bills it, beside what the definitions say, told in fractions."""

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from billwright.catalog.states import PriceModel
from billwright.invoicing.models import InvoiceLine
from billwright.usage.states import Aggregate
from billwright.workflow.bill_run.tests import usage_oracle
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_world,
    subscribe,
)
from billwright.workflow.bill_run.tests.usage_builders import make_meters, make_plan, metered
from billwright.workflow.bill_run.tests.usage_oracle import Reading, as_decimal, midnight
from billwright.workflow.metering import UsageDraft, record_usage

pytestmark = pytest.mark.django_db
ZONES = ("Africa/Johannesburg", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns")
AGGREGATES = [one for one in Aggregate if one != Aggregate.HIGHEST_OF]


@pytest.fixture
def world():
    make_world()


def random_readings(chance, zone):
    """Readings from before a service to after it, over the change of the clocks in March, some at equal instants."""
    first = midnight(date(2026, 2, 20), zone)
    made = []
    for _ in range(chance.randint(0, 60)):
        at = first + timedelta(seconds=chance.randint(0, 45 * 24 * 4) * 900 + chance.choice([0, 0, 1]))
        made.append(
            Reading(
                at=at,
                quantity=Fraction(chance.randint(0, 5000), 100),
                is_change=chance.random() < 0.3,
                properties=chance.choice([{}, {"value": chance.choice("abc")}]),
            )
        )
    return made


def send(subscription, meter, readings):
    drafts = [
        UsageDraft(
            subscription=subscription.number,
            meter=meter,
            happened_at=one.at,
            quantity=None if one.is_change else Decimal(one.quantity.numerator) / one.quantity.denominator,
            change=Decimal(one.quantity.numerator) / one.quantity.denominator if one.is_change else None,
            properties=one.properties,
        )
        for one in readings
    ]
    if drafts:
        record_usage(act=make_act("2026-04-01T00:00:00"), drafts=drafts)


def test_every_aggregate_is_what_the_definitions_say(world):
    """Random readings in four zones; one starts within the period, so that what came before is seen to count or not."""
    chance = random.Random(20260329)
    make_meters(*AGGREGATES)
    make_plan(*(metered(one.lower(), one.lower(), unit_price=Decimal(1000)) for one in AGGREGATES))
    expected = {}
    for number in range(24):
        zone, starts = ZONES[number % 4], chance.choice(["2026-03-01", "2026-03-14", "2026-03-29"])
        account = make_account(f"A{number}", timezone=zone)
        subscription = subscribe(account, plan="metered", starts_on=starts)
        for aggregate in AGGREGATES:
            readings = random_readings(chance, zone)
            send(subscription, aggregate.lower(), readings)
            found = usage_oracle.total(
                aggregate,
                readings,
                zone=zone,
                service=(day(starts), day("2026-04-01")),
                period=(day("2026-03-01"), day("2026-04-01")),
            )
            if usage_oracle.minor(found * 1000):
                expected[account.pk, aggregate.lower()] = as_decimal(found)
    bill("2026-04-01")
    found = {(line.account_id, line.text): line.quantity for line in InvoiceLine.objects.filter(kind="USAGE")}
    assert found == expected
    assert len(expected) > 150


def decimal(value):
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def make_percentages(chance):
    """Facts of charges by percentage, at random."""
    return [
        {
            "percent": Fraction(chance.randint(1, 400), 100),
            "fixed": Fraction(chance.choice([0, 0, 25]), 100),
            "least": chance.choice([None, Fraction(1, 2)]),
            "most": chance.choice([None, Fraction(3)]),
            "included": Fraction(chance.choice([0, 100, 333])),
            "included_records": chance.choice([None, 3, 8]),
        }
        for _ in range(12)
    ]


def percentage_charge(number, fact):
    return metered(
        f"percent-{number}",
        "sum",
        PriceModel.PERCENTAGE,
        percent=decimal(fact["percent"]),
        fixed=decimal(fact["fixed"]),
        record_minimum=decimal(fact["least"]),
        record_maximum=decimal(fact["most"]),
        included=decimal(fact["included"]),
        included_records=fact["included_records"],
    )


def step_charge(number, fact):
    return metered(
        f"step-{number}",
        "sum",
        unit_price=decimal(fact["price"]),
        **{name: decimal(fact[name]) for name in ("per", "step", "included")},
    )


def test_records_are_rated_as_the_definitions_say(world):
    chance = random.Random(7)
    make_meters(Aggregate.SUM)
    percentages = make_percentages(chance)
    steps = [
        {"step": Fraction(60), "price": Fraction(9, 10), "per": Fraction(60), "included": Fraction(0)},
        {"step": Fraction(6), "price": Fraction(1, 100), "per": Fraction(1), "included": Fraction(200)},
    ]
    make_plan(*map(percentage_charge, range(12), percentages), *map(step_charge, range(2), steps))
    expected = {}
    for number in range(10):
        account = make_account(f"A{number}", timezone=ZONES[number % 4])
        subscription = subscribe(account, plan="metered")
        amounts = [Fraction(chance.randint(0, 20000), 100) for _ in range(chance.randint(0, 12))]
        first = midnight(date(2026, 1, 1), ZONES[number % 4])
        send(subscription, "sum", [Reading(first + timedelta(hours=hour), one) for hour, one in enumerate(amounts)])
        for place, fact in enumerate(percentages):
            expected[account.pk, f"percent-{place}"] = usage_oracle.minor(usage_oracle.percentage(amounts, **fact))
        for place, fact in enumerate(steps):
            expected[account.pk, f"step-{place}"] = usage_oracle.minor(usage_oracle.stepped(amounts, **fact))
    bill("2026-02-01")
    found = {(line.account_id, line.text): line.amount_minor for line in InvoiceLine.objects.filter(kind="USAGE")}
    assert found == {key: amount for key, amount in expected.items() if amount}
    assert len(found) > 80
