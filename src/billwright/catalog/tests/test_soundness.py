"""Each rule a price is refused by, with the field, the place and a cure."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from billwright.catalog.policies import require_sound_charge, require_sound_price, require_sound_terms
from billwright.catalog.rows import (
    ByValueRow,
    CallBandRow,
    CallRateRow,
    Escalation,
    NewCharge,
    NewPrice,
    PlanLimitRow,
    PlanTerms,
    ServiceLevelRow,
    TierRow,
)
from billwright.catalog.states import PriceModel
from billwright.kernel.errors import Refusal

PRICE = NewPrice(currency="ZAR", valid_from=date(2026, 1, 1), unit_price=Decimal("1.5"))
RATES = (CallRateRow(Decimal("0.60")),)


def tiers(*ends):
    return tuple(TierRow(None if end is None else Decimal(end), Decimal(1)) for end in ends)


def refused(model=PriceModel.FLAT, **changes):
    with pytest.raises(Refusal) as found:
        require_sound_price(model, replace(PRICE, **changes))
    assert found.value.cure
    return found.value.code, found.value.field, found.value.row


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit_price": Decimal(-1)}, ("price.negative", "unit_price", None)),
        ({"unit_price": Decimal(10) ** 18}, ("price.too_large", "unit_price", None)),
        ({"unit_price": Decimal("NaN")}, ("price.too_large", "unit_price", None)),
        ({"unit_price": Decimal("0.0000000000001")}, ("price.too_precise", "unit_price", None)),
        ({"included": Decimal(10) ** 18}, ("price.too_large", "included", None)),
        ({"included": Decimal("0.0000001")}, ("price.too_precise", "included", None)),
        ({"per": Decimal(0)}, ("price.size", "per", None)),
        ({"percent": Decimal(101)}, ("price.percent", "percent", None)),
        ({"percent": Decimal(-1)}, ("price.percent", "percent", None)),
        ({"scope": "customer:1"}, ("price.scope", "scope", None)),
        ({"minimum": Decimal(5), "maximum": Decimal(4)}, ("price.limits", "minimum", None)),
        ({"by_values": (ByValueRow("EU", Decimal(1)),)}, ("price.by_value", "by_property", None)),
    ],
)
def test_a_price_is_refused_by_its_numbers(changes, expected):
    assert refused(**changes) == expected


@pytest.mark.parametrize(
    ("ends", "code", "row"),
    [
        ((), "tiers.missing", None),
        (("100", "50", None), "tiers.unordered", 2),
        (("100", "100", None), "tiers.overlap", 2),
        ((None, "100"), "tiers.overlap", 1),
        (("0", None), "tiers.unordered", 1),
        (("100", "200"), "tiers.gap", 2),
    ],
)
@pytest.mark.parametrize("model", [PriceModel.GRADUATED, PriceModel.VOLUME])
def test_tiers_rise_without_overlap_and_end_open(model, ends, code, row):
    assert refused(model, tiers=tiers(*ends)) == (code, "tiers", row)


def test_a_tier_names_its_place_when_a_number_of_it_is_wrong():
    wrong = (*tiers("100"), TierRow(None, Decimal(1), percent=Decimal(200)))
    assert refused(PriceModel.GRADUATED, tiers=wrong) == ("price.percent", "percent", 2)


def test_a_tier_is_priced_one_way():
    wrong = (TierRow(None, Decimal(1), percent=Decimal(2)),)
    assert refused(PriceModel.VOLUME, tiers=wrong)[0] == "tiers.two_ways"


@pytest.mark.parametrize(
    ("bands", "code"),
    [
        ((), "call.no_rate"),
        ((CallBandRow(()),), "call.no_rate"),
        ((CallBandRow(RATES), CallBandRow(RATES)), "call.band_twice"),
        ((CallBandRow(RATES, prefix="+27"),), "call.prefix"),
        ((CallBandRow(RATES, days=(0,), from_time=time(18)),), "call.days"),
        ((CallBandRow(RATES, dates=("25-12",)),), "call.dates"),
        ((CallBandRow((CallRateRow(Decimal(1), from_second=60),)),), "call.rates"),
    ],
)
def test_a_call_tariff_is_refused_by_its_bands(bands, code):
    assert refused(PriceModel.CALL, bands=bands)[0] == code


def test_models_ask_for_what_they_reckon_with():
    assert refused(PriceModel.PACKAGE)[:2] == ("package.missing", "package_size")
    assert refused(PriceModel.PERCENTAGE)[:2] == ("percent.missing", "percent")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"model": PriceModel.CALL}, "charge.meter_missing"),
        ({"conventions": {"day_count": "lunar"}}, "convention.unknown_value"),
        ({"conventions": {"moon": "full"}}, "convention.unknown_option"),
        ({"escalation": Escalation()}, "escalation.one_way"),
        ({"escalation": Escalation(percent=Decimal(2), months=0)}, "escalation.range"),
        ({"escalation": Escalation(percent=Decimal(-100))}, "escalation.percent"),
        ({"escalation": Escalation(index="CPI", cap=Decimal(2), floor=Decimal(3))}, "escalation.cap"),
    ],
)
def test_a_charge_is_refused_in_its_row(changes, code):
    with pytest.raises(Refusal) as found:
        require_sound_charge(replace(NewCharge("fee", "Fee", "hosting"), **changes), row=3)
    assert (found.value.code, found.value.row) == (code, 3)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (PlanTerms(trial_count=-1), "plan.trial"),
        (PlanTerms(limits=(PlanLimitRow("ZAR", date(2026, 1, 1), Decimal(2), Decimal(1)),)), "price.limits"),
        (PlanTerms(service_levels=(ServiceLevelRow(Decimal(101), Decimal(10)),)), "sla.percent"),
        (PlanTerms(service_levels=(ServiceLevelRow(Decimal(99), Decimal(10)),) * 2), "sla.twice"),
    ],
)
def test_terms_of_a_plan_are_refused(terms, code):
    with pytest.raises(Refusal) as found:
        require_sound_terms(terms)
    assert found.value.code == code


def test_what_is_sound_passes():
    require_sound_price(PriceModel.FLAT, PRICE)
    require_sound_price(PriceModel.GRADUATED, replace(PRICE, tiers=tiers("100", "200", None)))
    require_sound_price(PriceModel.CALL, replace(PRICE, bands=(CallBandRow(RATES),)))
    require_sound_charge(NewCharge("fee", "Fee", "hosting", escalation=Escalation(percent=Decimal(-2))))
