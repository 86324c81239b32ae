"""The methods of payment of this installation; a company says which of them it takes.

A gateway or a scheme is a plug-in of its own behind these: see `payments.ports`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from billwright.payments.ports.methods import MethodPlugin, MethodWay
from billwright.payments.states import PaymentMethod

METHODS: tuple[MethodPlugin, ...] = (
    MethodPlugin(
        code="bank_transfer", title=_("Bank transfer"), method=PaymentMethod.BANK_TRANSFER, way=MethodWay.BANK
    ),
    MethodPlugin(
        code="direct_debit", title=_("Direct debit"), method=PaymentMethod.DIRECT_DEBIT, way=MethodWay.COLLECTED
    ),
    MethodPlugin(
        code="card_online", title=_("Card on a payment page"), method=PaymentMethod.CARD, way=MethodWay.ONLINE
    ),
    MethodPlugin(
        code="wallet_online", title=_("Wallet on a payment page"), method=PaymentMethod.WALLET, way=MethodWay.ONLINE
    ),
    MethodPlugin(code="cheque", title=_("Cheque"), method=PaymentMethod.CHEQUE, way=MethodWay.COUNTER),
    MethodPlugin(code="cash", title=_("Cash at the desk"), method=PaymentMethod.CASH, way=MethodWay.COUNTER),
)
