"""Reads of accounts."""

from __future__ import annotations

from billwright.accounts.queries.billing_accounts import (
    account_ids_by_number,
    account_ids_by_reference,
    account_names,
    credit_use,
    e_invoice_is_owed,
    ever_paid_for,
    find_account,
    get_account,
    get_accounts,
    list_addresses,
    list_children,
    list_contacts,
    list_references,
    organization_ids,
    owes_e_invoice,
    parent_on,
    parties,
    terms_of,
)
from billwright.accounts.queries.customers import (
    find_customer,
    get_customer,
    list_changes,
    list_customer_accounts,
    list_customers,
    surviving_customers,
)
from billwright.accounts.queries.duplicates import find_duplicates, list_duplicates
from billwright.accounts.queries.notes import (
    list_notes,
    list_status_notes,
    present_status_note,
    present_status_notes,
    search_notes,
)
from billwright.accounts.queries.search import (
    AccountFilter,
    account_ids_found,
    list_accounts,
    search_accounts,
)

__all__ = [
    "AccountFilter",
    "account_ids_by_number",
    "account_ids_by_reference",
    "account_ids_found",
    "account_names",
    "credit_use",
    "e_invoice_is_owed",
    "ever_paid_for",
    "find_account",
    "find_customer",
    "find_duplicates",
    "get_account",
    "get_accounts",
    "get_customer",
    "list_accounts",
    "list_addresses",
    "list_changes",
    "list_children",
    "list_contacts",
    "list_customer_accounts",
    "list_customers",
    "list_duplicates",
    "list_notes",
    "list_references",
    "list_status_notes",
    "organization_ids",
    "owes_e_invoice",
    "parent_on",
    "parties",
    "present_status_note",
    "present_status_notes",
    "search_accounts",
    "search_notes",
    "surviving_customers",
    "terms_of",
]
