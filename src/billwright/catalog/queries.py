"""Reads of the catalog, effective-dated where the rows are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.models import Plan, PlanCharge, Price, Product, TaxCode, TaxRate, TaxRule
from billwright.catalog.policies import DatedPrice
from billwright.kernel.errors import NotFound, Refusal


@dataclass(frozen=True, slots=True)
class ProductRow:
    """Something sold."""

    id: int
    code: str
    name: str
    family: str
    tax_category: str
    tax_classification: str


@dataclass(frozen=True, slots=True)
class PriceRow:
    """The unit price of a charge in major units from a day on."""

    id: int
    plan_charge_id: int
    currency: str
    valid_from: date
    unit_price: Decimal
    version: int


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One charge of a plan."""

    id: int
    code: str
    name: str
    product_id: int
    product_code: str
    model: str
    interval_unit: str
    interval_count: int
    timing: str
    position: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its charges."""

    id: int
    code: str
    name: str
    description: str
    legal_entity_id: int | None
    active: bool
    charges: tuple[ChargeRow, ...]


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """One component of a tax code on a day, in percent."""

    component: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class TaxFound:
    """The tax of a category under a treatment on a day. An empty code means no tax at all."""

    code: str
    name: str
    reason: str
    einvoice_category: str
    components: tuple[TaxComponent, ...]

    @property
    def percent(self) -> Decimal:
        return sum((part.percent for part in self.components), Decimal(0))


NO_TAX_FOUND = TaxFound(code="", name="", reason="", einvoice_category="O", components=())


def product_row(product: Product) -> ProductRow:
    return ProductRow(**{field: getattr(product, field) for field in ProductRow.__dataclass_fields__})


def list_products() -> list[ProductRow]:
    return [product_row(product) for product in Product.objects.order_by("code")]


def get_product(code: str) -> ProductRow:
    """One product. Raises NotFound."""
    product = Product.objects.filter(code=code).first()
    if product is None:
        raise NotFound("product.not_found", _("There is no product %(code)s.") % {"code": code}, field="product")
    return product_row(product)


def products_by_id(ids: Collection[int]) -> dict[int, ProductRow]:
    """Products of the given ids."""
    return {product.pk: product_row(product) for product in Product.objects.filter(id__in=ids)}


def classifications(codes: Collection[str]) -> dict[str, str]:
    """HSN or SAC codes by product code, where the law asks for them."""
    return dict(Product.objects.filter(code__in=codes).values_list("code", "tax_classification"))


def _charge_row(charge: PlanCharge) -> ChargeRow:
    return ChargeRow(
        id=charge.pk,
        code=charge.code,
        name=charge.name,
        product_id=charge.product_id,
        product_code=charge.product.code,
        model=charge.model,
        interval_unit=charge.interval_unit,
        interval_count=charge.interval_count,
        timing=charge.timing,
        position=charge.position,
    )


def plan_row(plan: Plan) -> PlanRow:
    """A plan with its charges in their order; fetches them unless they were prefetched."""
    charges = sorted(plan.charges.all(), key=lambda charge: (charge.position, charge.pk))
    return PlanRow(
        id=plan.pk,
        code=plan.code,
        name=plan.name,
        description=plan.description,
        legal_entity_id=plan.legal_entity_id,
        active=plan.active,
        charges=tuple(_charge_row(charge) for charge in charges),
    )


def list_plans(*, active_only: bool = True) -> list[PlanRow]:
    plans = Plan.objects.order_by("code").prefetch_related("charges__product")
    return [plan_row(plan) for plan in (plans.filter(active=True) if active_only else plans)]


def get_plan(*, code: str | None = None, plan_id: int | None = None) -> PlanRow:
    """One plan by code or id. Raises NotFound."""
    plans = Plan.objects.prefetch_related("charges__product")
    plan = (plans.filter(code=code) if code is not None else plans.filter(id=plan_id or 0)).first()
    if plan is None:
        raise NotFound("plan.not_found", _("There is no plan %(code)s.") % {"code": code or plan_id}, field="plan")
    return plan_row(plan)


def plans_by_code(codes: Collection[str]) -> dict[str, PlanRow]:
    """Plans of the given codes, in two queries."""
    return {
        plan.code: plan_row(plan) for plan in Plan.objects.filter(code__in=codes).prefetch_related("charges__product")
    }


def price_row(price: Price) -> PriceRow:
    return PriceRow(
        id=price.pk,
        plan_charge_id=price.plan_charge_id,
        currency=price.currency_id,
        valid_from=price.valid_from,
        unit_price=price.unit_price,
        version=price.version,
    )


def list_prices(plan_charge_id: int) -> list[PriceRow]:
    """All prices of a charge, by currency, the oldest first."""
    prices = Price.objects.filter(plan_charge_id=plan_charge_id).order_by("currency_id", "valid_from")
    return [price_row(price) for price in prices]


def prices_by_id(ids: Collection[int]) -> dict[int, PriceRow]:
    """Prices of the given ids: what the derivation of a line names."""
    return {price.pk: price_row(price) for price in Price.objects.filter(id__in=ids)}


def list_plan_prices(plan_id: int) -> list[PriceRow]:
    """All prices of all charges of a plan, by charge and currency, the newest first."""
    prices = Price.objects.filter(plan_charge__plan_id=plan_id)
    return [price_row(price) for price in prices.order_by("plan_charge_id", "currency_id", "-valid_from")]


def get_price(*, plan_charge_id: int, currency: str, on: date) -> PriceRow:
    """The price that holds on a day. Raises Refusal `plan.no_price`."""
    price = (
        Price.objects.filter(plan_charge_id=plan_charge_id, currency_id=currency, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    if price is None:
        raise no_price(currency=currency, on=on)
    return price_row(price)


def dated_prices(
    plan_charge_ids: Collection[int], currencies: Collection[str]
) -> dict[tuple[int, str], list[DatedPrice]]:
    """All price versions by (charge, currency), in one query."""
    found: dict[tuple[int, str], list[DatedPrice]] = {}
    for price in Price.objects.filter(plan_charge_id__in=plan_charge_ids, currency_id__in=currencies):
        dated = DatedPrice(price.pk, price.valid_from, price.unit_price)
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


def list_tax_codes(country: str | None = None) -> list[TaxFound]:
    """Tax codes with the rates that they have now or last had, for pages and reports."""
    codes = TaxCode.objects.order_by("code").prefetch_related("rates")
    return [_found(code, list(code.rates.all())) for code in (codes.filter(country=country) if country else codes)]


@dataclass(frozen=True, slots=True)
class TaxRuleRow:
    """What an entity charges for a category under a treatment from a day on; `tax` has no code where it is none."""

    tax_category: str
    tax_treatment: str
    valid_from: date
    tax: TaxFound


def list_tax_rules(legal_entity_id: int) -> list[TaxRuleRow]:
    """The tax rules of an entity with the rates that their codes have now or last had."""
    rules = TaxRule.objects.filter(legal_entity_id=legal_entity_id).select_related("tax_code")
    return [
        TaxRuleRow(
            tax_category=rule.tax_category,
            tax_treatment=rule.tax_treatment,
            valid_from=rule.valid_from,
            tax=_found(rule.tax_code, list(rule.tax_code.rates.all())) if rule.tax_code else NO_TAX_FOUND,
        )
        for rule in rules.prefetch_related("tax_code__rates").order_by("tax_category", "tax_treatment", "valid_from")
    ]


def has_tax_rules(legal_entity_id: int) -> bool:
    """Whether an entity can charge or refuse to charge a tax at all."""
    return TaxRule.objects.filter(legal_entity_id=legal_entity_id).exists()


@dataclass(frozen=True, slots=True)
class TaxRateRow:
    """The rate of one component of a tax code, in percent, from a day on."""

    code: str
    country: str
    name: str
    component: str
    valid_from: date
    percent: Decimal
    source: str


def list_tax_rates() -> list[TaxRateRow]:
    """Every dated rate of every tax code, the newest of each first."""
    rates = TaxRate.objects.select_related("tax_code").order_by("tax_code__code", "component", "-valid_from")
    return [
        TaxRateRow(
            code=rate.tax_code.code,
            country=rate.tax_code.country,
            name=rate.tax_code.name,
            component=rate.component,
            valid_from=rate.valid_from,
            percent=rate.percent,
            source=rate.source,
        )
        for rate in rates
    ]


def _found(code: TaxCode, rates: Sequence[TaxRate]) -> TaxFound:
    latest: dict[str, TaxRate] = {}
    for rate in sorted(rates, key=lambda rate: rate.valid_from):
        latest[rate.component] = rate
    return TaxFound(
        code=code.code,
        name=code.name,
        reason=code.reason,
        einvoice_category=code.einvoice_category,
        components=tuple(TaxComponent(name, latest[name].percent) for name in sorted(latest)),
    )


def taxes_on(*, legal_entity_id: int, treatment: str, categories: Collection[str], on: date) -> dict[str, TaxFound]:
    """The tax of each category under a treatment on a tax point date.

    Category NONE is outside the scope: no tax. Raises Refusal `tax.no_rule` where no rule holds, as a document with a
    forgotten tax is worse than none, and `tax.no_rate` where the rule's code has no rate yet.
    """
    rules = (
        TaxRule.objects.filter(
            legal_entity_id=legal_entity_id, tax_treatment=treatment, tax_category__in=categories, valid_from__lte=on
        )
        .order_by("tax_category", "-valid_from")
        .distinct("tax_category")
        .select_related("tax_code")
    )
    by_category = {rule.tax_category: rule.tax_code for rule in rules}
    code_ids = [code.pk for code in by_category.values() if code is not None]
    rates: dict[int, list[TaxRate]] = {}
    for rate in TaxRate.objects.filter(tax_code_id__in=code_ids, valid_from__lte=on):
        rates.setdefault(rate.tax_code_id, []).append(rate)
    found = {"NONE": NO_TAX_FOUND}
    for category in set(categories) - {"NONE"}:
        if category not in by_category:
            raise _no_rule(category=category, treatment=treatment, on=on)
        code = by_category[category]
        if code is not None and code.pk not in rates:
            raise Refusal("tax.no_rate", _("%(code)s has no rate on %(day)s.") % {"code": code.code, "day": on})
        found[category] = NO_TAX_FOUND if code is None else _found(code, rates[code.pk])
    return {category: found[category] for category in categories}


def tax_reasons(codes: Collection[str]) -> dict[str, TaxFound]:
    """Name, reason and e-invoice category of tax codes, as documents print them."""
    rows = TaxCode.objects.filter(code__in=codes).prefetch_related("rates")
    return {code.code: _found(code, list(code.rates.all())) for code in rows}


def _no_rule(*, category: str, treatment: str, on: date) -> Refusal:
    return Refusal(
        "tax.no_rule",
        _("No tax rule of this entity covers %(category)s under %(treatment)s on %(day)s.")
        % {"category": category, "treatment": treatment, "day": on},
        field="tax_category",
        cure=_("Apply the country's tax pack to the entity, or add a rule; a rule without a code means no tax."),
    )
