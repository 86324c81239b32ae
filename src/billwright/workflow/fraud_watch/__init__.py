"""Looking twice before money leaves: rules raise flags, a flag holds the act, another person decides."""

from billwright.workflow.fraud_watch.operations import clear_flag, confirm_flag, set_rule

__all__ = ["clear_flag", "confirm_flag", "set_rule"]
