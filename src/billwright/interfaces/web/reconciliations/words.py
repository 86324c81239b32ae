"""How states and kinds of reconciliations are called and coloured."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.tags import Words
from billwright.receivables.states import DifferenceKind, ReconciliationState, TheirContent

STATES: Final[Words] = {
    ReconciliationState.OPEN: (_("Being worked"), "accent", "hourglass"),
    ReconciliationState.SIGNED_OFF: (_("Signed off"), "good", "circle-check"),
    ReconciliationState.DISCARDED: (_("Given up"), "neutral", "minus"),
}
KINDS: Final[Words] = {
    DifferenceKind.AGREED: (_("Agreed"), "good", "check"),
    DifferenceKind.MISSING_AT_THEM: (_("Missing at them"), "bad", "file-x"),
    DifferenceKind.MISSING_AT_US: (_("Missing at us"), "bad", "circle-question-mark"),
    DifferenceKind.AMOUNT_DIFFERS: (_("Amount differs"), "warn", "scale"),
    DifferenceKind.SHORT_PAYMENT: (_("Short payment"), "warn", "minus"),
    DifferenceKind.UNKNOWN_PAYMENT: (_("Unknown payment"), "bad", "circle-question-mark"),
    DifferenceKind.RECEIPT_NOT_AT_THEM: (_("Our receipt, not at them"), "warn", "banknote"),
    DifferenceKind.TIMING: (_("On its way"), "neutral", "hourglass"),
    DifferenceKind.LISTED_TWICE: (_("Listed twice"), "warn", "files"),
}
CONTENTS: Final[dict[str, str | Promise]] = {
    TheirContent.OPEN_ITEMS: _("Their open items: what they believe to owe"),
    TheirContent.MOVEMENTS: _("Their movements: every document and payment"),
    TheirContent.REMITTANCE: _("A remittance: what a payment pays"),
}
