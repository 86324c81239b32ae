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
from billwright.payments.models.counter import AcceptedMethod, CashSession, Cheque, DepositSlip
from billwright.payments.models.gateways import (
    Chargeback,
    Gateway,
    GatewayAlarm,
    GatewayEvent,
    GatewayPayment,
    Payout,
    PayoutLine,
)
from billwright.payments.models.links import PageVisit, PaymentLink
from billwright.payments.models.receipts import Payment, PaymentReturn, Refund
from billwright.payments.models.refunding import RefundOrder
from billwright.payments.models.watch import FraudFlag, FraudRule

__all__ = [
    "AcceptedMethod",
    "BankEntry",
    "BankStatement",
    "BankStatementFile",
    "CashSession",
    "Chargeback",
    "Cheque",
    "Collection",
    "CollectionAgreement",
    "CollectionFinding",
    "CollectionRun",
    "DepositSlip",
    "FraudFlag",
    "FraudRule",
    "Gateway",
    "GatewayAlarm",
    "GatewayEvent",
    "GatewayPayment",
    "Mandate",
    "PageVisit",
    "Payment",
    "PaymentLink",
    "PaymentReturn",
    "Payout",
    "PayoutLine",
    "Refund",
    "RefundOrder",
    "StoredMethod",
]
