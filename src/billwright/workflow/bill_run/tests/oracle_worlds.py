"""Prices of every shape for the worlds of the oracle, and the same prices as the oracle is told of them."""

from dataclasses import replace
from datetime import time
from decimal import Decimal
from fractions import Fraction
from random import Random

from billwright.catalog.models import Price
from billwright.catalog.operations import NewPrice
from billwright.catalog.rows import CallBandRow, CallRateRow, TierRow
from billwright.catalog.states import PriceModel
from billwright.workflow.bill_run.tests import oracle_prices, usage_oracle
from billwright.workflow.bill_run.tests.builders import day

STEPS = "STEPS"  # Per unit, each record in started steps.


def some_decimal(random: Random, below: int, places: int) -> Decimal:
    return Decimal(random.randrange(1, below)).scaleb(-places)


def some_fee(random: Random, currency: str, model: str) -> NewPrice:
    """A price of a fee, now and then with a minimum that some quantities reach and others do not."""
    price = some_price(random, currency, model)
    own = Random(repr(price))
    return replace(price, minimum=some_decimal(own, 10**5, 1)) if own.random() < 0.5 else price


def some_price(random: Random, currency: str, model: str) -> NewPrice:
    """A price of every shape that its model can have."""
    base = {"currency": currency, "valid_from": day("2020-01-01")}
    unit = {"unit_price": some_decimal(random, 10**7, 4)}
    included = {"included": random.choice((Decimal(0), some_decimal(random, 9000, 3)))}
    if model == PriceModel.FLAT:
        return NewPrice(**base, **unit)
    if model == PriceModel.PER_UNIT:
        return NewPrice(**base, **unit, **included, per=random.choice((Decimal(1), Decimal(3), Decimal(1000))))
    if model == STEPS:
        step, per = random.choice(((Decimal(6), Decimal(60)), (Decimal("0.5"), Decimal(1))))
        return NewPrice(**base, **unit, **included, step=step, per=per)
    if model == PriceModel.CALL:
        return NewPrice(**base, bands=_bands(random), cap=random.choice((None, some_decimal(random, 900, 1))))
    if model == PriceModel.PERCENTAGE:
        return NewPrice(
            **base, **included, percent=some_decimal(random, 400, 2),
            fixed=random.choice((Decimal(0), Decimal("0.25"))),
            record_minimum=random.choice((None, Decimal("0.5"))), record_maximum=random.choice((None, Decimal(3))),
            included_records=random.choice((None, 1, 5)),
        )  # fmt: skip
    if model == PriceModel.PACKAGE:
        return NewPrice(**base, **unit, **included, package_size=some_decimal(random, 90, 1))
    return NewPrice(**base, **included, tiers=_tiers(random, whole=model == PriceModel.GRADUATED))


def _bands(random: Random) -> tuple[CallBandRow, ...]:
    """The charge's own rates, evenings of working days, and weekends."""
    own = CallBandRow(rates=(_rate(random), _rate(random, from_second=60)), connect=some_decimal(random, 900, 3))
    others = [
        CallBandRow(name=name, days=days, from_time=begins, rates=(_rate(random),), connect=some_decimal(random, 90, 2))
        for name, days, begins in (("evening", (1, 2, 3, 4, 5), time(18)), ("weekend", (6, 7), time()))
    ]
    return own, *others


def _rate(random: Random, *, from_second: int = 0) -> CallRateRow:
    step = random.choice((Decimal(6), Decimal(30), Decimal(60)))
    return CallRateRow(some_decimal(random, 10**6, 4), from_second=from_second, per=Decimal(60), step=step)


def _tiers(random: Random, *, whole: bool) -> tuple[TierRow, ...]:
    bounds = sorted(random.sample(range(1, 60), random.randrange(1, 4)))
    return tuple(_tier(random, Decimal(up_to) if up_to else None, whole=whole) for up_to in (*bounds, None))


def _tier(random: Random, up_to: Decimal | None, *, whole: bool) -> TierRow:
    tier = TierRow(
        up_to=up_to,
        flat=random.choice((Decimal(0), some_decimal(random, 9000, 2))),
        is_all=whole and random.random() < 0.2,
    )
    if random.random() < 0.25:
        return replace(tier, percent=some_decimal(random, 900, 1))
    return replace(
        tier,
        unit_price=some_decimal(random, 10**6, 12),
        package_size=random.choice((None, None, some_decimal(random, 90, 1))),
    )


def agreed_price(price: Price, model: str) -> oracle_prices.Price:
    return oracle_prices.Price(
        model=model,
        unit=Fraction(price.unit_price),
        per=Fraction(price.per),
        package=_fraction(price.package_size),
        included=Fraction(price.included),
        tiers=tuple(
            oracle_prices.Tier(
                up_to=_fraction(tier.up_to), unit=Fraction(tier.unit_price), flat=Fraction(tier.flat),
                percent=_fraction(tier.percent), package=_fraction(tier.package_size), whole=tier.is_all,
            )
            for tier in price.tiers.order_by("tier_no")
        ),
        step=_fraction(price.step),
        percentage=_agreed_percentage(price) if model == PriceModel.PERCENTAGE else None,
        call=_agreed_call(price) if model == PriceModel.CALL else None,
    )  # fmt: skip


def _agreed_percentage(price: Price) -> oracle_prices.Percentage:
    return oracle_prices.Percentage(
        percent=Fraction(price.percent),
        fixed=Fraction(price.fixed),
        least=_fraction(price.record_minimum),
        most=_fraction(price.record_maximum),
        included_records=price.included_records,
    )


def _agreed_call(price: Price) -> oracle_prices.Call:
    own, *bands = [
        usage_oracle.Band(
            rates=tuple(
                (Fraction(rate.from_second), Fraction(rate.unit_price), Fraction(rate.per), Fraction(rate.step))
                for rate in band.rates.order_by("from_second")
            ),
            connect=Fraction(band.connect),
            days=frozenset(int(day) for day in band.days.split(",") if day),
            begins=band.from_time or time(),
        )
        for band in price.bands.order_by("id")
    ]
    return oracle_prices.Call(own.rates, own.connect, tuple(bands), _fraction(price.cap))


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)
