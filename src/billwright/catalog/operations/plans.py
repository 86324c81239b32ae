"""Writes of plans: a plan is made whole, with its charges, first prices and terms."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billwright.catalog.models import (
    Plan,
    PlanCharge,
    PlanLimit,
    PlanNetting,
    PlanServiceLevel,
    Product,
)
from billwright.catalog.operations.indexes import require_index
from billwright.catalog.operations.prices import add_prices
from billwright.catalog.policies import require_interval, require_sound_charge, require_sound_terms
from billwright.catalog.ports import unknown_meters
from billwright.catalog.queries import PlanRow, get_plan
from billwright.catalog.rows import Escalation, NewCharge, NewPrice, PlanTerms
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import require_valid_on

# A plan that nets two meters may charge for what its bank gave; the bill run counts it.
BANK_METER = "bank_used"


@verb("plan.create", subject=lambda arguments, _: f"plan:{arguments['code']}")
def create_plan(
    *,
    act: Act,
    code: str,
    name: str,
    charges: tuple[NewCharge, ...],
    description: str = "",
    legal_entity_id: int | None = None,
    terms: PlanTerms | None = None,
) -> PlanRow:
    """Add a plan with its charges and their first prices. A plan without a price may stand, but not be subscribed to.

    Raises Conflict `plan.exists`, Refusal `plan.no_charge`, `charge.repeated`, `charge.interval`, `meter.unknown`, what
    `require_sound_price` and `require_sound_terms` raise, NotFound for a product; `row` counts the charges from 1.
    """
    terms = terms or PlanTerms()
    if Plan.objects.filter(code=code).exists():
        raise Conflict("plan.exists", _("There already is a plan %(code)s.") % {"code": code}, field="code")
    _require_charges(charges)
    require_sound_terms(terms)
    _require_meters(charges, terms)
    product_ids = _product_ids(charges)
    plan = Plan.objects.create(
        code=code,
        name=name,
        description=description,
        legal_entity_id=legal_entity_id,
        trial_unit=terms.trial_unit,
        trial_count=terms.trial_count,
        conventions=terms.conventions,
        created_at=act.at,
    )
    _add_terms(plan, terms)
    prices: list[tuple[int, NewPrice]] = []
    for row, charge in enumerate(charges, start=1):
        made = _add_charge(plan, charge, row=row, product_ids=product_ids)
        prices += [(made.pk, price) for price in sorted(charge.prices, key=_order)]
    add_prices(prices, act=act)
    note_change(after={"name": name, "charges": [charge.code for charge in charges]})
    return get_plan(plan_id=plan.pk)


def _require_charges(charges: Sequence[NewCharge]) -> None:
    if not charges:
        raise Refusal("plan.no_charge", _("A plan has at least one charge."), field="charges")
    if len({charge.code for charge in charges}) < len(charges):
        raise Refusal("charge.repeated", _("Two charges of the plan have the same code."), field="charges")


def _order(price: NewPrice) -> tuple[object, ...]:
    return price.currency, price.scope, price.valid_from


def _require_meters(charges: Sequence[NewCharge], terms: PlanTerms) -> None:
    netting = terms.netting
    named = {charge.meter for charge in charges if charge.meter}
    named |= {netting.import_meter, netting.export_meter} if netting else set()
    unknown = unknown_meters(named - ({BANK_METER} if netting else set()))
    if not unknown:
        return
    row = next((place for place, charge in enumerate(charges, start=1) if charge.meter in unknown), None)
    raise Refusal(
        "meter.unknown",
        _("There is no meter %(code)s.") % {"code": sorted(unknown)[0]},
        field="meter",
        row=row,
        cure=_("Add the meter first, or leave it empty to price the subscription's quantity."),
    )


def _product_ids(charges: Sequence[NewCharge]) -> dict[str, int]:
    ids = dict(Product.objects.filter(code__in=[charge.product for charge in charges]).values_list("code", "id"))
    for row, charge in enumerate(charges, start=1):
        if charge.product not in ids:
            raise NotFound(
                "product.not_found",
                _("There is no product %(code)s.") % {"code": charge.product},
                field="product",
                row=row,
            )
    return ids


def _add_charge(plan: Plan, charge: NewCharge, *, row: int, product_ids: dict[str, int]) -> PlanCharge:
    require_interval(charge.interval_unit, charge.interval_count, row=row)
    require_sound_charge(charge, row=row)
    _require_one_price_a_day(charge.prices, row=row)
    escalation = charge.escalation or Escalation(months=0)
    if escalation.index:
        require_index(escalation.index, row=row)
    return PlanCharge.objects.create(
        plan=plan,
        code=charge.code,
        name=charge.name,
        product_id=product_ids[charge.product],
        model=charge.model,
        interval_unit=charge.interval_unit,
        interval_count=charge.interval_count,
        timing=charge.timing,
        position=row,
        meter=charge.meter,
        escalate_percent=escalation.percent,
        escalate_months=escalation.months,
        escalate_decimals=escalation.decimals,
        escalate_index=escalation.index,
        escalate_cap=escalation.cap,
        escalate_floor=escalation.floor,
        conventions=charge.conventions,
    )


def _require_one_price_a_day(prices: Sequence[NewPrice], *, row: int) -> None:
    seen = set()
    for price in prices:
        require_valid_on(price.currency, price.valid_from)
        key = (price.currency, price.scope, price.valid_from)
        if key in seen:
            raise Conflict(
                "price.exists",
                _("Two prices hold from %(day)s.") % {"day": price.valid_from},
                field="valid_from",
                row=row,
                cure=_("Keep one of them, or choose a later day."),
            )
        seen.add(key)


def _add_terms(plan: Plan, terms: PlanTerms) -> None:
    PlanLimit.objects.bulk_create(
        PlanLimit(
            plan=plan,
            currency_id=limit.currency,
            valid_from=limit.valid_from,
            minimum=limit.minimum,
            maximum=limit.maximum,
        )
        for limit in terms.limits
    )
    PlanServiceLevel.objects.bulk_create(
        PlanServiceLevel(plan=plan, below=level.below, percent=level.percent) for level in terms.service_levels
    )
    if terms.netting is not None:
        PlanNetting.objects.create(
            plan=plan,
            import_meter=terms.netting.import_meter,
            export_meter=terms.netting.export_meter,
            settle_month=terms.netting.settle_month,
            settle_day=terms.netting.settle_day,
            settle_price=terms.netting.settle_price,
        )


@verb("plan.retire", subject=lambda arguments, _: f"plan:{arguments['code']}")
def retire_plan(*, act: Act, code: str) -> PlanRow:
    """Offer a plan no longer. Running subscriptions go on. Raises NotFound."""
    plan = get_plan(code=code)
    Plan.objects.filter(id=plan.id).update(active=False)
    note_change(before={"active": plan.active}, after={"active": False})
    return get_plan(code=code)
