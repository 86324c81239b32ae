"""Offers across domains: what a discount, a coupon, a commitment or agreed prices come to before they are confirmed,
how far a commitment is reached, and an order with a coupon in one act."""

from billwright.workflow.offers.orders import subscribe_with_coupon
from billwright.workflow.offers.previews import (
    OfferPreview,
    preview_coupon,
    preview_discount,
    preview_offer,
    preview_price_ramp,
    preview_spend_limit,
)
from billwright.workflow.offers.progress import SpendLimitProgress, spend_limit_progress

__all__ = [
    "OfferPreview",
    "SpendLimitProgress",
    "preview_coupon",
    "preview_discount",
    "preview_offer",
    "preview_price_ramp",
    "preview_spend_limit",
    "spend_limit_progress",
    "subscribe_with_coupon",
]
