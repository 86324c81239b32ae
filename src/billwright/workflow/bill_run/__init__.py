"""The bill run: the same ordered SQL steps prepare, preview and issue.

`pipeline` is the table of contents; `runs` drives it over the shards of a run with one or several connections, each
shard in its own transaction; `previews` runs it for a few accounts and rolls back.
"""

from billwright.workflow.bill_run.abreast import Connections
from billwright.workflow.bill_run.change_previews import ChangeAsked, ChangeKind, ChangePreview, preview_change
from billwright.workflow.bill_run.previews import AccountPreview, preview_accounts
from billwright.workflow.bill_run.runs import (
    RunReport,
    begin_issue,
    begin_preparation,
    issue_bill_run,
    issue_shards,
    prepare_bill_run,
    prepare_shards,
    run_bill_run,
    work_on_shards,
)

__all__ = [
    "AccountPreview",
    "ChangeAsked",
    "ChangeKind",
    "ChangePreview",
    "Connections",
    "RunReport",
    "begin_issue",
    "begin_preparation",
    "issue_bill_run",
    "issue_shards",
    "prepare_bill_run",
    "prepare_shards",
    "preview_accounts",
    "preview_change",
    "run_bill_run",
    "work_on_shards",
]
