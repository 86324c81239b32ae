"""Writes of prices. A price is never changed, only followed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.models import CallBand, CallRate, Price, PriceByValue, PriceTier, PriceWithdrawal
from billwright.catalog.policies import require_later_price, require_sound_price
from billwright.catalog.queries import PriceRow, dated_prices, get_charge, price_row
from billwright.catalog.rows import CallBandRow, ChargeRow, NewPrice
from billwright.catalog.states import PriceModel
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import require_valid_on


@verb("price.set", subject=lambda arguments, _: f"plan_charge:{arguments['plan_charge_id']}")
def set_price(*, act: Act, plan_charge_id: int, price: NewPrice) -> PriceRow:
    """Let a price hold from a day on. Running subscriptions take it through `subscriptions.operations.change_price`.

    Raises NotFound `charge.not_found`, what `require_sound_price` raises, Conflict `price.exists`, Refusal
    `price.older_than_last`.
    """
    found = require_settable(plan_charge_id, price)
    note_change(
        after={"unit_price": str(price.unit_price), "currency": price.currency, "scope": price.scope},
        effective_on=price.valid_from,
    )
    (made,) = add_prices([(plan_charge_id, price)], act=act, versions=found.version_count)
    return price_row(made)


@dataclass(frozen=True, slots=True)
class Settable:
    """A charge that may take a price, and how many versions of the price's scope it has."""

    charge: ChargeRow
    version_count: int


def require_settable(plan_charge_id: int, price: NewPrice) -> Settable:
    """The checks of `set_price` without setting it: a preview asks them too. Raises what `set_price` raises."""
    charge = get_charge(plan_charge_id)
    require_sound_price(PriceModel(charge.model), price)
    require_valid_on(price.currency, price.valid_from)
    known = dated_prices([plan_charge_id], [price.currency], scopes=[price.scope])
    same = [one for one in known.get((plan_charge_id, price.currency), []) if one.scope == price.scope]
    require_later_price(same, valid_from=price.valid_from)
    ever = Price.objects.filter(plan_charge_id=plan_charge_id, currency_id=price.currency, scope=price.scope)
    return Settable(charge, ever.count())


def keep_withdrawn(*, act: Act, price_id: int) -> PriceRow:
    """Note that a price of a segment, account or subscription is as if it had never been set; its row stays.

    From its day on what held before holds again, and another price may be set from that day. Raises NotFound
    `price.not_found`, Refusal `price.of_list`, Conflict `price.withdrawn`.
    """
    price = Price.objects.filter(id=price_id).first()
    if price is None:
        raise NotFound("price.not_found", _("There is no such price."), field="price_id")
    if not price.scope:
        raise Refusal(
            "price.of_list", _("A list price is followed by another, not withdrawn."), field="price_id",
            cure=_("Set the price that is right from a later day."),
        )  # fmt: skip
    _withdrawal, is_new = PriceWithdrawal.objects.get_or_create(price=price, defaults={"withdrawn_at": act.at})
    if not is_new:
        raise Conflict("price.withdrawn", _("It was withdrawn already."), field="price_id")
    return price_row(price)


@dataclass(frozen=True, slots=True)
class EscalatedPrice:
    """A price that a clause gives a subscription: the first price and the factor that it follows from."""

    price: NewPrice
    base_price_id: int
    factor: Decimal


def add_escalated_prices(
    plan_charge_id: int, escalated: Sequence[EscalatedPrice], *, act: Act
) -> dict[tuple[str, str, date], int]:
    """Prices of single subscriptions, made unless their day has one; returns ids by scope, currency and day."""
    known = Price.objects.filter(plan_charge_id=plan_charge_id, scope__in={one.price.scope for one in escalated})
    standing = known.filter(withdrawal=None)
    ids = {(one.scope, one.currency_id, one.valid_from): one.pk for one in standing}
    versions = Counter(known.values_list("scope", "currency_id"))
    rows = []
    pairs = []
    for one in sorted(escalated, key=lambda one: one.price.valid_from):
        price = one.price
        if (price.scope, price.currency, price.valid_from) in ids:
            continue
        versions[price.scope, price.currency] += 1
        row = _price(plan_charge_id, price, version=versions[price.scope, price.currency], act=act)
        row.base_price_id, row.factor = one.base_price_id, one.factor
        rows.append(row)
        pairs.append(price)
    made = Price.objects.bulk_create(rows, batch_size=2000)
    _add_parts(zip(made, pairs, strict=True))
    return ids | {(row.scope, row.currency_id, row.valid_from): row.pk for row in made}


def add_prices(prices: Sequence[tuple[int, NewPrice]], *, act: Act, versions: int = 0) -> list[Price]:
    """Write checked prices of charges, those of one charge in the order of their days, in five statements."""
    counts: dict[tuple[object, ...], int] = {}
    rows = []
    for plan_charge_id, price in prices:
        key = (plan_charge_id, price.currency, price.scope)
        counts[key] = counts.get(key, versions) + 1
        rows.append(_price(plan_charge_id, price, version=counts[key], act=act))
    made = Price.objects.bulk_create(rows)
    _add_parts(zip(made, (price for _, price in prices), strict=True))
    return made


def _price(plan_charge_id: int, price: NewPrice, *, version: int, act: Act) -> Price:
    return Price(
        plan_charge_id=plan_charge_id,
        currency_id=price.currency,
        scope=price.scope,
        valid_from=price.valid_from,
        unit_price=price.unit_price,
        per=price.per,
        step=price.step,
        package_size=price.package_size,
        included=price.included,
        included_records=price.included_records,
        rollover_periods=price.rollover_periods,
        percent=price.percent,
        fixed=price.fixed,
        record_minimum=price.record_minimum,
        record_maximum=price.record_maximum,
        by_property=price.by_property,
        minimum=price.minimum,
        maximum=price.maximum,
        cap=price.cap,
        says=price.says,
        lapses=price.lapses,
        version=version,
        recorded_at=act.at,
    )


def _add_parts(made: Iterable[tuple[Price, NewPrice]]) -> None:
    """Tiers, prices by value and call bands of new prices."""
    pairs = list(made)
    PriceTier.objects.bulk_create(
        PriceTier(
            price=row,
            tier_no=number,
            up_to=tier.up_to,
            unit_price=tier.unit_price,
            flat=tier.flat,
            percent=tier.percent,
            package_size=tier.package_size,
            is_all=tier.is_all,
        )
        for row, price in pairs
        for number, tier in enumerate(price.tiers, start=1)
    )
    PriceByValue.objects.bulk_create(
        PriceByValue(price=row, value=one.value, unit_price=one.unit_price)
        for row, price in pairs
        for one in price.by_values
    )
    bands = [(band, _band(row, band)) for row, price in pairs for band in price.bands]
    CallBand.objects.bulk_create([row for _, row in bands])
    CallRate.objects.bulk_create(
        CallRate(band=row, from_second=rate.from_second, unit_price=rate.unit_price, per=rate.per, step=rate.step)
        for band, row in bands
        for rate in band.rates
    )


def _band(price: Price, band: CallBandRow) -> CallBand:
    return CallBand(
        price=price,
        prefix=band.prefix,
        name=band.name,
        days=",".join(str(day) for day in band.days),
        dates=",".join(band.dates),
        from_time=band.from_time,
        connect=band.connect,
    )
