"""Changes of contracts that reach beyond one subscription: an account's cycle day, and money paid back at an end."""

from billwright.workflow.contract_changes.cycle_days import change_account_cycle_day

__all__ = ["change_account_cycle_day"]
