"""Tables of payments."""

from billwright.payments.models.bank import BankEntry, BankStatement, BankStatementFile
from billwright.payments.models.collecting import (
    Collection,
    CollectionAgreement,
    CollectionFinding,
    CollectionRun,
    Mandate,
    StoredMethod,
)
from billwright.payments.models.receipts import Payment, PaymentReturn, Refund
from billwright.payments.models.refunding import RefundOrder

__all__ = [
    "BankEntry",
    "BankStatement",
    "BankStatementFile",
    "Collection",
    "CollectionAgreement",
    "CollectionFinding",
    "CollectionRun",
    "Mandate",
    "Payment",
    "PaymentReturn",
    "Refund",
    "RefundOrder",
    "StoredMethod",
]
