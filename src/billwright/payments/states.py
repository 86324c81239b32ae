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
    CREDIT = "CREDIT"
    """No money came: credit that we give without a document."""


class PaymentState(models.TextChoices):
    """Where a receipt stands. What is left of it to allocate is known to receivables."""

    RECEIVED = "RECEIVED"
    """Ours, as far as we know."""
    RETURNED = "RETURNED"
    """Taken back by the bank, or recorded wrongly and reversed."""


PAYMENT = Machine("payment", {"return": verb(PaymentState.RECEIVED, to=PaymentState.RETURNED)})


class BankFileState(models.TextChoices):
    """What became of a bank file. Its bytes are kept either way."""

    TAKEN = "TAKEN"
    """Its statements add up and are ours; its entries are in the inbox."""
    QUARANTINED = "QUARANTINED"
    """Something about it is wrong; nothing of it was taken, and the reason is kept."""


class BankEntryState(models.TextChoices):
    """How far an entry of a bank statement has been worked."""

    NEW = "NEW"
    """Nobody has dealt with it."""
    RECEIVED = "RECEIVED"
    """Money that came in: it is a receipt."""
    HANDLED = "HANDLED"
    """A debit or a return whose consequence is in the books."""
    IGNORED = "IGNORED"
    """Not ours to deal with, such as a transfer between own accounts; with its reason."""


BANK_ENTRY = Machine(
    "bank entry",
    {
        "receive": verb(BankEntryState.NEW, to=BankEntryState.RECEIVED),
        "handle": verb(BankEntryState.NEW, to=BankEntryState.HANDLED),
        "ignore": verb(BankEntryState.NEW, to=BankEntryState.IGNORED),
        "reopen": verb(BankEntryState.IGNORED, BankEntryState.HANDLED, to=BankEntryState.NEW),
    },
)


class ReturnKind(models.TextChoices):
    """Why a receipt is undone."""

    RETURNED = "RETURNED"
    """The bank took it back."""
    RECORDED_WRONGLY = "RECORDED_WRONGLY"
    """It never came: a mistake of ours."""
