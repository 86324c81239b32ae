"""Tables of payments."""

from billwright.payments.models.bank import BankEntry, BankStatement, BankStatementFile
from billwright.payments.models.receipts import Payment, PaymentReturn, Refund

__all__ = [
    "BankEntry",
    "BankStatement",
    "BankStatementFile",
    "Payment",
    "PaymentReturn",
    "Refund",
]
