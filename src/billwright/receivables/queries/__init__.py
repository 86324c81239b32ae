"""Reads of receivables: items and what may be chased, cash, allocations, holds, and whether the sub-ledger ties."""

from billwright.receivables.queries.allocations import list_allocations
from billwright.receivables.queries.cash import cash_by_payment, count_cash_left, get_cash, list_cash, list_uses
from billwright.receivables.queries.collecting import blocked_items, items_of_collections, still_chaseable_parts
from billwright.receivables.queries.holds import held_of, list_account_holds, list_holds
from billwright.receivables.queries.items import (
    accounts_of_items,
    chaseable,
    count_items,
    due_accounts,
    get_items,
    list_claims,
    list_document_items,
    list_items,
    open_amounts,
    open_item_ids,
)
from billwright.receivables.queries.matching import (
    MatchSettled,
    QueueAge,
    age_queue,
    differences,
    get_match,
    get_matches,
    get_settled,
    list_matches,
    list_queue,
    match_history,
    match_rule,
)
from billwright.receivables.queries.open_items import list_credits, list_open_items, open_figures
from billwright.receivables.queries.remittances import find_advice, get_advice, list_advice
from billwright.receivables.queries.settlements import SettlementRow, list_settlements
from billwright.receivables.queries.ties import Untied, assert_sub_ledger_ties, unproved, untied
from billwright.receivables.queries.wallets import WalletLotRow, list_wallet

__all__ = [
    "MatchSettled",
    "QueueAge",
    "SettlementRow",
    "Untied",
    "WalletLotRow",
    "accounts_of_items",
    "age_queue",
    "assert_sub_ledger_ties",
    "blocked_items",
    "cash_by_payment",
    "chaseable",
    "count_cash_left",
    "count_items",
    "differences",
    "due_accounts",
    "find_advice",
    "get_advice",
    "get_cash",
    "get_items",
    "get_match",
    "get_matches",
    "get_settled",
    "held_of",
    "items_of_collections",
    "list_account_holds",
    "list_advice",
    "list_allocations",
    "list_cash",
    "list_claims",
    "list_credits",
    "list_document_items",
    "list_holds",
    "list_items",
    "list_matches",
    "list_open_items",
    "list_queue",
    "list_settlements",
    "list_uses",
    "list_wallet",
    "match_history",
    "match_rule",
    "open_amounts",
    "open_figures",
    "open_item_ids",
    "still_chaseable_parts",
    "unproved",
    "untied",
]
