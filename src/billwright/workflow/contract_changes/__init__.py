"""Changes of contracts that reach beyond one subscription: an account's cycle day, and money paid back at an end."""

from billwright.workflow.contract_changes.cycle_days import change_account_cycle_day
from billwright.workflow.contract_changes.refunds import pay_back_credits

__all__ = ["change_account_cycle_day", "pay_back_credits"]
