"""Writes of rating: pending charges, discounts, and what an account agreed to spend at least or at most."""

from billwright.rating.operations.agreements import (
    NewDiscount,
    NewSpendLimit,
    end_discount,
    end_spend_limit,
    give_discount,
    set_spend_limit,
)
from billwright.rating.operations.charges import (
    NewAdjustment,
    NewOneOff,
    NewServiceCredit,
    add_one_off,
    approve_adjustment,
    discard_charge,
    give_service_credit,
    propose_adjustment,
)
from billwright.rating.operations.coupons import NewCoupon, close_coupon, create_coupon, redeem_coupon
from billwright.rating.operations.grants import NewGrant, grant_units

__all__ = [
    "NewAdjustment",
    "NewCoupon",
    "NewDiscount",
    "NewGrant",
    "NewOneOff",
    "NewServiceCredit",
    "NewSpendLimit",
    "add_one_off",
    "approve_adjustment",
    "close_coupon",
    "create_coupon",
    "discard_charge",
    "end_discount",
    "end_spend_limit",
    "give_discount",
    "give_service_credit",
    "grant_units",
    "propose_adjustment",
    "redeem_coupon",
    "set_spend_limit",
]
