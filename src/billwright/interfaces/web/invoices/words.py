"""Closed lists of documents as people read them, and their tags."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from billwright.comms.states import MessageState
from billwright.invoicing.states import InvoiceState, LineKind, Origin, RebillCause
from billwright.kernel.money import Money
from billwright.org.states import DocumentKind
from billwright.receivables.states import AllocationPolicy, HoldReason

Words = dict[str, str | Promise]

KINDS: Final[Words] = {
    DocumentKind.INVOICE: _("Invoice"),
    DocumentKind.CREDIT_NOTE: _("Credit note"),
    DocumentKind.DEBIT_NOTE: _("Debit note"),
}
STATES: Final[Words] = {
    InvoiceState.DRAFT: _("Draft"),
    InvoiceState.ISSUED: _("Issued"),
    InvoiceState.DISCARDED: _("Discarded"),
}
REBILL_CAUSES: Final[Words] = {
    RebillCause.PLAN: _("Wrong plan"),
    RebillCause.QUANTITY: _("Wrong quantity"),
    RebillCause.PRICE: _("Wrong price"),
    RebillCause.PERIOD: _("Wrong period"),
    RebillCause.TAX: _("Wrong tax"),
    RebillCause.BUYER: _("Wrong buyer details or reference"),
    RebillCause.CUSTOMER: _("Wrong customer"),
    RebillCause.OTHER: _("Other"),
}
ORIGINS: Final[Words] = {
    Origin.RUN: _("Bill run"),
    Origin.MANUAL: _("Written by hand"),
    Origin.IMPORT: _("Imported"),
}
LINE_KINDS: Final[Words] = {
    LineKind.RECURRING: _("Recurring"),
    LineKind.ONE_OFF: _("One-off"),
    LineKind.USAGE: _("Usage"),
    LineKind.CORRECTION: _("Correction"),
    LineKind.MINIMUM: _("Minimum"),
    LineKind.COMMITMENT: _("Commitment"),
    LineKind.SERVICE_CREDIT: _("Service credit"),
    LineKind.SETTLEMENT: _("Settlement"),
    LineKind.ADJUSTMENT: _("Adjustment"),
    LineKind.FEE: _("Fee"),
    LineKind.INTEREST: _("Interest"),
    LineKind.MANUAL: _("Written by hand"),
    LineKind.IMPORTED: _("Imported"),
}
CORRECTION_REASONS: Final[Words] = {
    "BILLING_ERROR": _("Billed wrongly"),
    "SERVICE_ENDED": _("Service ended"),
    "SERVICE_QUALITY": _("Service not as agreed"),
    "GOODWILL": _("Goodwill"),
    "DISPUTE": _("Dispute upheld"),
    "PRICE": _("Price corrected"),
    "QUANTITY": _("Quantity corrected"),
    "TAX": _("Tax corrected"),
    "RETURN": _("Goods or service returned"),
    "LATE_FEE": _("Late fee"),
    "INTEREST": _("Interest on late payment"),
    "OTHER": _("Other, see the text"),
}
HOLD_REASONS: Final[Words] = {
    HoldReason.DISPUTE: _("Contested"),
    HoldReason.PROMISE: _("Promised"),
    HoldReason.PAYMENT_PLAN: _("Payment plan"),
    HoldReason.PAYMENT_IN_CLEARING: _("Money on its way"),
    HoldReason.INSOLVENCY: _("Insolvency"),
    HoldReason.MANUAL: _("Decided by a person"),
}
POLICIES: Final[Words] = {
    AllocationPolicy.OLDEST_FIRST: _("Oldest first"),
    AllocationPolicy.STATED_BY_CUSTOMER: _("As the customer stated"),
    AllocationPolicy.COSTS_INTEREST_PRINCIPAL: _("Costs, interest, principal"),
    AllocationPolicy.BY_HAND: _("Chosen by hand"),
    AllocationPolicy.BILL_RUN: _("Credit of a bill run"),
    AllocationPolicy.IMPORTED: _("Imported"),
    AllocationPolicy.MATCHED: _("Found by matching"),
    AllocationPolicy.WRITTEN_OFF: _("Given up"),
}

# State of a message: words and tone.
MESSAGES: Final[dict[str, tuple[str | Promise, str]]] = {
    MessageState.QUEUED: (_("Waiting to be sent"), "accent"),
    MessageState.SENDING: (_("Being sent"), "accent"),
    MessageState.SENT: (_("Sent"), "good"),
    MessageState.FAILED: (_("Failed"), "bad"),
    MessageState.UNKNOWN: (_("Not known whether it left"), "bad"),
    MessageState.CANCELED: (_("Canceled"), "neutral"),
}


def words_of(words: Words, key: str) -> str:
    """The words of a value; the value itself where there are none."""
    return str(words.get(key, key))


def tag(words: str | Promise, tone: str) -> SafeString:
    """A state in a table, in the one language of colours."""
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, words)


def standing(state: str, *, open_: Money | None, due_date: date, today: date) -> tuple[str, str]:
    """Where a document stands, in words and tone: settled, open and overdue follow from its open item."""
    if state != InvoiceState.ISSUED or open_ is None:
        return words_of(STATES, state), "neutral" if state == InvoiceState.DISCARDED else "accent"
    if not open_:
        return str(_("Settled")), "good"
    if open_.amount_minor < 0:
        return str(_("Credit not applied")), "accent"
    days = (today - due_date).days
    if days > 0:
        return ngettext("Overdue %(days)d day", "Overdue %(days)d days", days) % {"days": days}, "bad"
    return str(_("Open")), "warn"
