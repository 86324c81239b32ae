"""Reads of prices, effective-dated."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from billwright.catalog.models import CallBand, Price, PriceTier
from billwright.catalog.policies import DatedPrice
from billwright.catalog.rows import ByValueRow, CallBandRow, CallRateRow, PriceRow, TierRow
from billwright.kernel.errors import Refusal

_PLAIN = (
    "unit_price", "per", "step", "package_size", "included", "included_records", "rollover_periods", "percent", "fixed",
    "record_minimum", "record_maximum", "by_property", "minimum", "maximum", "cap", "factor", "says",
    "lapses",
)  # fmt: skip


def _whole_prices() -> QuerySet[Price]:
    return Price.objects.prefetch_related("tiers", "by_values", "bands__rates")


def _standing_prices() -> QuerySet[Price]:
    """Whole prices that were not withdrawn: of those a price list is made."""
    return _whole_prices().filter(withdrawal=None)


def price_row(price: Price) -> PriceRow:
    """A price with its tiers, values and bands; fetches them unless they were prefetched."""
    return PriceRow(
        id=price.pk,
        plan_charge_id=price.plan_charge_id,
        currency=price.currency_id,
        scope=price.scope,
        valid_from=price.valid_from,
        version=price.version,
        base_price_id=price.base_price_id,
        by_values=tuple(
            ByValueRow(one.value, one.unit_price) for one in sorted(price.by_values.all(), key=lambda one: one.value)
        ),
        tiers=tuple(_tier_row(tier) for tier in sorted(price.tiers.all(), key=lambda tier: tier.tier_no)),
        bands=tuple(_band_row(band) for band in sorted(price.bands.all(), key=lambda band: band.pk)),
        **{name: getattr(price, name) for name in _PLAIN},
    )


def _tier_row(tier: PriceTier) -> TierRow:
    return TierRow(tier.up_to, tier.unit_price, tier.flat, tier.percent, tier.package_size, tier.is_all)


def _band_row(band: CallBand) -> CallBandRow:
    return CallBandRow(
        rates=tuple(
            CallRateRow(rate.unit_price, rate.from_second, rate.per, rate.step)
            for rate in sorted(band.rates.all(), key=lambda rate: rate.from_second)
        ),
        prefix=band.prefix,
        name=band.name,
        days=tuple(int(day) for day in band.days.split(",") if day),
        dates=tuple(day for day in band.dates.split(",") if day),
        from_time=band.from_time,
        connect=band.connect,
    )


def list_prices(plan_charge_id: int) -> list[PriceRow]:
    """All prices of a charge that were not withdrawn, by scope and currency, the oldest first."""
    prices = _standing_prices().filter(plan_charge_id=plan_charge_id).order_by("scope", "currency_id", "valid_from")
    return [price_row(price) for price in prices]


def prices_by_id(ids: Collection[int]) -> dict[int, PriceRow]:
    """Prices of the given ids: what the derivation of a line names."""
    return {price.pk: price_row(price) for price in _whole_prices().filter(id__in=ids)}


def list_plan_prices(plan_id: int) -> list[PriceRow]:
    """Prices of a plan but those of single subscriptions, by charge, currency and scope, the newest first."""
    prices = _standing_prices().filter(plan_charge__plan_id=plan_id).exclude(scope__startswith="subscription:")
    return [price_row(price) for price in prices.order_by("plan_charge_id", "currency_id", "scope", "-valid_from")]


def get_price(*, plan_charge_id: int, currency: str, on: date, scopes: Collection[str] = ()) -> PriceRow:
    """The price that holds on a day in the first of the scopes that has one, else in the book.

    Raises Refusal `plan.no_price`.
    """
    for scope in (*scopes, ""):
        price = (
            _standing_prices()
            .filter(plan_charge_id=plan_charge_id, currency_id=currency, scope=scope, valid_from__lte=on)
            .order_by("-valid_from")
            .first()
        )
        if price is not None and not price.lapses:
            return price_row(price)
    raise no_price(currency=currency, on=on)


def dated_prices(
    plan_charge_ids: Collection[int], currencies: Collection[str], *, scopes: Collection[str] = ()
) -> dict[tuple[int, str], list[DatedPrice]]:
    """All price versions of the book and of the scopes that stand, by (charge, currency), in one query."""
    found: dict[tuple[int, str], list[DatedPrice]] = {}
    prices = Price.objects.filter(plan_charge_id__in=plan_charge_ids, currency_id__in=currencies, withdrawal=None)
    for price in prices.filter(Q(scope="") | Q(scope__in=list(scopes))):
        dated = DatedPrice(price.pk, price.valid_from, price.unit_price, price.scope, price.lapses)
        found.setdefault((price.plan_charge_id, price.currency_id), []).append(dated)
    return found


def no_price(*, currency: str, on: date, charge: str = "", row: int | None = None) -> Refusal:
    """The refusal of a plan that has no price in a currency on a day."""
    return Refusal(
        "plan.no_price",
        _("%(charge)s has no price in %(currency)s on %(day)s.")
        % {"charge": charge or _("The charge"), "currency": currency, "day": on},
        field="plan",
        row=row,
        cure=_("Set a price that holds from that day."),
    )
