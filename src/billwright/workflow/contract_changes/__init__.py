"""Changes of contracts that reach beyond one subscription: an account's cycle day, another plan by its
rule, and money paid back at an end."""

from billwright.workflow.contract_changes.cycle_days import change_account_cycle_day
from billwright.workflow.contract_changes.plan_changes import PlanDecision, change_plan_by_rule, decide_plan_change
from billwright.workflow.contract_changes.refunds import pay_back_credits

__all__ = [
    "PlanDecision",
    "change_account_cycle_day",
    "change_plan_by_rule",
    "decide_plan_change",
    "pay_back_credits",
]
