"""Reads of taxes: codes, dated rates, and what an entity charges on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.models import TaxCode, TaxRate, TaxRule
from billwright.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class TaxComponent:
    """One component of a tax code on a day, in percent; a withheld one is taken off what the customer pays."""

    component: str
    percent: Decimal
    withheld: bool = False


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
        """What is charged on top of the net; withheld components are not."""
        return sum((part.percent for part in self.components if not part.withheld), Decimal(0))


NO_TAX_FOUND = TaxFound(code="", name="", reason="", einvoice_category="O", components=())


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
    withheld: bool
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
            withheld=rate.withheld,
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
        components=tuple(TaxComponent(name, latest[name].percent, latest[name].withheld) for name in sorted(latest)),
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
