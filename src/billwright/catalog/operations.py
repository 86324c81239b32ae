"""Writes of the catalog: one verb a function. A price or rate is never changed, only followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from billwright.catalog.models import Plan, PlanCharge, Price, Product, TaxCode, TaxRate, TaxRule
from billwright.catalog.policies import require_interval, require_later_price
from billwright.catalog.queries import PlanRow, PriceRow, ProductRow, dated_prices, get_plan, price_row, product_row
from billwright.catalog.states import IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.catalog.tax_packs import TaxPack, tax_pack
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import require_valid_on
from billwright.org.states import TaxTreatment


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A price in major units (up to 12 decimals) from a day on."""

    currency: str
    valid_from: date
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class NewCharge:
    """A charge of a new plan. Quarters and years are 3 and 12 months."""

    code: str
    name: str
    product: str
    model: PriceModel = PriceModel.FLAT
    interval_unit: IntervalUnit = IntervalUnit.MONTH
    interval_count: int = 1
    timing: Timing = Timing.ADVANCE
    prices: tuple[NewPrice, ...] = ()


@dataclass(frozen=True, slots=True)
class TaxPackResult:
    """What a tax pack added; rows that were there already stay as they are."""

    legal_entity_id: int
    code_count: int
    rate_count: int
    rule_count: int


@verb("product.create", subject=lambda arguments, _: f"product:{arguments['code']}")
def create_product(
    *,
    act: Act,
    code: str,
    name: str,
    family: str = "services",
    tax_category: TaxCategory = TaxCategory.STANDARD,
    tax_classification: str = "",
) -> ProductRow:
    """Add something to sell. `family` decides the revenue account; `tax_classification` is an HSN or SAC code.

    Raises Refusal `product.unnamed`, Conflict `product.exists`.
    """
    if not code.strip() or not name.strip():
        raise Refusal("product.unnamed", _("A product has a code and a name."), field="code")
    if Product.objects.filter(code=code).exists():
        raise Conflict("product.exists", _("There already is a product %(code)s.") % {"code": code}, field="code")
    product = Product.objects.create(
        code=code, name=name, family=family, tax_category=tax_category, tax_classification=tax_classification
    )
    note_change(after={"name": name, "family": family, "tax_category": tax_category})
    return product_row(product)


@verb("plan.create", subject=lambda arguments, _: f"plan:{arguments['code']}")
def create_plan(
    *,
    act: Act,
    code: str,
    name: str,
    charges: tuple[NewCharge, ...],
    description: str = "",
    legal_entity_id: int | None = None,
) -> PlanRow:
    """Add a plan with its charges and their first prices. A plan without a price may stand, but not be subscribed to.

    Raises Conflict `plan.exists`, Refusal `plan.no_charge`, `charge.repeated`, `charge.interval`, NotFound for a
    product; `row` counts the charges from 1.
    """
    if Plan.objects.filter(code=code).exists():
        raise Conflict("plan.exists", _("There already is a plan %(code)s.") % {"code": code}, field="code")
    if not charges:
        raise Refusal("plan.no_charge", _("A plan has at least one charge."), field="charges")
    if len({charge.code for charge in charges}) < len(charges):
        raise Refusal("charge.repeated", _("Two charges of the plan have the same code."), field="charges")
    product_ids = dict(
        Product.objects.filter(code__in=[charge.product for charge in charges]).values_list("code", "id")
    )
    plan = Plan.objects.create(
        code=code, name=name, description=description, legal_entity_id=legal_entity_id, created_at=act.at
    )
    for row, charge in enumerate(charges, start=1):
        _add_charge(plan, charge, row=row, product_ids=product_ids, act=act)
    note_change(after={"name": name, "charges": [charge.code for charge in charges]})
    return get_plan(plan_id=plan.pk)


def _add_charge(plan: Plan, charge: NewCharge, *, row: int, product_ids: dict[str, int], act: Act) -> None:
    if charge.product not in product_ids:
        raise NotFound(
            "product.not_found", _("There is no product %(code)s.") % {"code": charge.product}, field="product", row=row
        )
    require_interval(charge.interval_unit, charge.interval_count, row=row)
    made = PlanCharge.objects.create(
        plan=plan,
        code=charge.code,
        name=charge.name,
        product_id=product_ids[charge.product],
        model=charge.model,
        interval_unit=charge.interval_unit,
        interval_count=charge.interval_count,
        timing=charge.timing,
        position=row,
    )
    for price in sorted(charge.prices, key=lambda price: (price.currency, price.valid_from)):
        _add_price(made.pk, price, act=act)


@verb("plan.retire", subject=lambda arguments, _: f"plan:{arguments['code']}")
def retire_plan(*, act: Act, code: str) -> PlanRow:
    """Offer a plan no longer. Running subscriptions go on. Raises NotFound."""
    plan = get_plan(code=code)
    Plan.objects.filter(id=plan.id).update(active=False)
    note_change(before={"active": plan.active}, after={"active": False})
    return get_plan(code=code)


@verb("price.set", subject=lambda arguments, _: f"plan_charge:{arguments['plan_charge_id']}")
def set_price(*, act: Act, plan_charge_id: int, price: NewPrice) -> PriceRow:
    """Let a price hold from a day on. Running subscriptions take it through `subscriptions.operations.change_price`.

    Raises NotFound `charge.not_found`, Refusal `price.negative`, Conflict `price.exists`, Refusal
    `price.older_than_last`.
    """
    if not PlanCharge.objects.filter(id=plan_charge_id).exists():
        raise NotFound("charge.not_found", _("There is no such charge."), field="plan_charge_id")
    note_change(after={"unit_price": str(price.unit_price), "currency": price.currency}, effective_on=price.valid_from)
    return price_row(_add_price(plan_charge_id, price, act=act))


def _add_price(plan_charge_id: int, price: NewPrice, *, act: Act) -> Price:
    require_valid_on(price.currency, price.valid_from)
    known = dated_prices([plan_charge_id], [price.currency]).get((plan_charge_id, price.currency), [])
    require_later_price(known, valid_from=price.valid_from, unit_price=price.unit_price)
    return Price.objects.create(
        plan_charge_id=plan_charge_id,
        currency_id=price.currency,
        valid_from=price.valid_from,
        unit_price=price.unit_price,
        version=len(known) + 1,
        recorded_at=act.at,
    )


@verb("tax_pack.apply", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def apply_tax_pack(*, act: Act, legal_entity_id: int, country: str) -> TaxPackResult:
    """Give an entity the tax codes, dated rates and rules shipped for a country (`none`: it charges no tax).

    Applying it again adds what a newer release ships and changes nothing else. Raises Refusal `tax_pack.unknown`.
    """
    pack = tax_pack(country)
    code_count, rate_count, ids = _add_codes(pack)
    present = set(
        TaxRule.objects.filter(legal_entity_id=legal_entity_id).values_list(
            "tax_category", "tax_treatment", "valid_from"
        )
    )
    rules = [
        TaxRule(
            legal_entity_id=legal_entity_id,
            tax_category=rule.category,
            tax_treatment=rule.treatment,
            valid_from=rule.valid_from,
            tax_code_id=ids[rule.code] if rule.code else None,
        )
        for rule in pack.rules
        if (rule.category, rule.treatment, rule.valid_from) not in present
    ]
    TaxRule.objects.bulk_create(rules)
    note_change(after={"country": country, "rules": len(rules), "codes": code_count})
    return TaxPackResult(legal_entity_id, code_count, rate_count, len(rules))


def _add_codes(pack: TaxPack) -> tuple[int, int, dict[str, int]]:
    known = dict(TaxCode.objects.filter(code__in=[code.code for code in pack.codes]).values_list("code", "id"))
    new = [code for code in pack.codes if code.code not in known]
    made = TaxCode.objects.bulk_create(
        TaxCode(
            code=code.code,
            country=pack.country,
            name=code.name,
            reason=code.reason,
            einvoice_category=code.einvoice_category,
        )
        for code in new
    )
    ids = known | {code.code: code.pk for code in made}
    present = set(
        TaxRate.objects.filter(tax_code_id__in=ids.values()).values_list("tax_code_id", "component", "valid_from")
    )
    rates = [
        TaxRate(
            tax_code_id=ids[code.code],
            component=rate.component,
            valid_from=rate.valid_from,
            percent=rate.percent,
            source=rate.source,
        )
        for code in pack.codes
        for rate in code.rates
        if (ids[code.code], rate.component, rate.valid_from) not in present
    ]
    TaxRate.objects.bulk_create(rates)
    return len(new), len(rates), ids


@verb("tax_code.create", subject=lambda arguments, _: f"tax_code:{arguments['code']}")
def create_tax_code(
    *,
    act: Act,
    code: str,
    country: str,
    name: str,
    percent: Decimal,
    valid_from: date,
    component: str = "VAT",
    reason: str = "",
) -> int:
    """Add a tax code with its rate in percent from a day on, beside those of the packs; returns its id.

    Raises Refusal `tax_rate.out_of_range`, Conflict `tax_code.exists`.
    """
    if not 0 <= percent < 1000:
        raise Refusal("tax_rate.out_of_range", _("A tax rate is a percentage of at least 0."), field="percent")
    if TaxCode.objects.filter(code=code).exists():
        raise Conflict("tax_code.exists", _("There already is a tax code %(code)s.") % {"code": code}, field="code")
    made = TaxCode.objects.create(
        code=code, country=country, name=name, reason=reason, einvoice_category="S" if percent else "Z"
    )
    TaxRate.objects.create(
        tax_code=made, component=component, valid_from=valid_from, percent=percent, source=act.reason[:120]
    )
    note_change(after={"percent": str(percent)}, effective_on=valid_from)
    return made.pk


@verb("tax_rule.set", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_tax_rule(
    *,
    act: Act,
    legal_entity_id: int,
    tax_category: TaxCategory,
    tax_treatment: TaxTreatment,
    valid_from: date,
    tax_code: str | None,
) -> None:
    """Let an entity charge a tax code (None: no tax) for a category and treatment from a day on.

    Raises NotFound `tax_code.not_found`, Refusal `tax_rule.not_later` for a day that a present rule already covers.
    """
    code = TaxCode.objects.filter(code=tax_code).first() if tax_code else None
    if tax_code and code is None:
        raise NotFound("tax_code.not_found", _("There is no tax code %(code)s.") % {"code": tax_code}, field="tax_code")
    rules = TaxRule.objects.filter(
        legal_entity_id=legal_entity_id, tax_category=tax_category, tax_treatment=tax_treatment
    )
    last = rules.aggregate(last=Max("valid_from"))["last"]
    if last is not None and last >= valid_from:
        raise Refusal(
            "tax_rule.not_later",
            _("The present rule holds from %(day)s.") % {"day": last},
            field="valid_from",
            cure=_("Choose a later day."),
        )
    TaxRule.objects.create(
        legal_entity_id=legal_entity_id,
        tax_category=tax_category,
        tax_treatment=tax_treatment,
        valid_from=valid_from,
        tax_code=code,
    )
    note_change(after={"category": tax_category, "treatment": tax_treatment, "code": tax_code}, effective_on=valid_from)
