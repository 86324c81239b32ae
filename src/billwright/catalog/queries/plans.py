"""Reads of plans with their charges and terms."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from billwright.catalog.models import Plan, PlanCharge
from billwright.catalog.rows import (
    ChargeRow,
    Escalation,
    NettingRow,
    PlanLimitRow,
    PlanRow,
    PlanTerms,
    ServiceLevelRow,
)
from billwright.catalog.states import IntervalUnit
from billwright.kernel.errors import NotFound


def charge_row(charge: PlanCharge) -> ChargeRow:
    """The frozen row; needs `product` selected."""
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
        meter=charge.meter,
        escalation=_escalation(charge),
        conventions=charge.conventions,
    )


def _escalation(charge: PlanCharge) -> Escalation | None:
    if not charge.escalate_months:
        return None
    return Escalation(
        percent=charge.escalate_percent,
        index=charge.escalate_index,
        months=charge.escalate_months,
        decimals=charge.escalate_decimals,
        cap=charge.escalate_cap,
        floor=charge.escalate_floor,
    )


def _whole_plans() -> QuerySet[Plan]:
    return Plan.objects.select_related("netting").prefetch_related("charges__product", "limits", "service_levels")


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
        terms=_terms(plan),
        charges=tuple(charge_row(charge) for charge in charges),
    )


def _terms(plan: Plan) -> PlanTerms:
    netting = getattr(plan, "netting", None)
    return PlanTerms(
        trial_unit=IntervalUnit(plan.trial_unit),
        trial_count=plan.trial_count,
        conventions=plan.conventions,
        limits=tuple(
            PlanLimitRow(limit.currency_id, limit.valid_from, limit.minimum, limit.maximum)
            for limit in sorted(plan.limits.all(), key=lambda limit: (limit.currency_id, limit.valid_from))
        ),
        service_levels=tuple(
            ServiceLevelRow(level.below, level.percent)
            for level in sorted(plan.service_levels.all(), key=lambda level: level.below)
        ),
        netting=None
        if netting is None
        else NettingRow(
            netting.import_meter,
            netting.export_meter,
            netting.settle_month,
            netting.settle_day,
            netting.settle_price,
        ),
    )


def list_plans(*, active_only: bool = True, legal_entity_ids: Collection[int] | None = None) -> list[PlanRow]:
    """Plans by code; with `legal_entity_ids` those that these companies sell, alone or with all others."""
    plans = _whole_plans().order_by("code")
    if legal_entity_ids is not None:
        plans = plans.filter(Q(legal_entity_id__in=legal_entity_ids) | Q(legal_entity=None))
    return [plan_row(plan) for plan in (plans.filter(active=True) if active_only else plans)]


def get_plan(*, code: str | None = None, plan_id: int | None = None) -> PlanRow:
    """One plan by code or id. Raises NotFound."""
    plans = _whole_plans()
    plan = (plans.filter(code=code) if code is not None else plans.filter(id=plan_id or 0)).first()
    if plan is None:
        raise NotFound("plan.not_found", _("There is no plan %(code)s.") % {"code": code or plan_id}, field="plan")
    return plan_row(plan)


def plans_by_code(codes: Collection[str]) -> dict[str, PlanRow]:
    """Plans of the given codes, in a fixed number of queries."""
    return {plan.code: plan_row(plan) for plan in _whole_plans().filter(code__in=codes)}


def plans_by_id(ids: Collection[int]) -> dict[int, PlanRow]:
    """Plans of the given ids, in a fixed number of queries."""
    return {plan.pk: plan_row(plan) for plan in _whole_plans().filter(id__in=ids)}


def get_charge(plan_charge_id: int) -> ChargeRow:
    """One charge by id. Raises NotFound `charge.not_found`."""
    charge = PlanCharge.objects.select_related("product").filter(id=plan_charge_id).first()
    if charge is None:
        raise NotFound("charge.not_found", _("There is no such charge."), field="plan_charge_id")
    return charge_row(charge)


def escalating_charges() -> list[ChargeRow]:
    """Every charge whose price rises by a clause."""
    charges = PlanCharge.objects.filter(escalate_months__gt=0).select_related("product").order_by("id")
    return [charge_row(charge) for charge in charges]


def charge_ids(*, codes: Collection[str], plan_id: int | None = None) -> list[int]:
    """Ids of charges by code, of one plan or of all; empty for no codes. Raises NotFound `charge.not_found`."""
    found = PlanCharge.objects.filter(code__in=codes)
    if plan_id is not None:
        found = found.filter(plan_id=plan_id)
    rows = list(found.order_by("id").values_list("id", "code"))
    missing = sorted(set(codes) - {code for _id, code in rows})
    if missing:
        raise NotFound("charge.not_found", _("There is no charge %(code)s.") % {"code": missing[0]}, field="charge")
    return [id_ for id_, _code in rows]
