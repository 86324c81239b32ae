"""Payment gateways: their set-up, webhooks, payouts, chargebacks, and the watch over them."""
