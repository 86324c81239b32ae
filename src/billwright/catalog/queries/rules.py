"""What holds of plans over time: how renewals are invoiced and reminded of, when a change to another plan holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.db.models import Max, Q, QuerySet

from billwright.catalog.models import ChangeRule, DatedRule, RenewalRule
from billwright.catalog.states import ChangeEffect

# Where neither plan nor company says anything.
REMINDER_DAYS = (3,)

Found = TypeVar("Found", bound=DatedRule)


@dataclass(frozen=True, slots=True)
class RenewalRuleRow:
    """How renewals are invoiced and reminded of, from a day on. Neither plan nor company: what ships."""

    plan_id: int | None
    legal_entity_id: int | None
    valid_from: date | None
    ahead_days: int
    due_on_renewal: bool
    reminder_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChangeRuleRow:
    """When a change to another plan takes effect, from a day on. Neither plan nor company: what ships."""

    plan_id: int | None
    legal_entity_id: int | None
    valid_from: date | None
    upgrade: ChangeEffect
    downgrade: ChangeEffect
    rank: int | None
    is_binding: bool


SHIPPED_RENEWAL = RenewalRuleRow(None, None, None, 0, False, REMINDER_DAYS)
SHIPPED_CHANGE = ChangeRuleRow(None, None, None, ChangeEffect.PERIOD_END, ChangeEffect.PERIOD_END, None, False)


def renewal_rule_row(rule: RenewalRule) -> RenewalRuleRow:
    """The frozen row."""
    return RenewalRuleRow(
        plan_id=rule.plan_id,
        legal_entity_id=rule.legal_entity_id,
        valid_from=rule.valid_from,
        ahead_days=rule.ahead_days or 0,
        due_on_renewal=rule.due_on_renewal,
        reminder_days=tuple(rule.reminder_days),
    )


def change_rule_row(rule: ChangeRule) -> ChangeRuleRow:
    """The frozen row."""
    return ChangeRuleRow(
        plan_id=rule.plan_id,
        legal_entity_id=rule.legal_entity_id,
        valid_from=rule.valid_from,
        upgrade=ChangeEffect(rule.upgrade),
        downgrade=ChangeEffect(rule.downgrade),
        rank=rule.rank,
        is_binding=rule.is_binding,
    )


def renewal_rules(
    *, plan_ids: Collection[int], legal_entity_id: int | None, on: date
) -> dict[int | None, RenewalRuleRow]:
    """What holds of each plan on a day: its own rule, else its company's, else what ships; under None the company's."""
    rules = _in_force(RenewalRule.objects.all(), plan_ids, legal_entity_id, on)
    company = renewal_rule_row(rules[None]) if None in rules else SHIPPED_RENEWAL
    return {id_: renewal_rule_row(rules[id_]) if id_ in rules else company for id_ in (*plan_ids, None)}


def company_renewal_rules(*, legal_entity_ids: Collection[int], on: date) -> dict[int, RenewalRuleRow]:
    """What holds of each company on a day, of what is invoiced without a plan."""
    rules = _of_companies(RenewalRule.objects.all(), legal_entity_ids, on)
    return {id_: renewal_rule_row(rules[id_]) if id_ in rules else SHIPPED_RENEWAL for id_ in legal_entity_ids}


def company_change_rules(*, legal_entity_ids: Collection[int], on: date) -> dict[int, ChangeRuleRow]:
    """What holds of each company on a day, of plans without a rule of their own."""
    rules = _of_companies(ChangeRule.objects.all(), legal_entity_ids, on)
    return {id_: change_rule_row(rules[id_]) if id_ in rules else SHIPPED_CHANGE for id_ in legal_entity_ids}


def change_rules(*, plan_ids: Collection[int], legal_entity_id: int | None, on: date) -> dict[int, ChangeRuleRow]:
    """What holds of each plan on a day: its own rule, else its company's, else what ships."""
    rules = _in_force(ChangeRule.objects.all(), plan_ids, legal_entity_id, on)
    company = change_rule_row(rules[None]) if None in rules else SHIPPED_CHANGE
    return {id_: change_rule_row(rules[id_]) if id_ in rules else company for id_ in plan_ids}


def _in_force(
    rules: QuerySet[Found], plan_ids: Collection[int], legal_entity_id: int | None, on: date
) -> dict[int | None, Found]:
    """The newest rule by plan; of the company under None."""
    whose = Q(plan_id__in=list(plan_ids)) | Q(plan=None, legal_entity_id=legal_entity_id)
    found = rules.filter(whose, valid_from__lte=on).order_by("valid_from", "id")
    return {rule.plan_id: rule for rule in found}


def _of_companies(rules: QuerySet[Found], legal_entity_ids: Collection[int], on: date) -> dict[int | None, Found]:
    """The newest rule by company."""
    found = rules.filter(plan=None, legal_entity_id__in=legal_entity_ids, valid_from__lte=on)
    return {rule.legal_entity_id: rule for rule in found.order_by("valid_from", "id")}


def _of(plan_id: int | None, legal_entity_id: int | None) -> Q:
    return Q(plan=None, legal_entity_id=legal_entity_id) if plan_id is None else Q(plan_id=plan_id)


def list_renewal_rules(*, plan_id: int | None = None, legal_entity_id: int | None = None) -> list[RenewalRuleRow]:
    """The rules of one plan or company, the newest first."""
    found = RenewalRule.objects.filter(_of(plan_id, legal_entity_id))
    return [renewal_rule_row(rule) for rule in found.order_by("-valid_from", "-id")]


def list_change_rules(*, plan_id: int | None = None, legal_entity_id: int | None = None) -> list[ChangeRuleRow]:
    """The rules of one plan or company, the newest first."""
    found = ChangeRule.objects.filter(_of(plan_id, legal_entity_id))
    return [change_rule_row(rule) for rule in found.order_by("-valid_from", "-id")]


def longest_reminder_days() -> int:
    """The most days before due that any rule ever named, or what ships."""
    named = RenewalRule.objects.values_list("reminder_days", flat=True)
    return max([*REMINDER_DAYS, *(int(day) for days in named for day in days)])


def longest_ahead_days() -> int:
    """The most days that any plan was ever invoiced ahead: how far calendars must reach."""
    return RenewalRule.objects.aggregate(most=Max("ahead_days"))["most"] or 0
