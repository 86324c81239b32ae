"""Writes of accounts: customers, billing accounts, contacts, addresses, links and notes."""

from __future__ import annotations

from billwright.accounts.operations.billing_accounts import (
    close_account,
    create_account,
    create_accounts,
    reopen_account,
    update_account,
)
from billwright.accounts.operations.checking import require_valid
from billwright.accounts.operations.contacts import add_contact, change_address, change_contact, set_references
from billwright.accounts.operations.customers import create_customer, create_customers, update_customer
from billwright.accounts.operations.merging import merge_customers, undo_merge
from billwright.accounts.operations.notes import add_note, set_status_note, set_status_notes
from billwright.accounts.operations.parents import end_parent, set_parent

__all__ = [
    "add_contact",
    "add_note",
    "change_address",
    "change_contact",
    "close_account",
    "create_account",
    "create_accounts",
    "create_customer",
    "create_customers",
    "end_parent",
    "merge_customers",
    "reopen_account",
    "require_valid",
    "set_parent",
    "set_references",
    "set_status_note",
    "set_status_notes",
    "undo_merge",
    "update_account",
    "update_customer",
]
