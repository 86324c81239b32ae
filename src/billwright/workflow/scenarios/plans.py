"""Plans of a scenario's world as the catalog takes them: shapes of a file become new charges, prices and terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from billwright.catalog.operations import NewCharge, NewPrice, PlanTerms
from billwright.catalog.rows import (
    ByValueRow,
    CallBandRow,
    CallRateRow,
    Escalation,
    NettingRow,
    PlanLimitRow,
    ServiceLevelRow,
    TierRow,
)
from billwright.catalog.states import IntervalUnit, PriceModel, Timing
from billwright.kernel.errors import Refusal
from billwright.workflow.scenarios import shapes


def new_charge(charge: shapes.Charge, *, product: str, currencies: Sequence[str], beginning: date) -> NewCharge:
    """A charge of the world with the same price in every currency of its accounts."""
    unit, count = charge.every
    return NewCharge(
        code=charge.code,
        name=charge.code,
        product=product,
        model=PriceModel(charge.model.upper()),
        interval_unit=IntervalUnit(unit),
        interval_count=count,
        timing=Timing(charge.timing.upper()),
        meter=charge.meter,
        escalation=_escalation(charge.escalate),
        conventions=dict(charge.conventions),
        prices=tuple(new_price(charge, currency=currency, valid_from=beginning) for currency in currencies),
    )


def new_price(charge: shapes.Charge, *, currency: str, valid_from: date) -> NewPrice:
    """The price that a charge of the world states."""
    return NewPrice(
        currency=currency,
        valid_from=valid_from,
        unit_price=charge.price or Decimal(0),
        per=charge.per,
        step=charge.step,
        package_size=charge.package,
        included=charge.included,
        included_records=charge.included_records,
        percent=charge.percent,
        fixed=charge.fixed,
        record_minimum=charge.min_,
        record_maximum=charge.max_,
        by_property=charge.by,
        by_values=tuple(ByValueRow(value, price) for value, price in sorted(charge.prices.items())),
        minimum=charge.minimum,
        maximum=charge.maximum,
        tiers=tiers_of(charge.tiers),
        bands=_bands(charge),
        cap=charge.cap,
    )


def tiers_of(tiers: Sequence[shapes.Tier]) -> tuple[TierRow, ...]:
    """Tiers as the catalog takes them."""
    return tuple(
        TierRow(tier.up_to, tier.unit or Decimal(0), tier.flat, tier.percent, tier.package, tier.all_) for tier in tiers
    )


def _bands(charge: shapes.Charge) -> tuple[CallBandRow, ...]:
    """The whole tariff, its bands and its prefixes: who states no rates or connect has those of the whole."""
    common = [] if not charge.rates else [CallBandRow(_rates(charge.rates), connect=charge.connect)]
    bands = [
        CallBandRow(
            rates=_rates(band.rates or charge.rates),
            name=band.name,
            days=tuple(band.days),
            dates=tuple(band.dates),
            from_time=band.from_,
            connect=charge.connect if band.connect is None else band.connect,
        )
        for band in charge.bands
    ]
    prefixes = [
        CallBandRow(
            rates=_rates(one.rates or charge.rates),
            prefix=prefix.lstrip("+"),
            connect=charge.connect if one.connect is None else one.connect,
        )
        for prefix, one in charge.prefixes.items()
    ]
    return (*common, *bands, *prefixes)


def _rates(rates: Sequence[shapes.CallRate]) -> tuple[CallRateRow, ...]:
    return tuple(CallRateRow(rate.price, rate.from_, rate.per, rate.step) for rate in rates)


def _escalation(escalate: shapes.Escalate | None) -> Escalation | None:
    if escalate is None:
        return None
    return Escalation(percent=escalate.percent, months=escalate.every[1], decimals=escalate.decimals)


def terms_of(plan: shapes.Plan, *, currencies: Sequence[str], beginning: date) -> PlanTerms:
    """What a plan of the world says beside its charges."""
    has_limits = plan.minimum is not None or plan.maximum is not None
    return PlanTerms(
        trial_unit=IntervalUnit(plan.trial[0]),
        trial_count=plan.trial[1],
        conventions=dict(plan.conventions),
        limits=tuple(
            PlanLimitRow(currency, beginning, plan.minimum, plan.maximum) for currency in currencies if has_limits
        ),
        service_levels=tuple(ServiceLevelRow(level.below, level.percent) for level in plan.sla),
        netting=_netting(plan.net),
    )


def _netting(net: shapes.Netting | None) -> NettingRow | None:
    if net is None:
        return None
    month, day = net.settle.split("-")
    return NettingRow(net.import_, net.export, int(month), int(day), net.settle_price)


def read_charge(words: str, **given: object) -> shapes.Charge:
    """A charge from what was given and from further keys in the words of a scenario file (YAML), such as `tiers`.

    Raises Refusal `charge.unreadable` with what is wrong and the key it stands at.
    """
    try:
        return shapes.Charge.model_validate({**given, **_keys(words)})
    except ValidationError as error:
        raise _unreadable(_first_of(error)) from error


def read_plan(words: str) -> shapes.Plan:
    """A plan in the words of a scenario file (YAML): `code`, `charges` and the rest. Raises `charge.unreadable`."""
    try:
        return shapes.Plan.model_validate(_keys(words))
    except ValidationError as error:
        raise _unreadable(_first_of(error)) from error


def _keys(words: str) -> dict[str, object]:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 2)
    try:
        found = yaml.load(words) if words.strip() else {}
    except YAMLError as error:
        raise _unreadable(_("This is not YAML.")) from error
    if not isinstance(found, dict):
        raise _unreadable(_("Keys and values are expected."))
    return found


def _first_of(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    says = first["msg"].removeprefix("Value error, ")
    return f"{place}: {says}" if place else says


def _unreadable(says: str) -> Refusal:
    return Refusal(
        "charge.unreadable",
        says,
        field="details",
        cure=_('Write keys as docs/prices names them, such as tiers: [{up_to: "100", unit: "0.50"}, {unit: "0.30"}].'),
    )
