"""Stripe, through its official library: payment pages, tokens, refunds, webhooks and payouts."""

from billwright.connectors.stripe.gateway import StripeGateway

__all__ = ["StripeGateway"]
