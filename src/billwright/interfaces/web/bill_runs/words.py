"""Closed lists of bill runs as people read them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.invoicing.states import (
    CheckSeverity,
    FindingCode,
    HeldState,
    PayerOutcome,
    RunState,
    Severity,
    ShadowCause,
    ShadowState,
)

# Words and tone.
STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    RunState.DRAFT: (_("Planned"), "neutral"),
    RunState.PREPARED: (_("Prepared"), "accent"),
    RunState.CHECKED: (_("Checked"), "accent"),
    RunState.APPROVED: (_("Approved"), "warn"),
    RunState.ISSUING: (_("Being issued"), "warn"),
    RunState.ISSUED: (_("Issued"), "good"),
    RunState.DISCARDED: (_("Discarded"), "neutral"),
}
OUTCOMES: Final[dict[str, tuple[str | Promise, str]]] = {
    PayerOutcome.PREPARED: (_("Waits for the issue"), "accent"),
    PayerOutcome.HELD: (_("Held"), "warn"),
    PayerOutcome.ISSUED: (_("Issued"), "good"),
    PayerOutcome.CHANGED: (_("Changed since approval"), "bad"),
    PayerOutcome.BLOCKED: (_("Blocked by a finding"), "bad"),
}
SEVERITIES: Final[dict[str, tuple[str | Promise, str]]] = {
    Severity.BLOCK: (_("Blocks"), "bad"),
    Severity.HOLD: (_("Holds"), "bad"),
    Severity.WARNING: (_("Warning"), "warn"),
    Severity.NOTE: (_("Note"), "neutral"),
}
CHECK_SEVERITIES: Final[dict[str, tuple[str | Promise, str]]] = {
    CheckSeverity.OFF: (_("Is not asked"), "neutral"),
    CheckSeverity.NOTE: (_("Notes"), "neutral"),
    CheckSeverity.WARNING: (_("Warns"), "warn"),
    CheckSeverity.HOLD: (_("Holds the document"), "bad"),
}
HELD_STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    HeldState.OPEN: (_("Waits"), "warn"),
    HeldState.RELEASED: (_("Released"), "good"),
    HeldState.GONE: (_("No longer held"), "neutral"),
}
FINDINGS: Final[dict[str, str | Promise]] = {
    FindingCode.NO_PRICE: _("The price is in another currency than the account"),
    FindingCode.NO_TAX: _("No tax rule, or no rate, holds on the tax point"),
    FindingCode.NO_OPEN_PERIOD: _("The books have no open month for the document"),
    FindingCode.NO_SERIES: _("No series of numbers is valid on the day"),
    FindingCode.UNRATED_USAGE: _("Usage without a rate stays unbilled"),
    FindingCode.LATE_NETTED_USAGE: _("Readings of netted meters came after their period was billed: adjust by hand"),
    FindingCode.NO_EXCHANGE_RATE: _("There is no exchange rate to the base currency"),
    FindingCode.CURRENCY_WITHDRAWN: _("The currency of the account was withdrawn before the document's date"),
    FindingCode.E_INVOICE_ROUNDING: _("An electronic invoice is owed, and its lines would not be rounded"),
    FindingCode.NO_GRID_PERIOD: _("The calendar of billing periods has a hole"),
    FindingCode.ACCOUNT_CLOSED: _("Something is owed by an account that is closed"),
    FindingCode.CHANGED_SINCE_APPROVAL: _("Not what was approved: another run bills it"),
    FindingCode.NEGATIVE_TOTAL: _("The document will be a credit note"),
    FindingCode.ZERO_TOTAL: _("Nothing is owed on balance"),
    FindingCode.FIRST_INVOICE: _("The first document of the account"),
    FindingCode.NOTHING_TO_CREDIT: _("Service ended early, but no line of ours billed it"),
    FindingCode.HOLD: _("Billing is held: it waits"),
    FindingCode.OUTLIER: _("The total is far from what the account usually gets"),
    FindingCode.NO_TAX_NUMBER: _("The tax treatment wants a tax number, and none is known"),
    FindingCode.NO_REFERENCE: _("A reference that the customer wants is not entered"),
    FindingCode.BUSINESS_WITHOUT_TAX_NUMBER: _("An organization without a tax number"),
    FindingCode.BANK_CHANGED: _("How it pays, or where it is asked to pay, changed lately"),
    FindingCode.FIRST_OF_CONTRACT: _("The first bill of a subscription"),
    FindingCode.CLAUSE_MISMATCH: _("Other terms than a clause of the contract sets"),
    FindingCode.PRICE_DIFFERS: _("Another price than the contract sets"),
    FindingCode.OTHER_CURRENCY: _("A waiting charge is in another currency than the account"),
}
SHADOW_STATES: Final[dict[str, tuple[str | Promise, str]]] = {
    ShadowState.DRAFTING: (_("Being drafted"), "accent"),
    ShadowState.DRAFTED: (_("To be signed"), "warn"),
    ShadowState.SIGNED_OFF: (_("Signed off"), "good"),
}
CAUSES: Final[dict[str, str | Promise]] = {
    ShadowCause.PRICE: _("Price"),
    ShadowCause.QUANTITY: _("Quantity"),
    ShadowCause.USAGE: _("Usage"),
    ShadowCause.PRORATION: _("Share of the period"),
    ShadowCause.PERIOD: _("Number of periods"),
    ShadowCause.NEW: _("Only in the second draft"),
    ShadowCause.MISSING: _("Only in the first draft"),
    ShadowCause.ONE_OFF: _("Single charges"),
    ShadowCause.DISCOUNT: _("Discount"),
    ShadowCause.TAX: _("Tax"),
}


def finding_words(code: str) -> str:
    """A finding in words; its code where a newer release knows more."""
    return str(FINDINGS.get(code, code))
