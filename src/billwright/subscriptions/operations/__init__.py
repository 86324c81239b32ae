"""Writes of subscriptions: one verb a function."""

from billwright.subscriptions.operations.ahead import lay_ahead
from billwright.subscriptions.operations.changes import (
    change_cycle_day,
    change_plan,
    change_quantity,
    enter_due,
    pause,
    resume,
    withdraw_change,
)
from billwright.subscriptions.operations.contracts import NewClause, amend_contract, bind_contract, record_contract
from billwright.subscriptions.operations.ends import cancel, end_due, keep, renew_terms
from billwright.subscriptions.operations.escalations import extend_escalations
from billwright.subscriptions.operations.grids import ensure_grids, extend_grids
from billwright.subscriptions.operations.holds import place_billing_hold, release_billing_hold
from billwright.subscriptions.operations.payers import follow_payer
from billwright.subscriptions.operations.prices import change_price, withdraw_price
from billwright.subscriptions.operations.ramps import PriceRamp, PriceStep, agree_price_ramp
from billwright.subscriptions.operations.references import set_references
from billwright.subscriptions.operations.starts import NewSubscription, activate, subscribe, subscribe_many

__all__ = [
    "NewClause",
    "NewSubscription",
    "PriceRamp",
    "PriceStep",
    "activate",
    "agree_price_ramp",
    "amend_contract",
    "bind_contract",
    "cancel",
    "change_cycle_day",
    "change_plan",
    "change_price",
    "change_quantity",
    "end_due",
    "ensure_grids",
    "enter_due",
    "extend_escalations",
    "extend_grids",
    "follow_payer",
    "keep",
    "lay_ahead",
    "pause",
    "place_billing_hold",
    "record_contract",
    "release_billing_hold",
    "renew_terms",
    "resume",
    "set_references",
    "subscribe",
    "subscribe_many",
    "withdraw_change",
    "withdraw_price",
]
