"""The bank inbox: files of banks taken in, proved and counted, and what came in made receipts.

It promises that every file is kept with its hash, that a file which is wrong in any way changes nothing but leaves
its reason, and that an entry is in once however many files tell of it.
"""

from billwright.workflow.bank_inbox.receiving import ignore_entries, receive_entries, reopen_entries
from billwright.workflow.bank_inbox.taking import take_bank_file

__all__ = ["ignore_entries", "receive_entries", "reopen_entries", "take_bank_file"]
