"""States of what is handed over at the counter: cheques, their deposit slips, and cash desks."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class ChequeState(models.TextChoices):
    """How far a cheque has come."""

    RECEIVED = "RECEIVED"
    """In our hands."""
    DEPOSITED = "DEPOSITED"
    """At the bank, on a slip."""
    CLEARED = "CLEARED"
    """The bank has credited it. It may still come back."""
    RETURNED = "RETURNED"
    """Not paid: what it settled is open again."""


CHEQUE = Machine(
    "cheque",
    {
        "deposit": verb(ChequeState.RECEIVED, to=ChequeState.DEPOSITED),
        "clear": verb(ChequeState.DEPOSITED, to=ChequeState.CLEARED),
        "return": verb(ChequeState.RECEIVED, ChequeState.DEPOSITED, ChequeState.CLEARED, to=ChequeState.RETURNED),
    },
)


class DepositSlipState(models.TextChoices):
    """Whether the bank has credited what was brought."""

    DEPOSITED = "DEPOSITED"
    """Brought to the bank."""
    CLEARED = "CLEARED"
    """Credited."""


DEPOSIT_SLIP = Machine("deposit slip", {"clear": verb(DepositSlipState.DEPOSITED, to=DepositSlipState.CLEARED)})


class CashSessionState(models.TextChoices):
    """Whether a cash desk is open."""

    OPEN = "OPEN"
    """Money is taken."""
    CLOSED = "CLOSED"
    """Counted; the difference is in the books."""


CASH_SESSION = Machine("cash session", {"close": verb(CashSessionState.OPEN, to=CashSessionState.CLOSED)})
