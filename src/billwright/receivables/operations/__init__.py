"""Writes of receivables: open items, allocations and their undoing, moves of cash, holds."""

from billwright.receivables.operations.allocation import (
    allocate,
    allocate_by_policy,
    allocate_parts,
    distribute_cash,
    unallocate,
)
from billwright.receivables.operations.cash import add_cash, end_cash, free_cash, move_cash
from billwright.receivables.operations.holds import place_hold, release_hold
from billwright.receivables.operations.items import add_open_items, fold_changes
from billwright.receivables.operations.refunds import refund_source

__all__ = [
    "add_cash",
    "add_open_items",
    "allocate",
    "allocate_by_policy",
    "allocate_parts",
    "distribute_cash",
    "end_cash",
    "fold_changes",
    "free_cash",
    "move_cash",
    "place_hold",
    "refund_source",
    "release_hold",
    "unallocate",
]
