"""Shadow runs: the same accounts drafted twice, and the differences by cause, for a person to sign.

Both drafts are the bill run's own steps over its working tables. The second one supposes another date, another value
of a convention, another rate of tax or other prices; or the first is what was really issued. Nothing of it writes
documents, numbers or marks.
"""

from billwright.workflow.shadow_run.drafting import SUPPOSABLE, begin_shadow, draft_shadow, shadow_bill_run

__all__ = ["SUPPOSABLE", "begin_shadow", "draft_shadow", "shadow_bill_run"]
