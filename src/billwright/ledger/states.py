"""States and closed lists of the ledger."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class PeriodState(models.TextChoices):
    """Where an accounting period stands."""

    OPEN = "OPEN"
    """Everybody may post."""
    CLOSING = "CLOSING"
    """Only closing work may post: cut-off, provisions, checks."""
    CLOSED = "CLOSED"
    """Nobody posts; it may be opened again by approval."""
    LOCKED = "LOCKED"
    """Reported to the outside: never opened again."""


ACCOUNTING_PERIOD = Machine(
    "accounting period",
    {
        "start_closing": verb(PeriodState.OPEN, to=PeriodState.CLOSING),
        "close": verb(PeriodState.CLOSING, to=PeriodState.CLOSED),
        "reopen": verb(PeriodState.CLOSING, PeriodState.CLOSED, to=PeriodState.OPEN),
        "lock": verb(PeriodState.CLOSED, to=PeriodState.LOCKED),
    },
)


class LedgerRole(models.TextChoices):
    """What an account is for; the product posts by role, never by number."""

    RECEIVABLES = "RECEIVABLES"
    """Control account of the open items."""
    REVENUE = "REVENUE"
    """Income, one account per product family."""
    DEFERRED_REVENUE = "DEFERRED_REVENUE"
    """Billed ahead of the service, one account per product family."""
    OUTPUT_TAX = "OUTPUT_TAX"
    """Tax owed on sales."""
    BANK = "BANK"
    """Money at the bank."""
    BANK_CLEARING = "BANK_CLEARING"
    """Money announced but not yet on a statement."""
    UNALLOCATED_CASH = "UNALLOCATED_CASH"
    """Received and not yet allocated: owed to the customer until it settles something."""
    DEPOSITS = "DEPOSITS"
    """Security deposits held."""
    WALLETS = "WALLETS"
    """Prepaid money to be used up."""
    REFUNDS_PAYABLE = "REFUNDS_PAYABLE"
    """Approved to go back, not yet sent."""
    SUSPENSE = "SUSPENSE"
    """Received from somebody not yet known."""
    MIGRATION_CLEARING = "MIGRATION_CLEARING"
    """The other side of imported history."""
    INTERCOMPANY = "INTERCOMPANY"
    """Owed between entities of the group."""
    WITHHOLDING_TAX = "WITHHOLDING_TAX"
    """Tax that customers keep back for us."""
    INTEREST_INCOME = "INTEREST_INCOME"
    """Interest on late payment."""
    FEE_INCOME = "FEE_INCOME"
    """Reminder, return and reconnection fees."""
    BANK_CHARGES = "BANK_CHARGES"
    """What banks and gateways keep."""
    EXCHANGE_DIFFERENCE = "EXCHANGE_DIFFERENCE"
    """Realised and unrealised."""
    ROUNDING = "ROUNDING"
    """Differences below what matters."""
    BAD_DEBT = "BAD_DEBT"
    """Loss on written-off items."""
    LOSS_ALLOWANCE = "LOSS_ALLOWANCE"
    """Expected loss on open items."""
    RECOVERIES = "RECOVERIES"
    """Money for items written off before."""
    CREDIT_GIVEN = "CREDIT_GIVEN"
    """Credit given to customers without a document."""
    EARLY_DISCOUNTS = "EARLY_DISCOUNTS"
    """Early-payment discounts that customers took within their terms."""
    OTHER = "OTHER"
    """An account of manual journals only."""


class AccountClass(models.TextChoices):
    """The side of the balance sheet or of the result."""

    ASSET = "ASSET"
    LIABILITY = "LIABILITY"
    EQUITY = "EQUITY"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"


class EntryKind(models.TextChoices):
    """What an entry stands for."""

    INVOICE = "INVOICE"
    CREDIT_NOTE = "CREDIT_NOTE"
    DEBIT_NOTE = "DEBIT_NOTE"
    IMPORT = "IMPORT"
    RECEIPT = "RECEIPT"
    RETURN = "RETURN"
    REFUND = "REFUND"
    ALLOCATION = "ALLOCATION"
    TRANSFER = "TRANSFER"
    WRITE_OFF = "WRITE_OFF"
    RECOGNITION = "RECOGNITION"
    MANUAL = "MANUAL"
    REVERSAL = "REVERSAL"
