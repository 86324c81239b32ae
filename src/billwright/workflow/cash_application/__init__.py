"""Cash application: finding what receipts pay, by the company's rule and its own history, and allocating it.

It promises that an item is paid once, that every finding keeps what it rests on and how probable it is, that nothing
posts by itself but what the rule decides or what is measured on the book's own answers, and that taking a finding
back restores everything, what was learned too. Runs go in batches, each a transaction of its own.
"""

from billwright.workflow.cash_application.keys import refresh_keys, shards_from
from billwright.workflow.cash_application.operations import (
    BATCH,
    SHARES,
    ChosenItem,
    MatchedBatch,
    Wanted,
    accept_matches,
    accept_other,
    match_batch,
    reject_matches,
    shares_of,
    undo_match,
)
from billwright.workflow.cash_application.remittances import read_advice, take_advice

__all__ = [
    "BATCH",
    "SHARES",
    "ChosenItem",
    "MatchedBatch",
    "Wanted",
    "accept_matches",
    "accept_other",
    "match_batch",
    "read_advice",
    "refresh_keys",
    "reject_matches",
    "shards_from",
    "shares_of",
    "take_advice",
    "undo_match",
]
