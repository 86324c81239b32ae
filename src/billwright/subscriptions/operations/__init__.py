"""Writes of subscriptions: one verb a function."""

from billwright.subscriptions.operations.changes import (
    cancel,
    change_price,
    change_quantity,
    end_due,
    keep,
)
from billwright.subscriptions.operations.grids import ensure_grids, extend_grids
from billwright.subscriptions.operations.holds import place_billing_hold, release_billing_hold
from billwright.subscriptions.operations.payers import follow_payer
from billwright.subscriptions.operations.starts import NewSubscription, activate, subscribe, subscribe_many

__all__ = [
    "NewSubscription",
    "activate",
    "cancel",
    "change_price",
    "change_quantity",
    "end_due",
    "ensure_grids",
    "extend_grids",
    "follow_payer",
    "keep",
    "place_billing_hold",
    "release_billing_hold",
    "subscribe",
    "subscribe_many",
]
