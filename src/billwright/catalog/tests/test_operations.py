from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from billwright.catalog import operations, queries
from billwright.catalog.models import Price, TaxRate
from billwright.catalog.rows import (
    ByValueRow,
    CallBandRow,
    CallRateRow,
    Escalation,
    NewPrice,
    PlanLimitRow,
    PlanTerms,
    ServiceLevelRow,
    TierRow,
)
from billwright.catalog.states import TaxCategory
from billwright.catalog.tests.builders import make_act, make_charge, make_entity, make_plan, make_product, price
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.org.states import TaxTreatment

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 10)


def tax_of(entity, treatment, category="STANDARD", on=TODAY):
    return queries.taxes_on(legal_entity_id=entity.id, treatment=treatment, categories=[category], on=on)[category]


def test_a_plan_keeps_its_charges_in_order_with_their_prices():
    make_product()
    plan = make_plan(charges=(make_charge(code="fee"), make_charge(code="seat", prices=(price("9.50"),))))
    assert [charge.code for charge in plan.charges] == ["fee", "seat"]
    assert queries.get_price(plan_charge_id=plan.charges[1].id, currency="ZAR", on=TODAY).unit_price == Decimal("9.5")


def test_a_refused_charge_names_its_row_and_leaves_no_plan():
    make_product()
    with pytest.raises(NotFound) as refused, transaction.atomic():
        make_plan(charges=(make_charge(), make_charge(code="seat", product="unknown")))
    assert (refused.value.field, refused.value.row) == ("product", 2)
    assert queries.list_plans() == []


def test_two_plans_of_one_code_are_refused():
    make_product()
    make_plan()
    with pytest.raises(Conflict, match="already is a plan"):
        make_plan()


def test_a_plan_without_price_is_refused_in_words():
    make_product()
    plan = make_plan(charges=(make_charge(prices=(price(valid_from="2026-02-01"),)),))
    with pytest.raises(Refusal, match="no price in ZAR on 2026-01-10"):
        queries.get_price(plan_charge_id=plan.charges[0].id, currency="ZAR", on=TODAY)


def test_a_new_price_leaves_the_old_one_in_force_until_its_day():
    make_product()
    charge = make_plan().charges[0]
    new = operations.set_price(act=make_act(), plan_charge_id=charge.id, price=price("120.00", valid_from="2026-07-01"))
    assert new.version == 2
    assert queries.get_price(plan_charge_id=charge.id, currency="ZAR", on=date(2026, 6, 30)).unit_price == 100


def test_a_repeat_under_the_same_key_makes_one_price():
    make_product()
    charge = make_plan().charges[0]
    for _ in range(2):
        operations.set_price(
            act=make_act(key="k-1"), plan_charge_id=charge.id, price=price("120", valid_from="2026-07-01")
        )
    assert len(queries.list_prices(charge.id)) == 2


def test_prices_are_append_only(as_owner):
    make_product()
    make_plan()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), as_owner():
        Price.objects.update(unit_price=1)


def test_the_database_refuses_a_second_tax_rate_of_a_day():
    operations.apply_tax_pack(act=make_act(), legal_entity_id=make_entity().id, country="ZA")
    rate = TaxRate.objects.first()
    with pytest.raises(IntegrityError, match="one_tax_rate_from_a_day"), transaction.atomic():
        TaxRate.objects.create(
            tax_code_id=rate.tax_code_id, component=rate.component, valid_from=rate.valid_from, percent=1
        )


def test_south_africa_charges_14_percent_until_march_2018_and_15_after():
    entity = make_entity()
    operations.apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country="ZA")
    assert tax_of(entity, "DOMESTIC", on=date(2018, 3, 31)).percent == 14
    assert tax_of(entity, "DOMESTIC").percent == 15
    assert tax_of(entity, "EXPORT").einvoice_category == "G"


def test_bulgaria_charges_20_percent_and_names_the_reverse_charge():
    entity = make_entity(code="VITOSHA", country="BG", currency="EUR")
    operations.apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country="BG")
    assert tax_of(entity, "DOMESTIC").percent == 20
    reverse = tax_of(entity, "REVERSE_CHARGE")
    assert (reverse.percent, reverse.einvoice_category) == (0, "AE")
    assert "Reverse charge" in reverse.reason


def test_india_splits_the_tax_within_a_state_and_not_between_states():
    entity = make_entity(code="SURYA", country="IN", currency="INR", region="KL")
    operations.apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country="IN")
    within = tax_of(entity, "INTRA_STATE")
    assert [(part.component, part.percent) for part in within.components] == [("CGST", 9), ("SGST", 9)]
    between = tax_of(entity, "INTER_STATE")
    assert [(part.component, part.percent) for part in between.components] == [("IGST", 18)]


@pytest.mark.parametrize("country", ["ZA", "BG", "IN", "none"])
def test_every_pack_answers_every_category_and_applies_once(country):
    entity = make_entity()
    operations.apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country=country)
    again = operations.apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country=country)
    assert (again.code_count, again.rate_count, again.rule_count) == (0, 0, 0)
    for treatment in ("DOMESTIC", "EXPORT", "REVERSE_CHARGE", "EXEMPT"):
        taxes = queries.taxes_on(legal_entity_id=entity.id, treatment=treatment, categories=list(TaxCategory), on=TODAY)
        assert taxes["NONE"].code == ""


def test_a_country_without_pack_is_refused_with_the_choice():
    with pytest.raises(Refusal, match="Choose one of: BG, IN, ZA, none"):
        operations.apply_tax_pack(act=make_act(), legal_entity_id=make_entity().id, country="XX")


def test_a_category_without_rule_is_refused_rather_than_untaxed():
    with pytest.raises(Refusal) as refused:
        tax_of(make_entity(), "DOMESTIC")
    assert refused.value.code == "tax.no_rule"


def test_an_own_rule_follows_the_pack_from_its_day():
    entity = make_entity()
    operations.apply_tax_pack(act=make_act(), legal_entity_id=entity.id, country="ZA")
    operations.set_tax_rule(
        act=make_act(),
        legal_entity_id=entity.id,
        tax_category=TaxCategory.REDUCED,
        tax_treatment=TaxTreatment.DOMESTIC,
        valid_from=date(2026, 2, 1),
        tax_code="ZA-VAT-0",
    )
    assert tax_of(entity, "DOMESTIC", "REDUCED").percent == 15
    assert tax_of(entity, "DOMESTIC", "REDUCED", on=date(2026, 2, 1)).percent == 0


def test_a_retired_plan_is_no_longer_offered():
    make_product()
    make_plan()
    operations.retire_plan(act=make_act(), code="basic")
    assert queries.list_plans() == []
    assert len(queries.list_plans(active_only=False)) == 1


def test_every_column_of_a_price_comes_back_as_it_was_given():
    make_product()
    given = NewPrice(
        currency="ZAR",
        valid_from=date(2025, 1, 1),
        scope="segment:gold",
        unit_price=Decimal("0.000000000001"),
        per=Decimal(10),
        step=Decimal("0.5"),
        package_size=Decimal(100),
        included=Decimal(5),
        included_records=3,
        percent=Decimal("2.5"),
        fixed=Decimal("0.3"),
        record_minimum=Decimal(1),
        record_maximum=Decimal(9),
        by_property="zone",
        by_values=(ByValueRow("EU", Decimal(2)),),
        minimum=Decimal(10),
        maximum=Decimal(20),
        tiers=(TierRow(Decimal(5), Decimal(1)), TierRow(None, flat=Decimal(3), is_all=True)),
        bands=(CallBandRow((CallRateRow(Decimal("0.6"), 0),), "27", "peak", (1, 2), ("12-25",), time(7), Decimal(1)),),
        cap=Decimal(50),
    )
    charge = make_plan(charges=(make_charge(prices=(given,)),)).charges[0]
    (row,) = queries.list_prices(charge.id)
    assert {name: getattr(row, name) for name in NewPrice.__dataclass_fields__ if name != "says"} == {
        name: getattr(given, name) for name in NewPrice.__dataclass_fields__ if name != "says"
    }


def test_terms_and_keys_of_charges_come_back_as_they_were_given():
    make_product()
    operations.create_price_index(act=make_act(), code="CPI", name="Consumer prices")
    terms = PlanTerms(
        trial_count=14,
        conventions={"zero_lines": "keep"},
        limits=(PlanLimitRow("ZAR", date(2025, 1, 1), Decimal(10), None),),
        service_levels=(ServiceLevelRow(Decimal("99.9"), Decimal(10)),),
    )
    escalation = Escalation(index="CPI", months=12, cap=Decimal(6))
    charge = replace(make_charge(), escalation=escalation, conventions={"day_count": "none"})
    plan = operations.create_plan(act=make_act(), code="gold", name="Gold", charges=(charge,), terms=terms)
    assert plan.terms == terms
    assert (plan.charges[0].escalation, plan.charges[0].conventions) == (escalation, {"day_count": "none"})


def test_a_charge_on_an_unknown_meter_is_refused_in_its_row():
    make_product()
    with pytest.raises(Refusal) as refused:
        make_plan(charges=(make_charge(), replace(make_charge(code="calls"), meter="minutes")))
    assert (refused.value.code, refused.value.field, refused.value.row) == ("meter.unknown", "meter", 2)


def test_two_prices_at_one_date_are_refused_in_a_new_plan():
    make_product()
    with pytest.raises(Conflict, match="Two prices hold from 2025-01-01"):
        make_plan(charges=(make_charge(prices=(price("1"), price("2"))),))


def test_a_negotiated_price_follows_its_own_versions_only():
    make_product()
    charge = make_plan().charges[0]
    mine = replace(price("80"), scope="account:7")
    assert operations.set_price(act=make_act(), plan_charge_id=charge.id, price=mine).version == 1
    on = {"plan_charge_id": charge.id, "currency": "ZAR", "on": TODAY}
    assert queries.get_price(**on, scopes=["account:7"]).unit_price == 80
    assert queries.get_price(**on).unit_price == 100


def test_an_index_keeps_one_published_value_a_month():
    operations.create_price_index(act=make_act(), code="CPI", name="Consumer prices")
    january = operations.IndexValue(date(2026, 1, 15), Decimal("118.4"))
    assert operations.record_index_values(act=make_act(), code="CPI", values=(january,)) == 1
    with pytest.raises(Conflict, match="has a value for 2026-01"):
        operations.record_index_values(act=make_act(), code="CPI", values=(january,))


def test_a_code_of_several_taxes_says_which_are_withheld():
    entity = make_entity()
    operations.create_tax_code(
        act=make_act(),
        code="VAT-IRPF",
        country="ES",
        name="VAT less income tax",
        components=(
            operations.NewTaxComponent("VAT", Decimal(21)),
            operations.NewTaxComponent("IRPF", Decimal(15), withheld=True),
        ),
        valid_from=date(2026, 1, 1),
    )
    operations.set_tax_rule(
        act=make_act(),
        legal_entity_id=entity.id,
        tax_category="FREELANCE",
        tax_treatment=TaxTreatment.DOMESTIC,
        valid_from=date(2026, 1, 1),
        tax_code="VAT-IRPF",
    )
    found = tax_of(entity, "DOMESTIC", "FREELANCE")
    assert found.percent == 21
    assert [part.component for part in found.components if part.withheld] == ["IRPF"]


@pytest.mark.parametrize("category", ["", "reduced", "1ST", "A" * 21])
def test_a_category_is_a_word_in_capitals(category):
    with pytest.raises(Refusal) as refused:
        operations.create_product(act=make_act(), code="x", name="X", tax_category=category)
    assert refused.value.code == "tax_category.name"


@pytest.mark.parametrize("components", [(), (("VAT", -1),), (("VAT", 1000),), (("VAT", 1), ("VAT", 2))])
def test_a_tax_code_of_no_or_twice_the_same_tax_is_refused(components):
    with pytest.raises(Refusal, match="tax"):
        operations.create_tax_code(
            act=make_act(),
            code="X",
            country="ZA",
            name="X",
            components=tuple(operations.NewTaxComponent(name, Decimal(percent)) for name, percent in components),
            valid_from=date(2026, 1, 1),
        )
