"""Writes of the ledger: books and periods, entries and their reversal, manual journals."""

from billwright.ledger.operations.books import (
    close_period,
    ensure_family_account,
    ensure_periods,
    lock_period,
    open_books,
    reopen_period,
    start_closing_period,
)
from billwright.ledger.operations.entries import (
    ManualJournal,
    ManualLine,
    manual_draft,
    post_entries,
    post_entry,
    post_manual_journal,
    reverse_entries,
    reverse_entry,
)
from billwright.ledger.operations.sums import fold_movements
from billwright.ledger.policies import EntryDraft, Side
from billwright.ledger.queries import first_open_day

__all__ = [
    "EntryDraft",
    "ManualJournal",
    "ManualLine",
    "Side",
    "close_period",
    "ensure_family_account",
    "ensure_periods",
    "first_open_day",
    "fold_movements",
    "lock_period",
    "manual_draft",
    "open_books",
    "post_entries",
    "post_entry",
    "post_manual_journal",
    "reopen_period",
    "reverse_entries",
    "reverse_entry",
    "start_closing_period",
]
