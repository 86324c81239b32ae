"""Checks before issue tried out: how many documents of the last run a planned change would have held.

The run's own statements ask; what they read is laid out again from what was issued. Nothing is written.
"""

from billwright.workflow.bill_checks.previews import CheckPreview, CheckSample, preview_check

__all__ = ["CheckPreview", "CheckSample", "preview_check"]
