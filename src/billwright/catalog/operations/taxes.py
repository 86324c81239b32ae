"""Writes of taxes: packs, codes with dated rates, rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max
from django.utils.translation import gettext as _

from billwright.catalog.models import TaxCode, TaxRate, TaxRule
from billwright.catalog.policies import require_components, require_tax_category
from billwright.catalog.tax_packs import TaxPack, tax_pack
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.org.states import TaxTreatment


@dataclass(frozen=True, slots=True)
class NewTaxComponent:
    """One tax of a code, in percent; a withheld one is taken off what the customer pays."""

    component: str
    percent: Decimal
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class TaxPackResult:
    """What a tax pack added; rows that were there already stay as they are."""

    legal_entity_id: int
    code_count: int
    rate_count: int
    rule_count: int


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
    components: tuple[NewTaxComponent, ...],
    valid_from: date,
    reason: str = "",
) -> int:
    """Add a tax code with the rates of its components from a day on, beside those of the packs; returns its id.

    Raises Refusal `tax_rate.out_of_range`, `tax_rate.repeated`, Conflict `tax_code.exists`.
    """
    require_components([(part.component, part.percent) for part in components])
    if TaxCode.objects.filter(code=code).exists():
        raise Conflict("tax_code.exists", _("There already is a tax code %(code)s.") % {"code": code}, field="code")
    made = TaxCode.objects.create(
        code=code,
        country=country,
        name=name,
        reason=reason,
        einvoice_category="S" if any(part.percent for part in components if not part.withheld) else "Z",
    )
    TaxRate.objects.bulk_create(
        TaxRate(
            tax_code=made,
            component=part.component,
            valid_from=valid_from,
            percent=part.percent,
            withheld=part.withheld,
            source=act.reason[:120],
        )
        for part in components
    )
    note_change(after={part.component: str(part.percent) for part in components}, effective_on=valid_from)
    return made.pk


@verb("tax_rule.set", subject=lambda arguments, _: f"legal_entity:{arguments['legal_entity_id']}")
def set_tax_rule(
    *,
    act: Act,
    legal_entity_id: int,
    tax_category: str,
    tax_treatment: TaxTreatment,
    valid_from: date,
    tax_code: str | None,
) -> None:
    """Let an entity charge a tax code (None: no tax) for a category and treatment from a day on.

    Raises Refusal `tax_category.name`, NotFound `tax_code.not_found`, Refusal `tax_rule.not_later` for a day that a
    present rule already covers.
    """
    require_tax_category(tax_category)
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
