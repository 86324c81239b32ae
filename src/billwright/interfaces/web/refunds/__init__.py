"""Money that goes back: orders to refund, who agreed, how it was sent, and what came back."""
