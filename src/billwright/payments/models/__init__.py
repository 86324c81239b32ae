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
from billwright.payments.models.gateways import (
    Chargeback,
    Gateway,
    GatewayAlarm,
    GatewayEvent,
    GatewayPayment,
    Payout,
    PayoutLine,
)
from billwright.payments.models.receipts import Payment, PaymentReturn, Refund
from billwright.payments.models.refunding import RefundOrder

__all__ = [
    "BankEntry",
    "BankStatement",
    "BankStatementFile",
    "Chargeback",
    "Collection",
    "CollectionAgreement",
    "CollectionFinding",
    "CollectionRun",
    "Gateway",
    "GatewayAlarm",
    "GatewayEvent",
    "GatewayPayment",
    "Mandate",
    "Payment",
    "PaymentReturn",
    "Payout",
    "PayoutLine",
    "Refund",
    "RefundOrder",
    "StoredMethod",
]
