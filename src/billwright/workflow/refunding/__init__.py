"""Sending money back, from the wish to its arrival: asked for, agreed to, sent, confirmed, or come back.

It promises that no more leaves than is left of what was received, that the same refund asked for twice is seen, and
that money which comes back waits on the account again.
"""

from billwright.workflow.refunding.asking import approve_refund, cancel_refund, request_refund
from billwright.workflow.refunding.sending import (
    Proof,
    ask_source_of,
    confirm_refund,
    fail_refund,
    send_refund_by_hand,
    send_refund_to_source,
    send_refunds_by_file,
)

__all__ = [
    "Proof",
    "approve_refund",
    "ask_source_of",
    "cancel_refund",
    "confirm_refund",
    "fail_refund",
    "request_refund",
    "send_refund_by_hand",
    "send_refund_to_source",
    "send_refunds_by_file",
]
