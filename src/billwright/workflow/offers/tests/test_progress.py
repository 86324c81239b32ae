"""What a commitment is told to miss is what its period is topped up by."""

from decimal import Decimal

import pytest

from billwright.catalog.states import PriceModel
from billwright.invoicing.models import InvoiceLine
from billwright.kernel.money import Money
from billwright.rating.operations import NewDiscount, NewSpendLimit, give_discount, set_spend_limit
from billwright.subscriptions.operations import NewSubscription, change_quantity
from billwright.subscriptions.operations import subscribe as start
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)
from billwright.workflow.offers import spend_limit_progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    make_world()
    make_plan(model=PriceModel.PER_UNIT)
    make_plan("domain", "120.00", every=12)
    return make_account("ANA")


def commit(account, minimum="500", **values):
    terms = {"name": "Volume", "starts_on": day("2026-01-01"), "minimum": Decimal(minimum)} | values
    return set_spend_limit(act=make_act(), limit=NewSpendLimit(account_id=account.pk, **terms)).id


def told(spend_limit_id, on):
    """The running period, and what it came to, in major units: on documents, not yet, missing."""
    [one] = spend_limit_progress(act=make_act(), spend_limit_id=spend_limit_id, as_of=day(on))
    period = f"{one.period_from} {one.period_to}"
    return period, *(str(money.decimal) for money in (one.billed, one.unbilled, one.missing))


def topped_up():
    """What commitments were topped up by, as priced."""
    lines = InvoiceLine.objects.filter(kind="COMMITMENT")
    return [str(Money(line.gross_minor or line.amount_minor, "ZAR").decimal) for line in lines]


@pytest.mark.parametrize(
    ("conventions", "january"),
    [
        ({}, "198.00"),
        # Prices with tax in them count as they are priced, billed or not.
        ({"tax_prices": "inclusive"}, "198.00"),
        # Discounts come after limits: what is agreed counts without them.
        ({"discount_limits": "after_limits"}, "220.00"),
    ],
)
def test_what_is_missing_at_the_end_is_topped_up(ana, conventions, january):
    ana.conventions = conventions
    ana.save()
    discount = NewDiscount(account_id=ana.pk, name="Loyal", starts_on=day("2026-01-01"), percent=Decimal(10))
    give_discount(act=make_act(), discount=discount)
    limit = commit(ana)
    subscribe(ana)
    subscribe(ana, plan="domain")
    missing = str(500 - Decimal(january))
    assert told(limit, "2026-01-01") == ("2026-01-01 2026-02-01", "0.00", january, missing)
    bill("2026-01-01")
    assert told(limit, "2026-01-31") == ("2026-01-01 2026-02-01", january, "0.00", missing)
    bill("2026-02-01")
    assert topped_up() == [missing]


def test_the_shortest_period_leads_and_each_line_counts_where_it_begins(ana):
    limit = commit(ana)
    subscribe(ana, plan="domain")
    seats = subscribe(ana, quantity="2")
    later = NewSubscription(
        account_id=ana.pk,
        plan="basic",
        ordered_on=day("2026-01-01"),
        starts_on=day("2026-01-16"),
        cycle_day=16,
        cycle_from=day("2026-01-16"),
    )
    start(act=make_act(), row=later)
    bill("2026-01-01")
    bill("2026-01-16")
    # The year's fee and that of 16 January count in January, and nowhere else.
    assert told(limit, "2026-01-20") == ("2026-01-01 2026-02-01", "420.00", "0.00", "80.00")
    bill("2026-02-01")
    assert topped_up() == ["80.00"]
    change_quantity(
        act=make_act(),
        subscription_id=seats.id,
        quantity=Decimal(1),
        as_of=day("2026-02-15"),
        effective_on=day("2026-02-15"),
    )
    # Half of a seat is given back of the fee that began in February, and does not count as one that begins on the 15th.
    assert told(limit, "2026-02-15") == ("2026-02-01 2026-03-01", "200.00", "-50.00", "350.00")
    bill("2026-02-16")
    assert told(limit, "2026-02-28") == ("2026-02-01 2026-03-01", "250.00", "0.00", "250.00")
    bill("2026-03-01")
    assert topped_up() == ["80.00", "250.00"]


def test_a_commitment_of_one_subscription_counts_its_lines_alone(ana):
    first, second = subscribe(ana), subscribe(ana)
    limit = commit(ana, "150", subscription_id=first.id)
    bill("2026-01-01")
    assert told(limit, "2026-01-20") == ("2026-01-01 2026-02-01", "100.00", "0.00", "50.00")
    assert told(commit(ana, "150", subscription_id=second.id, starts_on=day("2026-02-01")), "2026-02-10")[1:] == (
        "0.00",
        "100.00",
        "50.00",
    )


def test_nothing_runs_after_the_end_of_what_is_covered_or_of_the_commitment(ana):
    running = subscribe(ana)
    limit = commit(ana, ends_before=day("2026-02-01"))
    cancel(running, ends_before="2026-03-10", as_of="2026-01-01")
    for on, count in (("2026-01-31", 1), ("2026-02-01", 0), ("2026-04-01", 0)):
        assert len(spend_limit_progress(act=make_act(), spend_limit_id=limit, as_of=day(on))) == count
