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
from billwright.invoicing.queries.derivations import stream_derivations
from billwright.kernel.errors import Refusal
from billwright.rating.evaluator import evaluate
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
from billwright.workflow.explanations import verify_documents

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


def owed_days():
    """How many days of each agreed price and quantity each period that has ended was served."""
    found = defaultdict(int)
    for item in SubscriptionItem.objects.exclude(effective_to__lte=F("effective_from")):
        periods = GridPeriod.objects.filter(grid_id=item.grid_id, ends_before__gt=item.effective_from)
        for period in periods.filter(ends_before__lte=day(LAST)):
            starts = max(period.starts_on, item.effective_from)
            days = (min(period.ends_before, item.effective_to or period.ends_before) - starts).days
            if days > 0:
                found[agreed(item), period.starts_on] += days
    return found


def agreed(item):
    return item.subscription_id, item.price_id, item.quantity, item.share_percent


def stretches():
    """Every line that was credited or not: what it was, the days that are left of it, and what stands of it in all."""
    lines = list(InvoiceLine.objects.filter(item_id__isnull=False))
    credits_of = defaultdict(list)
    for line in lines:
        if line.kind == "CORRECTION":
            credits_of[line.credits_invoice_id, line.credits_line_no].append(line)
    for line in lines:
        if line.kind == "RECURRING":
            own = credits_of[line.invoice_id, line.line_no]
            days_left = line.days - sum(credit.days for credit in own)
            yield line, days_left, line.net_minor + sum(credit.net_minor for credit in own), len(own)


def hold(seed, count):
    play(seed, count)
    items = {item.pk: item for item in SubscriptionItem.objects.select_related("price")}
    served, wrong, credit_counts = defaultdict(int), [], []
    for line, days_left, amount, credit_count in stretches():
        item = items[line.item_id]
        place = agreed(item), line.period_from or line.service_from
        served[place] += days_left
        credit_counts.append(credit_count)
        price = Fraction(item.price.unit_price) * Fraction(item.quantity) * Fraction(item.share_percent)
        if abs(amount - price * days_left / line.base_days) > (1 if days_left else 0):
            wrong.append((place, amount, float(price * days_left / line.base_days)))
    # However often a line was credited: its own rounding and one of all its credits; nothing left of it is nothing.
    assert wrong == []
    exact = owed_days()
    assert {place: days for place, days in served.items() if days and place in exact} == exact
    assert [(one.verdict, one.starts_on) for one in check_coverage(as_of=day(LAST)).days] == []
    print(f"{len(exact)} stretches, {len(credit_counts)} lines, most credits of one line: {max(credit_counts)}")
    assert max(credit_counts) > 1


def test_whatever_changes_each_stretch_comes_to_its_price_by_its_days():
    hold(seed=5, count=8)


def test_many_credits_of_a_line_are_off_by_one_rounding_together():
    make_world()
    make_plan(price="10.00")
    paused = subscribe(make_account("ANA", cycle_day=1), starts_on="2026-01-01")
    bill("2026-01-01")
    for number in range(3, 30, 3):
        asked = {"act": make_act(reason="by chance"), "subscription_id": paused.id, "as_of": day("2026-01-01")}
        subscriptions.pause(**asked, effective_on=day(f"2026-01-{number:02}"))
        subscriptions.resume(**asked, effective_on=day(f"2026-01-{number:02}") + timedelta(days=1))
        bill(f"2026-01-{number + 1:02}")
    (credit_count,) = [count for _line, _left, amount, count in stretches() if amount == 1000 - 290]
    # Nine credits of one day, 32.26 each: rounded by themselves they would give back 288.
    assert credit_count == 9
    assert verify_documents().mismatches == ()
    *_, last = stream_derivations()
    last["lines"][0]["original"]["earlier_days"] -= 3
    assert [wrong.column for wrong in evaluate(last)] == ["amount_minor"]


@pytest.mark.soak
def test_whatever_changes_of_many_subscriptions():
    hold(seed=6, count=60)
