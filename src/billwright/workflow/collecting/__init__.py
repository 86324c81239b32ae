"""Collecting: what is due is debited by files to banks, their answers come back, and failures are followed up.

It promises that no cent is asked for twice: what a debit is for is held while it is on its way, one debit has one
end-to-end reference, and one reference has one receipt. Limits of schemes are asked of their rules, never known here.
"""

from billwright.workflow.collecting.bank_entries import take_bank_entries
from billwright.workflow.collecting.failing import retry_on
from billwright.workflow.collecting.outcomes import (
    collect_by_token,
    record_failure,
    record_success,
    resolve_failure,
    settle_run,
)
from billwright.workflow.collecting.preparing import prepare_run
from billwright.workflow.collecting.results import TakenResults, take_results
from billwright.workflow.collecting.running import (
    approve_run,
    cancel_collection,
    check_run,
    discard_run,
    read_run_file,
    submit_run,
)

__all__ = [
    "TakenResults",
    "approve_run",
    "cancel_collection",
    "check_run",
    "collect_by_token",
    "discard_run",
    "prepare_run",
    "read_run_file",
    "record_failure",
    "record_success",
    "resolve_failure",
    "retry_on",
    "settle_run",
    "submit_run",
    "take_bank_entries",
    "take_results",
]
