"""Reads of receivables: items and what may be chased, cash, allocations, holds, and whether the sub-ledger ties."""

from billwright.receivables.queries.allocations import list_allocations
from billwright.receivables.queries.cash import cash_by_payment, count_cash_left, get_cash, list_cash, list_uses
from billwright.receivables.queries.holds import list_holds
from billwright.receivables.queries.items import (
    chaseable,
    count_items,
    get_items,
    get_open_item_id,
    item_currency,
    list_items,
    open_amounts,
    open_item_ids,
)
from billwright.receivables.queries.settlements import SettlementRow, list_settlements
from billwright.receivables.queries.ties import Untied, assert_sub_ledger_ties, untied

__all__ = [
    "SettlementRow",
    "Untied",
    "assert_sub_ledger_ties",
    "cash_by_payment",
    "chaseable",
    "count_cash_left",
    "count_items",
    "get_cash",
    "get_items",
    "get_open_item_id",
    "item_currency",
    "list_allocations",
    "list_cash",
    "list_holds",
    "list_items",
    "list_settlements",
    "list_uses",
    "open_amounts",
    "open_item_ids",
    "untied",
]
