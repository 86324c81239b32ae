"""Writes of receivables: open items, allocations and their undoing, moves of cash, holds, write-offs."""

from billwright.receivables.operations.allocation import (
    allocate,
    allocate_by_policy,
    allocate_parts,
    distribute_cash,
    unallocate,
)
from billwright.receivables.operations.beginning import NewCash, begin_cash
from billwright.receivables.operations.cash import (
    FreedCash,
    end_cash,
    free_cash,
    free_cash_part,
    move_cash,
    move_shares,
)
from billwright.receivables.operations.collecting import CollectedPart, hold_for_collections, release_collections
from billwright.receivables.operations.conversion import convert_cash, undo_conversion
from billwright.receivables.operations.holds import hold_document, place_hold, release_hold
from billwright.receivables.operations.items import add_open_items, fold_changes
from billwright.receivables.operations.matching import (
    add_matches,
    assign_matches,
    decide_matches,
    forget_signs,
    keep_owners,
    learn_signs,
    note_written,
    set_match_rule,
    take_match_ids,
)
from billwright.receivables.operations.refunds import Refundable, lock_refundable, refund_source
from billwright.receivables.operations.remittances import add_advice, join_advice, part_advice
from billwright.receivables.operations.wallets import expire_wallets, give_back_wallet, top_up_wallet
from billwright.receivables.operations.write_offs import write_off, write_off_parts, write_off_rest

__all__ = [
    "CollectedPart",
    "FreedCash",
    "NewCash",
    "Refundable",
    "add_advice",
    "add_matches",
    "add_open_items",
    "allocate",
    "allocate_by_policy",
    "allocate_parts",
    "assign_matches",
    "begin_cash",
    "convert_cash",
    "decide_matches",
    "distribute_cash",
    "end_cash",
    "expire_wallets",
    "fold_changes",
    "forget_signs",
    "free_cash",
    "free_cash_part",
    "give_back_wallet",
    "hold_document",
    "hold_for_collections",
    "join_advice",
    "keep_owners",
    "learn_signs",
    "lock_refundable",
    "move_cash",
    "move_shares",
    "note_written",
    "part_advice",
    "place_hold",
    "refund_source",
    "release_collections",
    "release_hold",
    "set_match_rule",
    "take_match_ids",
    "top_up_wallet",
    "unallocate",
    "undo_conversion",
    "write_off",
    "write_off_parts",
    "write_off_rest",
]
