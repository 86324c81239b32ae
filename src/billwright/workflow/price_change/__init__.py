"""What a new price would do before it is set: which contracts it reaches, from which day, and what they come to.

Nothing is written. `subscriptions.operations.change_price` sets the price and reaches the same contracts. The
calculator beside it says what a quantity costs.
"""

from billwright.workflow.price_change.calculator import Calculated, CalculatedPart, calculate_price
from billwright.workflow.price_change.previews import PriceChangePreview, ReachedContract, preview_price_change

__all__ = [
    "Calculated",
    "CalculatedPart",
    "PriceChangePreview",
    "ReachedContract",
    "calculate_price",
    "preview_price_change",
]
