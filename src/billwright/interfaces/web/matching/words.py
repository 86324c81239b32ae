"""How what matching found is said."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from billwright.receivables.remittance_rows import LineStanding
from billwright.receivables.states import MatchState, WriteOffKind

GROUNDS: Final = {
    "NUMBER": _("The text names the document"),
    "ADVICE": _("The payer's advice lists it"),
    "REPAIRED": _("The text names it, with a slip"),
    "EXACT": _("One document is of this amount"),
    "ALL_OPEN": _("All that is open comes to this amount"),
    "IN_ORDER": _("The first documents come to this amount"),
    "SUM": _("Only these documents come to this amount"),
    "NEAR": _("Short by a little"),
    "ORDER": _("The preferred order"),
    "AMOUNT": _("the amount agrees"),
    "DISCOUNT": _("within the terms of a discount"),
    "STATED": _("recorded on the account"),
    "ACCOUNT_NUMBER": _("the account's number"),
    "BANK_ACCOUNT": _("a bank account seen before"),
    "MAIL_ADDRESS": _("a mail address"),
    "CUSTOMER_NUMBER": _("the customer's own number"),
    "NAME_BEFORE": _("a name seen before"),
    "NAME": _("the name"),
    "DIGITS": _("The digits of a number"),
    "REFERENCE": _("The customer's reference"),
    "SETTLED": _("A document that is paid already"),
    "FEE": _("A bank's fee"),
    "OTHERS": _("More is paid than is named"),
    "REST": _("Another customer owes just the rest"),
}
REASONS: Final = {
    "NO_PAYER": _("Nothing says who paid."),
    "SEVERAL_PAYERS": _("Several customers are equally likely."),
    "SEVERAL_WAYS": _("Several sets of documents come to this amount."),
    "AMOUNT_FITS_NOTHING": _("The amount fits no document; this is the preferred order."),
    "NAMES_A_PAID_ONE": _("The text names a document that is paid already: is it paid twice?"),
    "NOTHING_OPEN": _("The customer owes nothing."),
    "SEVERAL_CUSTOMERS": _("Documents of several customers are named, and the amount is not theirs together."),
    "ANOTHER_PAYER": _("The document is another customer's than the payer's, and the amount is not the document's."),
    "NAMES_OTHERS_TOO": _("More is paid than is named: for whom is the rest?"),
    "REST_IS_ANOTHERS": _("More is paid than is named, and another customer owes just the rest."),
    "DIGITS_ALONE": _("Digits without a prefix name the document, and neither the payer nor the amount agrees."),
    "ADVICE_DIFFERS": _("The payer's advice lists what our books do not: see the advice."),
}
STATES: Final = {
    MatchState.OPEN: (_("Waits"), "warn", "hourglass"),
    MatchState.ACCEPTED: (_("Allocated"), "good", "check"),
    MatchState.REJECTED: (_("Rejected"), "bad", "x"),
    MatchState.REPLACED: (_("Looked at again"), "neutral", "refresh-cw"),
    MatchState.UNDONE: (_("Taken back"), "neutral", "undo-2"),
}
DIFFERENCES: Final = {
    WriteOffKind.SMALL_DIFFERENCE: _("small difference"),
    WriteOffKind.BANK_FEE: _("bank fee"),
    WriteOffKind.WITHHELD_TAX: _("tax kept back"),
    WriteOffKind.EARLY_DISCOUNT: _("early-payment discount"),
}
STANDINGS: Final = {
    LineStanding.AGREES: (_("Agrees"), "good", "check"),
    LineStanding.UNKNOWN: (_("No such document"), "bad", "search-x"),
    LineStanding.PAID_BEFORE: (_("Paid before"), "bad", "copy-x"),
    LineStanding.DEDUCTED: (_("Kept back"), "warn", "minus"),
    LineStanding.SHORT: (_("Short"), "warn", "minus"),
    LineStanding.TOO_MUCH: (_("Too much"), "warn", "info"),
    LineStanding.SET_OFF: (_("Set off"), "warn", "arrow-right-left"),
}


def ground_words(evidence_kind: str) -> str:
    """What a kind of evidence is, in words."""
    return ", ".join(str(GROUNDS.get(part, part)) for part in evidence_kind.split("+") if part)
