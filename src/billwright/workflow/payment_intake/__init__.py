"""Money in, from the receipt to what it settles, and back again: one transaction a call, whatever the number.

It promises that a receipt is recorded once however often it is sent, and that what no item wants stays visible as
unallocated cash. Receipts come in batches; a single one is a batch of one.
"""

from billwright.workflow.payment_intake.operations import (
    ReceiptIn,
    ReceiptOut,
    StatedPart,
    give_credit,
    receive_payments,
    refund,
    return_payment,
)

__all__ = ["ReceiptIn", "ReceiptOut", "StatedPart", "give_credit", "receive_payments", "refund", "return_payment"]
