"""Credit and rebill: what a document had wrong is credited to it, what is right is billed, and the chain is kept.

A wrong plan, quantity, price or period is put right in the agreement from the true date on, and the bill run's own
pipeline writes the credit notes and the replacement. Wrong tax, buyer or customer: credited in full and issued anew.
"""

from billwright.workflow.rebilling.causes import NewRebill
from billwright.workflow.rebilling.checks import wire_coverage
from billwright.workflow.rebilling.rebill import preview_rebill, rebill, undo_rebill

__all__ = ["NewRebill", "preview_rebill", "rebill", "undo_rebill", "wire_coverage"]
