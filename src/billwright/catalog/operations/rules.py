"""Writes of rules that hold of a plan, or of every plan of a company that has none: from a day on, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from billwright.catalog.models import ChangeRule, RenewalRule
from billwright.catalog.queries import get_plan
from billwright.catalog.queries.rules import ChangeRuleRow, RenewalRuleRow, change_rule_row, renewal_rule_row
from billwright.catalog.states import ChangeEffect
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.org.queries import get_legal_entity

DAYS_MAX = 366
REMINDERS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRenewalRule:
    """A rule of a plan (its code), or of a company. Only a plan says how many days ahead, and when that is due."""

    valid_from: date
    plan: str = ""
    legal_entity_id: int | None = None
    ahead_days: int = 0
    due_on_renewal: bool = False
    reminder_days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChangeRule:
    """A rule of the plan that is left (its code), or of a company. `rank` is the plan's own among others."""

    valid_from: date
    upgrade: ChangeEffect
    downgrade: ChangeEffect
    plan: str = ""
    legal_entity_id: int | None = None
    rank: int | None = None
    is_binding: bool = False


def _subject(arguments: Mapping[str, Any], _answer: object) -> str:
    rule: NewRenewalRule | NewChangeRule = arguments["rule"]
    return f"plan:{rule.plan}" if rule.plan else f"legal_entity:{rule.legal_entity_id}"


@verb("renewal_rule.set", subject=_subject)
def set_renewal_rule(*, act: Act, rule: NewRenewalRule) -> RenewalRuleRow:
    """Say how long before they begin the periods of a plan are invoiced, and how many days before due to remind.

    What is invoiced already stays. Reminders are kept the longest first, each once. Raises NotFound for plan or
    company, Refusal `rule.whose`, `renewal.ahead_days`, `renewal.ahead_of_company`, `renewal.reminder_days`.
    """
    whose = _whose(rule)
    if not 0 <= rule.ahead_days <= DAYS_MAX:
        raise Refusal(
            "renewal.ahead_days", _("A renewal is invoiced 0 to %(most)d days ahead.") % {"most": DAYS_MAX},
            field="ahead_days",
        )  # fmt: skip
    if not rule.plan and (rule.ahead_days or rule.due_on_renewal):
        raise Refusal(
            "renewal.ahead_of_company", _("How many days ahead is said by each plan."), field="ahead_days",
            cure=_("Name the plan, or leave it to its plans and give only reminders."),
        )  # fmt: skip
    days = tuple(sorted(set(rule.reminder_days), reverse=True))
    if len(days) > REMINDERS_MAX or any(not 1 <= day <= DAYS_MAX for day in days):
        raise Refusal(
            "renewal.reminder_days",
            _("Reminders leave 1 to %(most)d days before the due day, at most %(count)d of them.")
            % {"most": DAYS_MAX, "count": REMINDERS_MAX},
            field="reminder_days",
            cure=_("Give days such as 30, 7 and 1; none: nobody is reminded."),
        )
    made = RenewalRule.objects.create(
        **whose,
        valid_from=rule.valid_from,
        ahead_days=rule.ahead_days if rule.plan else None,
        due_on_renewal=rule.due_on_renewal,
        reminder_days=list(days),
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    note_change(after={"ahead_days": rule.ahead_days, "reminder_days": list(days)}, effective_on=rule.valid_from)
    return renewal_rule_row(made)


@verb("change_rule.set", subject=_subject)
def set_change_rule(*, act: Act, rule: NewChangeRule) -> ChangeRuleRow:
    """Say when changes to a dearer and to a cheaper plan take effect, and what becomes of what is billed.

    Raises NotFound for plan or company, Refusal `rule.whose`, `change_rule.rank_of_company`, `change_rule.rank`.
    """
    whose = _whose(rule)
    if rule.rank is not None and not rule.plan:
        raise Refusal("change_rule.rank_of_company", _("A rank is a plan's."), field="rank", cure=_("Name the plan."))
    if rule.rank is not None and not 0 <= rule.rank <= 1000:
        raise Refusal("change_rule.rank", _("A rank is 0 to 1000."), field="rank")
    made = ChangeRule.objects.create(
        **whose,
        valid_from=rule.valid_from,
        upgrade=rule.upgrade,
        downgrade=rule.downgrade,
        rank=rule.rank,
        is_binding=rule.is_binding,
        recorded_by=act.actor,
        recorded_at=act.at,
    )
    note_change(
        after={"upgrade": rule.upgrade, "downgrade": rule.downgrade, "rank": rule.rank, "is_binding": rule.is_binding},
        effective_on=rule.valid_from,
    )
    return change_rule_row(made)


def _whose(rule: NewRenewalRule | NewChangeRule) -> dict[str, int]:
    if bool(rule.plan) == (rule.legal_entity_id is not None):
        raise Refusal(
            "rule.whose", _("A rule is a plan's or a company's."), field="plan",
            cure=_("Name one of them, not both."),
        )  # fmt: skip
    if rule.plan:
        return {"plan_id": get_plan(code=rule.plan).id}
    assert rule.legal_entity_id is not None
    return {"legal_entity_id": get_legal_entity(legal_entity_id=rule.legal_entity_id).id}
