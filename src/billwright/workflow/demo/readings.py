"""What the demo's meters read: a month of readings for every metered subscription, as a feed would send them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from billwright.kernel.acts import Act
from billwright.subscriptions.queries import SubscriptionRow
from billwright.workflow.demo.cast import COMPANIES, METERS
from billwright.workflow.metering import UsageDraft, record_usage

BATCH = 10_000
_METERS = {meter.code: meter for meter in METERS}
_METERS_OF = {
    plan.code: tuple(charge.meter for charge in plan.charges if charge.meter)
    for company in COMPANIES
    for plan in company.plans
}


@dataclass(frozen=True, slots=True)
class Counter:
    """A meter of a subscription, and the day from which it reads."""

    subscription: str
    meter: str
    starts_on: date


def counters_of(rows: Sequence[SubscriptionRow]) -> list[Counter]:
    """The meters of the subscriptions that have some."""
    return [
        Counter(row.number, meter, row.starts_on)
        for row in rows
        if row.starts_on is not None
        for meter in _METERS_OF[row.plan_code]
    ]


def read(counters: Sequence[Counter], *, act: Act, rng: random.Random, since: date, until: date) -> int:
    """Let every counter read what happened from a day to another; returns how many readings were counted."""
    drafts = list(_readings(counters, rng, since, until))
    recorded = 0
    for begin in range(0, len(drafts), BATCH):
        recorded += record_usage(act=act, drafts=drafts[begin : begin + BATCH]).recorded_count
    return recorded


def _readings(counters: Sequence[Counter], rng: random.Random, since: date, until: date) -> Iterator[UsageDraft]:
    for counter in counters:
        begin = max(since, counter.starts_on)
        meter = _METERS[counter.meter]
        usual = rng.randint(meter.highest // 4, meter.highest)
        count = max((until - begin).days * meter.readings // 31, 0)
        for number in range(count):
            at = datetime.combine(begin, time(8)) + (until - begin) * number / count
            yield UsageDraft(
                subscription=counter.subscription,
                meter=counter.meter,
                happened_at=at,
                quantity=Decimal(rng.randint(usual // 2, usual) * 10 + number % 10) / 10,
                key=f"{counter.subscription}-{counter.meter}-{at:%Y%m%d%H%M}",
                source="demo-feed",
            )
