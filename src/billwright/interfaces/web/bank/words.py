"""How states of the bank inbox are called and coloured."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.tags import Words
from billwright.payments.states import BankEntryState, BankFileState

ENTRY_STATES: Final[Words] = {
    BankEntryState.NEW: (_("New"), "warn", "hourglass"),
    BankEntryState.RECEIVED: (_("Receipt"), "good", "check"),
    BankEntryState.HANDLED: (_("Dealt with"), "good", "check"),
    BankEntryState.IGNORED: (_("Left out"), "neutral", "minus"),
}
FILE_STATES: Final[Words] = {
    BankFileState.TAKEN: (_("Taken"), "good", "circle-check"),
    BankFileState.QUARANTINED: (_("Set aside"), "bad", "octagon-x"),
}
