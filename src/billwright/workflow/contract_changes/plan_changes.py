"""Changes to another plan: up or down, when they take effect, and what becomes of what is billed.

What holds is the rule of the plan that is left, else its company's, else what ships: at the end of the period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from billwright.catalog.queries import ChangeRuleRow, PlanRow, change_rules, get_plan
from billwright.catalog.states import ChangeEffect, IntervalUnit, PriceModel
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.subscriptions.operations import change_plan
from billwright.subscriptions.queries import (
    AccountOnDay,
    SubscriptionRow,
    accounts_on,
    get_subscription,
    running_period_end,
)
from billwright.workflow.price_change import calculate_price

DAYS_A_MONTH = Fraction(365, 12)


@dataclass(frozen=True, slots=True)
class PlanDecision:
    """What a change of plan is, and what follows: dearer or cheaper, by rank or by price, from when on.

    `before` and `after` are what the recurring fees come to a month, in major units, not rounded; None where ranks
    decide. `effective_on` None: the end of the running period.
    """

    is_upgrade: bool
    before: Decimal | None
    after: Decimal | None
    effect: ChangeEffect
    effective_on: date | None
    rule: ChangeRuleRow

    @property
    def keeps_billed(self) -> bool:
        return self.effect == ChangeEffect.NOW_WITHOUT_CREDIT


def decide_plan_change(
    *,
    subscription_id: int,
    plan: str,
    as_of: date,
    quantity: Decimal | None = None,
    effect: ChangeEffect | None = None,
    effective_on: date | None = None,
) -> PlanDecision:
    """What a change comes to that names neither day nor effect; with either, whether the rule allows that.

    A plan that costs as much counts as dearer. Raises NotFound for subscription or plan, Refusal `plan.no_price`,
    `change.against_rule`.
    """
    row = get_subscription(subscription_id)
    account = accounts_on([(row.account_id, as_of)])[row.account_id, as_of]
    old, new = get_plan(plan_id=row.plan_id), get_plan(code=plan)
    rules = change_rules(plan_ids={old.id, new.id}, legal_entity_id=account.legal_entity_id, on=as_of)
    rule, ranks = rules[old.id], (rules[old.id].rank, rules[new.id].rank)
    before = after = None
    if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
        is_upgrade = ranks[1] > ranks[0]
    else:
        before = _a_month(old, row.quantity, account, row.id)
        after = _a_month(new, row.quantity if quantity is None else quantity, account, row.id)
        is_upgrade = after >= before
    ruled = rule.upgrade if is_upgrade else rule.downgrade
    day = None if ruled == ChangeEffect.PERIOD_END else as_of
    if effect is not None or effective_on is not None:
        asked = effect or ChangeEffect.NOW
        on = None if asked == ChangeEffect.PERIOD_END else effective_on or as_of
        if rule.is_binding and not _is_same(subscription_id, as_of, (asked, on), (ruled, day)):
            raise _against(ruled)
        ruled, day = asked, on
    return PlanDecision(is_upgrade, _decimal(before), _decimal(after), ruled, day, rule)


def _is_same(
    subscription_id: int, as_of: date, one: tuple[ChangeEffect, date | None], other: tuple[ChangeEffect, date | None]
) -> bool:
    """Whether two say the same: a change on the day on which the period ends anyway is one at its end."""
    ends = running_period_end(subscription_id, as_of)

    def plain(said: tuple[ChangeEffect, date | None]) -> tuple[ChangeEffect, date]:
        effect, day = said
        return (ChangeEffect.PERIOD_END, ends) if day in (None, ends) else (effect, day or ends)

    return plain(one) == plain(other)


def _against(ruled: ChangeEffect) -> Refusal:
    cures = {
        ChangeEffect.NOW: _("Change it now, with its credit."),
        ChangeEffect.NOW_WITHOUT_CREDIT: _("Change it now, without credit."),
        ChangeEffect.PERIOD_END: _("Change it at the end of the period."),
    }
    return Refusal(
        "change.against_rule",
        _("The rule of its plan binds when this change takes effect."),
        field="effective_on",
        cure=cures[ruled] + " " + _("Leave the day empty to follow the rule."),
    )


def _a_month(plan: PlanRow, quantity: Decimal, account: AccountOnDay, subscription_id: int) -> Fraction:
    """What the recurring fees of a plan come to a month on a day; what is used is no fee."""
    scopes = [f"account:{account.account_id}", f"subscription:{subscription_id}"]
    scopes += [f"segment:{account.segment}"] if account.segment else []
    total = Fraction(0)
    for charge in plan.charges:
        if charge.interval_unit == IntervalUnit.ONCE or charge.meter or charge.model == PriceModel.CALL:
            continue
        found = calculate_price(
            plan_charge_id=charge.id, currency=account.currency, on=account.on_day, quantity=quantity, scopes=scopes
        )
        length = Fraction(charge.interval_count)
        if charge.interval_unit == IntervalUnit.DAY:
            length /= DAYS_A_MONTH
        total += Fraction(found.amount.decimal) / length
    return total


def _decimal(amount: Fraction | None) -> Decimal | None:
    return None if amount is None else Decimal(amount.numerator) / Decimal(amount.denominator)


def _subject(arguments: Mapping[str, Any], _answer: object) -> str:
    return f"subscription:{arguments['subscription_id']}"


@verb("subscription.change_by_rule", subject=_subject)
def change_plan_by_rule(
    *,
    act: Act,
    subscription_id: int,
    plan: str,
    as_of: date,
    effect: ChangeEffect | None = None,
    effective_on: date | None = None,
    quantity: Decimal | None = None,
    cycle_day: int | None = None,
    version: int | None = None,
) -> SubscriptionRow:
    """Let a subscription run on another plan: when and how the rule of the plan that it leaves says.

    `effect` or `effective_on` say it instead, where the rule does not bind. Raises what `decide_plan_change` and
    `change_plan` raise.
    """
    decision = decide_plan_change(
        subscription_id=subscription_id,
        plan=plan,
        as_of=as_of,
        quantity=quantity,
        effect=effect,
        effective_on=effective_on,
    )
    row = change_plan(
        act=act.nested(),
        subscription_id=subscription_id,
        plan=plan,
        as_of=as_of,
        effective_on=decision.effective_on,
        quantity=quantity,
        cycle_day=cycle_day,
        keeps_billed=decision.keeps_billed,
        version=version,
    )
    after = {"plan": plan, "upgrade": decision.is_upgrade, "effect": decision.effect}
    note_change(after=after, effective_on=decision.effective_on or as_of)
    return row
