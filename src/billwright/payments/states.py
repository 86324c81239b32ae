"""States and closed lists of payments."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class PaymentMethod(models.TextChoices):
    """How money came."""

    BANK_TRANSFER = "BANK_TRANSFER"
    DIRECT_DEBIT = "DIRECT_DEBIT"
    CARD = "CARD"
    WALLET = "WALLET"
    CHEQUE = "CHEQUE"
    CASH = "CASH"
    OTHER = "OTHER"


class PaymentState(models.TextChoices):
    """Where a receipt stands. What is left of it to allocate is known to receivables."""

    RECEIVED = "RECEIVED"
    """Ours, as far as we know."""
    RETURNED = "RETURNED"
    """Taken back by the bank, or recorded wrongly and reversed."""


PAYMENT = Machine("payment", {"return": verb(PaymentState.RECEIVED, to=PaymentState.RETURNED)})


class ReturnKind(models.TextChoices):
    """Why a receipt is undone."""

    RETURNED = "RETURNED"
    """The bank took it back."""
    RECORDED_WRONGLY = "RECORDED_WRONGLY"
    """It never came: a mistake of ours."""
