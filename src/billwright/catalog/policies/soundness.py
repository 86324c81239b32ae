"""Whether a price can be reckoned with: its numbers in range, its tiers in order, what its model asks for present.

Every refusal names the field, the place (`row`: a tier, value or band of a price, or the charge of a plan) and a cure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.rows import (
    CallBandRow,
    CallRateRow,
    Escalation,
    NewCharge,
    NewPrice,
    PlanTerms,
    TierRow,
)
from billwright.catalog.states import PriceModel
from billwright.kernel.errors import Refusal
from billwright.org import conventions

MAGNITUDE_MAX = Decimal(10) ** 18
PRICE_PLACES = 12
QUANTITY_PLACES = 6
ROLLOVER_PERIODS_MAX = 120
PERCENT_MAX = Decimal(100)
# A service level and an index may promise or move more than the whole.
STEP_PERCENT_MAX = Decimal(1000)
TIERED = (PriceModel.GRADUATED, PriceModel.VOLUME)
_DATE = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_SCOPE = re.compile(r"|segment:.+|account:[1-9]\d*|subscription:[1-9]\d*")


def require_sound_charge(charge: NewCharge, *, row: int | None = None) -> None:
    """Refuse a charge whose options, escalation or prices cannot be carried out; `row` is its place in the plan.

    Raises Refusal `charge.meter_missing`, `escalation.*`, `convention.*` and what `require_sound_price` raises.
    """
    if charge.model == PriceModel.CALL and not charge.meter:
        raise Refusal(
            "charge.meter_missing",
            _("Charge %(code)s prices calls, so it needs a meter.") % {"code": charge.code},
            field="meter",
            row=row,
            cure=_("Name the meter that counts them."),
        )
    require_conventions(charge.conventions, row=row)
    if charge.escalation is not None:
        _require_escalation(charge.escalation, row=row)
    for price in charge.prices:
        require_sound_price(charge.model, price, row=row)


def require_conventions(chosen: Mapping[str, str], *, row: int | None = None) -> None:
    """Refuse options and values that do not exist or are not carried out, naming the option."""
    for option, value in chosen.items():
        try:
            conventions.require_known(option, value)
            conventions.require_of_prices(option)
        except Refusal as refusal:
            raise Refusal(refusal.code, refusal.message, field="conventions", row=row, cure=refusal.cure) from refusal


def require_sound_price(model: PriceModel, price: NewPrice, *, row: int | None = None) -> None:
    """Refuse a price that its model cannot reckon with.

    Raises Refusal, in this order: `price.negative`, `price.too_large`, `price.too_precise`, `price.percent`,
    `price.limits`, `price.scope`, `price.lapse_of_list`, `price.by_value`, `package.missing`, `percent.missing`,
    `tiers.*`, `call.*`.
    """
    _require_numbers(price, row)
    require_sound_scope(price.scope, row=row)
    if price.lapses:
        _require_lapse(price, row)
        return
    _require_limits(price, row)
    _require_by_values(price, row)
    if model == PriceModel.PACKAGE and price.package_size is None:
        raise Refusal(
            "package.missing", _("A package has a size."), field="package_size", row=row,
            cure=_("Say how many units a package holds."),
        )  # fmt: skip
    if model == PriceModel.PERCENTAGE and price.percent is None:
        raise Refusal(
            "percent.missing", _("A percentage price says how many percent."), field="percent", row=row,
            cure=_("Give a percentage from 0 to 100."),
        )  # fmt: skip
    if model in TIERED:
        _require_tiers(price.tiers, row)
    if model == PriceModel.CALL:
        _require_call(price.bands, row)


def _require_lapse(price: NewPrice, row: int | None) -> None:
    if not price.scope:
        raise Refusal(
            "price.lapse_of_list", _("The list price never lapses: nothing wider would hold."), field="scope", row=row,
            cure=_("Name the segment, account or subscription whose price ends."),
        )  # fmt: skip


def require_sound_scope(scope: str, *, row: int | None = None) -> None:
    """Refuse a scope that names neither a segment, an account nor a subscription. Raises Refusal `price.scope`."""
    if not _SCOPE.fullmatch(scope):
        raise Refusal(
            "price.scope",
            _("A price holds for all, a segment, an account or a subscription, not for %(scope)s.") % {"scope": scope},
            field="scope",
            row=row,
            cure=_("Leave it empty, or write segment:CODE, account:ID or subscription:ID."),
        )


def _require_numbers(price: NewPrice, row: int | None) -> None:
    for field in ("unit_price", "fixed", "record_minimum", "record_maximum", "minimum", "maximum", "cap"):
        _require_amount(getattr(price, field), field, row)
    for field in ("per", "step", "package_size"):
        _require_size(getattr(price, field), field, row)
    _require_amount(price.included, "included", row, places=QUANTITY_PLACES)
    if price.included_records is not None and not 0 <= price.included_records < 2**31:
        raise _negative("included_records", row)
    if not 0 <= price.rollover_periods <= ROLLOVER_PERIODS_MAX:
        raise _negative("rollover_periods", row)
    _require_percent(price.percent, "percent", row)


def _require_amount(value: Decimal | None, field: str, row: int | None, *, places: int = PRICE_PLACES) -> None:
    if value is None:
        return
    if not value.is_finite() or abs(value) >= MAGNITUDE_MAX:
        raise Refusal(
            "price.too_large", _("A price or quantity stays below 10^18."), field=field, row=row,
            cure=_("Give a smaller number, or price larger units."),
        )  # fmt: skip
    if value < 0:
        raise _negative(field, row)
    exponent = value.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > places:
        raise Refusal(
            "price.too_precise",
            _("%(value)s has more than %(places)s decimal places.") % {"value": f"{value:f}", "places": places},
            field=field,
            row=row,
            cure=_("Give at most %(places)s places, or a price for more units.") % {"places": places},
        )


def _negative(field: str, row: int | None) -> Refusal:
    return Refusal("price.negative", _("A price is not negative."), field=field, row=row, cure=_("Give 0 or more."))


def _require_size(value: Decimal | None, field: str, row: int | None) -> None:
    _require_amount(value, field, row, places=QUANTITY_PLACES)
    if value is not None and value <= 0:
        raise Refusal(
            "price.size", _("A size is above zero."), field=field, row=row, cure=_("Give a number above 0.")
        )  # fmt: skip


def _require_percent(
    value: Decimal | None, field: str, row: int | None, *, most: Decimal = PERCENT_MAX, words: str = "price.percent"
) -> None:
    if value is None:
        return
    if not value.is_finite() or not 0 <= value <= most:
        raise Refusal(
            words, _("A percentage lies between 0 and %(most)s.") % {"most": most}, field=field, row=row,
            cure=_("Give a percentage of that range, such as 15."),
        )  # fmt: skip
    _require_amount(value, field, row)


def _require_limits(price: NewPrice, row: int | None) -> None:
    for least, most in (("minimum", "maximum"), ("record_minimum", "record_maximum")):
        low, high = getattr(price, least), getattr(price, most)
        if low is not None and high is not None and low > high:
            raise Refusal(
                "price.limits", _("The minimum lies above the maximum."), field=least, row=row,
                cure=_("Give a minimum of at most %(maximum)s.") % {"maximum": f"{high:f}"},
            )  # fmt: skip


def _require_by_values(price: NewPrice, row: int | None) -> None:
    seen: set[str] = set()
    for place, one in enumerate(price.by_values, start=1):
        _require_amount(one.unit_price, "by_values", row or place)
        if not one.value or one.value in seen:
            raise Refusal(
                "price.by_value", _("Each value has one price."), field="by_values", row=row or place,
                cure=_("Name a value once."),
            )  # fmt: skip
        seen.add(one.value)
    if price.by_values and not price.by_property:
        raise Refusal(
            "price.by_value", _("Prices by value name the property of the usage that decides."), field="by_property",
            row=row, cure=_("Name the property."),
        )  # fmt: skip


def _require_tiers(tiers: tuple[TierRow, ...], row: int | None) -> None:
    """Tiers rise, and the last one has no end: a quantity beyond all tiers would have no price."""
    if not tiers:
        raise Refusal(
            "tiers.missing", _("This model has tiers."), field="tiers", row=row, cure=_("Give at least one tier.")
        )
    reached = Decimal(0)
    for place, tier in enumerate(tiers, start=1):
        _require_tier_numbers(tier, place, row)
        if tier.up_to is None:
            if place < len(tiers):
                raise _tier_refusal(
                    "tiers.overlap", place, row,
                    _("Tier %(place)s has no end, so the next one overlaps it.") % {"place": place},
                    _("Only the last tier has no end."),
                )  # fmt: skip
        elif tier.up_to <= reached:
            raise _tier_refusal(
                "tiers.unordered" if tier.up_to < reached or place == 1 else "tiers.overlap", place, row,
                _("Tier %(place)s ends at %(end)s, not above %(before)s where it begins.")
                % {"place": place, "end": f"{tier.up_to:f}", "before": f"{reached:f}"},
                _("Order the tiers by where they end; each ends above the one before."),
            )  # fmt: skip
        else:
            reached = tier.up_to
    if tiers[-1].up_to is not None:
        raise _tier_refusal(
            "tiers.gap", len(tiers), row,
            _("The last tier ends at %(end)s; a larger quantity would have no price.") % {"end": f"{reached:f}"},
            _("Leave the end of the last tier open."),
        )  # fmt: skip


def _require_tier_numbers(tier: TierRow, place: int, row: int | None) -> None:
    where = row or place
    _require_amount(tier.up_to, "up_to", where, places=QUANTITY_PLACES)
    _require_amount(tier.unit_price, "unit_price", where)
    _require_amount(tier.flat, "flat", where)
    _require_size(tier.package_size, "package_size", where)
    _require_percent(tier.percent, "percent", where)
    if tier.percent is not None and (tier.unit_price or tier.package_size is not None):
        raise _tier_refusal(
            "tiers.two_ways", place, row,
            _("Tier %(place)s is priced both by percent and by unit.") % {"place": place},
            _("Give one of the two."),
        )  # fmt: skip


def _tier_refusal(code: str, place: int, row: int | None, message: str, cure: str) -> Refusal:
    return Refusal(code, message, field="tiers", row=row or place, cure=cure)


def _require_call(bands: tuple[CallBandRow, ...], row: int | None) -> None:
    if not bands:
        raise Refusal(
            "call.no_rate", _("A call tariff has a rate."), field="bands", row=row,
            cure=_("Give rates, bands or prefixes with rates."),
        )  # fmt: skip
    seen: set[tuple[object, ...]] = set()
    for place, band in enumerate(bands, start=1):
        where = row or place
        key = (band.prefix, band.days, band.dates, band.from_time)
        if key in seen:
            raise Refusal(
                "call.band_twice", _("Two bands hold at the same times."), field="bands", row=where,
                cure=_("Give each its own prefix, days, dates or beginning."),
            )  # fmt: skip
        seen.add(key)
        _require_band(band, where)


def _require_band(band: CallBandRow, where: int) -> None:
    _require_amount(band.connect, "connect", where)
    checks: tuple[tuple[bool, str, str, str, str], ...] = (
        (not band.prefix or band.prefix.isdecimal(), "call.prefix", "prefix", _("A prefix is digits."), _("Write 27.")),
        (all(1 <= day <= 7 for day in band.days), "call.days", "days",
         _("Days are 1 (Monday) to 7 (Sunday)."), _("Give numbers from 1 to 7.")),
        (all(map(_DATE.fullmatch, band.dates)), "call.dates", "dates", _("A date is month and day."),
         _("Write 12-25.")),
        (bool(band.rates), "call.no_rate", "rates",
         _("A band without a rate would leave its calls unrated."), _("Give it at least one rate.")),
        (_starts_at_zero_once(band.rates), "call.rates", "rates",
         _("Rates begin at second 0, each at its own second."), _("Begin the first rate at 0, name no second twice.")),
    )  # fmt: skip
    for holds, code, field, message, cure in checks:
        if not holds:
            raise Refusal(code, message, field=field, row=where, cure=cure)
    for rate in band.rates:
        _require_amount(rate.unit_price, "rates", where)
        _require_size(rate.per, "per", where)
        _require_size(rate.step, "step", where)


def _starts_at_zero_once(rates: tuple[CallRateRow, ...]) -> bool:
    seconds = [rate.from_second for rate in rates]
    return not seconds or (min(seconds) == 0 and len(set(seconds)) == len(seconds))


def _require_escalation(escalation: Escalation, *, row: int | None) -> None:
    if (escalation.percent is None) == (not escalation.index):
        raise Refusal(
            "escalation.one_way", _("A price escalates by a percentage or by an index."), field="escalate", row=row,
            cure=_("Give one of the two."),
        )  # fmt: skip
    if not 1 <= escalation.months <= 120 or not 0 <= escalation.decimals <= PRICE_PLACES:
        raise Refusal(
            "escalation.range", _("A price escalates every 1 to 120 months, to 0 to 12 decimals."), field="escalate",
            row=row, cure=_("Give numbers of these ranges."),
        )  # fmt: skip
    for field in ("percent", "cap", "floor"):
        value: Decimal | None = getattr(escalation, field)
        # A price may also fall: a negative step, but never below nothing.
        least_met = value is None or value > -PERCENT_MAX
        _require_percent(
            abs(value) if value is not None and least_met else value, field, row,
            most=STEP_PERCENT_MAX, words="escalation.percent",
        )  # fmt: skip
    if escalation.cap is not None and escalation.floor is not None and escalation.floor > escalation.cap:
        raise Refusal(
            "escalation.cap", _("The floor lies above the cap."), field="escalate", row=row,
            cure=_("Give a floor of at most %(cap)s.") % {"cap": f"{escalation.cap:f}"},
        )  # fmt: skip


def require_sound_terms(terms: PlanTerms) -> None:
    """Refuse what a plan cannot promise. Raises Refusal `plan.trial`, `convention.*`, `price.limits`, `sla.*`."""
    if not 0 <= terms.trial_count <= 3660:
        raise Refusal(
            "plan.trial", _("A trial lasts from 0 to 3660 days or months."), field="trial", cure=_("Shorten it.")
        )
    require_conventions(terms.conventions)
    for place, limit in enumerate(terms.limits, start=1):
        _require_amount(limit.minimum, "minimum", place)
        _require_amount(limit.maximum, "maximum", place)
        if limit.minimum is not None and limit.maximum is not None and limit.minimum > limit.maximum:
            raise Refusal(
                "price.limits", _("The minimum lies above the maximum."), field="minimum", row=place,
                cure=_("Give a minimum of at most %(maximum)s.") % {"maximum": f"{limit.maximum:f}"},
            )  # fmt: skip
    if len({level.below for level in terms.service_levels}) < len(terms.service_levels):
        raise Refusal(
            "sla.twice", _("Two service levels begin at the same uptime."), field="sla", cure=_("Give each its own.")
        )
    for place, level in enumerate(terms.service_levels, start=1):
        _require_percent(level.below, "below", place, words="sla.percent")
        _require_percent(level.percent, "percent", place, words="sla.percent")
    if terms.netting is not None:
        _require_amount(terms.netting.settle_price, "settle_price", None)
