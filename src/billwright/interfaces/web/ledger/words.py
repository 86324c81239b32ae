"""The words of the books: what people read for kinds, classes and states, and the tone of each state."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.ledger.states import AccountClass, EntryKind, PeriodState

Words = str | Promise

CLASSES: Final[dict[str, Words]] = {
    AccountClass.ASSET: _("Assets"),
    AccountClass.LIABILITY: _("Liabilities"),
    AccountClass.EQUITY: _("Equity"),
    AccountClass.INCOME: _("Income"),
    AccountClass.EXPENSE: _("Expenses"),
}
KINDS: Final[dict[str, Words]] = {
    EntryKind.INVOICE: _("Invoice"),
    EntryKind.CREDIT_NOTE: _("Credit note"),
    EntryKind.DEBIT_NOTE: _("Debit note"),
    EntryKind.IMPORT: _("Import"),
    EntryKind.RECEIPT: _("Receipt"),
    EntryKind.RETURN: _("Payment return"),
    EntryKind.REFUND: _("Refund"),
    EntryKind.ALLOCATION: _("Allocation"),
    EntryKind.TRANSFER: _("Transfer"),
    EntryKind.WRITE_OFF: _("Write-off"),
    EntryKind.RECOGNITION: _("Revenue recognition"),
    EntryKind.MANUAL: _("Manual journal"),
    EntryKind.REVERSAL: _("Reversal"),
}
PERIOD_STATES: Final[dict[str, Words]] = {
    PeriodState.OPEN: _("Open"),
    PeriodState.CLOSING: _("Closing"),
    PeriodState.CLOSED: _("Closed"),
    PeriodState.LOCKED: _("Locked"),
}
PERIOD_TONES: Final[dict[str, str]] = {
    PeriodState.OPEN: "good",
    PeriodState.CLOSING: "warn",
    PeriodState.CLOSED: "neutral",
    PeriodState.LOCKED: "neutral",
}
PERIOD_ICONS: Final[dict[str, str]] = {
    PeriodState.OPEN: "lock-open",
    PeriodState.CLOSING: "hourglass",
    PeriodState.CLOSED: "circle-check",
    PeriodState.LOCKED: "lock",
}


def kind_words(kind: str) -> str:
    """What an entry stands for, in words."""
    return str(KINDS.get(kind, kind))
