"""Any sequence of changes within periods, billed in between or not: each stretch comes to its price by its days."""

from collections import defaultdict
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.db.models import F

from billwright.catalog.states import PriceModel
from billwright.invoicing.models import InvoiceLine
from billwright.kernel.errors import Refusal
from billwright.reporting.coverage import check_coverage
from billwright.subscriptions import operations as subscriptions
from billwright.subscriptions.models import GridPeriod, Subscription, SubscriptionItem
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db
LAST = "2026-04-01"
RUNS = ("2026-01-01", "2026-01-16", "2026-02-02", "2026-03-01")
PRICES = {"cheap": "9.99", "odd": "0.3333", "dear": "1234.5678"}


def play(seed, count):
    """So many subscriptions of their own accounts, changed at random before each run; all billed at the last."""
    random = Random(seed)
    make_world()
    for code, price in PRICES.items():
        make_plan(code, price=price, model=PriceModel.PER_UNIT)
    for number in range(count):
        account = make_account(f"A{number}", cycle_day=random.choice((1, 1, 15, 31)))
        subscribe(
            account, plan=random.choice(tuple(PRICES)), quantity=str(random.randint(1, 40)), starts_on="2026-01-01"
        )
    for when in RUNS:
        bill(when)
        for subscription in Subscription.objects.order_by("id"):
            for _ in range(random.choice((0, 1, 1, 2))):
                with suppress(Refusal):  # It has ended or is paused by then.
                    change(random, subscription, when)
    bill(LAST)


def change(random, subscription, when):
    """Another plan or quantity, a pause or an end: somewhere between a month ago and in ten days."""
    on = max(day("2026-01-01"), day(when) + timedelta(days=random.randint(-30, 10)))
    asked = {"act": make_act(f"{when}T13:00:00", reason="by chance"), "subscription_id": subscription.pk}
    kind = random.random()
    if kind < 0.4:
        quantity = Decimal(random.randint(1, 40))
        subscriptions.change_quantity(**asked, quantity=quantity, effective_on=on, as_of=day(when))
    elif kind < 0.7:
        plan = random.choice(tuple(PRICES))
        subscriptions.change_plan(**asked, plan=plan, effective_on=on, as_of=day(when))
    elif kind < 0.9:
        subscriptions.pause(**asked, effective_on=on, as_of=day(when))
        subscriptions.resume(**asked, effective_on=on + timedelta(days=random.randint(1, 9)), as_of=day(when))
    else:
        subscriptions.cancel(**asked, ends_before=on + timedelta(days=1), as_of=day(when))


def owed():
    """What each subscription owes of each period that has ended: price x quantity x days, exact, in minor units."""
    found = defaultdict(Fraction)
    for item in SubscriptionItem.objects.select_related("price").exclude(effective_to__lte=F("effective_from")):
        periods = GridPeriod.objects.filter(grid_id=item.grid_id, ends_before__gt=item.effective_from)
        for period in periods.filter(ends_before__lte=day(LAST)):
            starts = max(period.starts_on, item.effective_from)
            days = (min(period.ends_before, item.effective_to or period.ends_before) - starts).days
            price = Fraction(item.price.unit_price) * Fraction(item.quantity) * Fraction(item.share_percent)
            found[item.subscription_id, period.starts_on] += price * max(days, 0) / period.day_count
    return found


def billed():
    """What stands of each period on all documents together, and how many lines were rounded for it."""
    lines = list(InvoiceLine.objects.filter(item_id__isnull=False))
    owners = dict(SubscriptionItem.objects.values_list("id", "subscription_id"))
    originals = {(line.invoice_id, line.line_no): line for line in lines}
    amounts, line_counts = defaultdict(int), defaultdict(int)
    for line in lines:
        original = originals[line.credits_invoice_id, line.credits_line_no] if line.kind == "CORRECTION" else line
        place = owners[line.item_id], original.period_from or original.service_from
        amounts[place] += line.net_minor
        line_counts[place] += 1
    return amounts, line_counts


def hold(seed, count):
    play(seed, count)
    amounts, line_counts = billed()
    exact = owed()
    wrong = {
        place: (amounts[place], float(amount))
        for place, amount in exact.items()
        # Each line is rounded once, by half a unit at most: a charge and its credit are within one.
        if abs(amounts[place] - amount) > Fraction(line_counts[place], 2)
    }
    assert wrong == {}
    assert [(one.verdict, one.starts_on) for one in check_coverage(as_of=day(LAST)).days] == []
    corrected = InvoiceLine.objects.filter(kind="CORRECTION").count()
    print(f"{len(exact)} periods, {sum(line_counts.values())} lines, {corrected} corrections")
    assert corrected > count


def test_whatever_changes_each_stretch_comes_to_its_price_by_its_days():
    hold(seed=5, count=8)


@pytest.mark.soak
def test_whatever_changes_of_many_subscriptions():
    hold(seed=6, count=60)
