"""Our books beside a customer's own statement or remittance: read, compared, explained, signed off.

It promises that every line of theirs and everything of ours that belongs to it stands in exactly one finding, so that
the findings add up to both balances; and that what was signed off never changes.
"""

from billwright.workflow.reconciliations.operations import (
    add_their_paper,
    compare_again,
    confirm_columns,
    discard_reconciliation,
    explain,
    remove_their_paper,
    sign_off,
    start_reconciliation,
)
from billwright.workflow.reconciliations.sheet import reconciliation_workbook

__all__ = [
    "add_their_paper",
    "compare_again",
    "confirm_columns",
    "discard_reconciliation",
    "explain",
    "reconciliation_workbook",
    "remove_their_paper",
    "sign_off",
    "start_reconciliation",
]
