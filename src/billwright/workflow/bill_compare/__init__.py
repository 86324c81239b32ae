"""This invoice against the last: per line and per cause, adding up to the difference, with an answer in plain words."""

from billwright.workflow.bill_compare.causes import Cause, Change, changes
from billwright.workflow.bill_compare.comparing import Comparison, compare_documents

__all__ = ["Cause", "Change", "Comparison", "changes", "compare_documents"]
