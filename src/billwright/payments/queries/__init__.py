"""Reads of payments: receipts and refunds here; bank files, mandates, debits, gateways and the rest by their module."""

from billwright.payments.queries.receipts import (
    AccountFacts,
    account_facts,
    bank_account_entities,
    entry_day,
    get_confirmable,
    get_payment,
    list_payments,
    list_refunds,
    payment_row,
    receipts_by_key,
    recorded,
    refund_row,
    search_payments,
)

__all__ = [
    "AccountFacts",
    "account_facts",
    "bank_account_entities",
    "entry_day",
    "get_confirmable",
    "get_payment",
    "list_payments",
    "list_refunds",
    "payment_row",
    "receipts_by_key",
    "recorded",
    "refund_row",
    "search_payments",
]
