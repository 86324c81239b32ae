"""How states, kinds and plans of collecting are called and coloured."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from billwright.interfaces.web.tags import Words
from billwright.payments.rules import CodeMeaning
from billwright.payments.states import (
    BankDetailsKind,
    CollectionRunState,
    CollectionState,
    FailurePlan,
    MandateFrequency,
    MandateState,
    PaymentMethod,
    StoredMethodState,
)

RUN_STATES: Final[Words] = {
    CollectionRunState.DRAFT: (_("Prepared"), "neutral", "pencil"),
    CollectionRunState.CHECKED: (_("Checked"), "accent", "list-checks"),
    CollectionRunState.APPROVED: (_("Approved"), "accent", "stamp"),
    CollectionRunState.SUBMITTED: (_("On its way"), "warn", "hourglass"),
    CollectionRunState.CLOSED: (_("Finished"), "good", "check"),
    CollectionRunState.DISCARDED: (_("Discarded"), "neutral", "minus"),
}
COLLECTION_STATES: Final[Words] = {
    CollectionState.PREPARED: (_("Prepared"), "neutral", "pencil"),
    CollectionState.SUBMITTED: (_("On its way"), "warn", "hourglass"),
    CollectionState.PAID: (_("Paid"), "good", "check"),
    CollectionState.FAILED: (_("Failed"), "bad", "octagon-x"),
    CollectionState.RETURNED: (_("Taken back"), "bad", "undo-2"),
    CollectionState.CANCELED: (_("Taken out"), "neutral", "minus"),
}
MANDATE_STATES: Final[Words] = {
    MandateState.CREATED: (_("Not yet confirmed"), "warn", "hourglass"),
    MandateState.AUTHENTICATED: (_("Confirmed"), "accent", "stamp"),
    MandateState.ACTIVE: (_("Active"), "good", "check"),
    MandateState.SUSPENDED: (_("Put aside"), "warn", "minus"),
    MandateState.EXPIRED: (_("Expired"), "neutral", "hourglass"),
    MandateState.REVOKED: (_("Revoked"), "bad", "octagon-x"),
}
METHOD_STATES: Final[Words] = {
    StoredMethodState.CREATED: (_("Not yet confirmed"), "warn", "hourglass"),
    StoredMethodState.ACTIVE: (_("Active"), "good", "check"),
    StoredMethodState.SUSPENDED: (_("Put aside"), "warn", "minus"),
    StoredMethodState.EXPIRED: (_("Expired"), "neutral", "hourglass"),
    StoredMethodState.REVOKED: (_("Revoked"), "bad", "octagon-x"),
}
METHOD_KINDS: Final[dict[str, Any]] = {
    PaymentMethod.DIRECT_DEBIT: _("Bank account"),
    PaymentMethod.CARD: _("Card"),
    PaymentMethod.WALLET: _("Wallet"),
}
KINDS: Final[Words] = {
    CodeMeaning.RETRY_LATER: (_("Try later"), "warn", "hourglass"),
    CodeMeaning.NEEDS_CUSTOMER: (_("Needs the customer"), "warn", "users"),
    CodeMeaning.NEVER_AGAIN: (_("Never again"), "bad", "octagon-x"),
    CodeMeaning.DISPUTED: (_("Disputed"), "bad", "scale"),
}
# What happens by itself, and what a person does, for each plan.
PLANS: Final[dict[str, tuple[Any, Any]]] = {
    FailurePlan.RETRY: (_("Tried again"), _("Nobody: on that day the run or the job takes it.")),
    FailurePlan.FALLBACK: (
        _("Next method"),
        _("Tell the customer that this one failed; the next run, or for a card the job, tries another stored method."),
    ),
    FailurePlan.CONTACT: (
        _("Ask the customer"),
        _("Call or write today: other bank details, a new mandate, or another way to pay."),
    ),
    FailurePlan.STOP: (_("Stopped"), _("Nobody: the claim goes the way of collections.")),
    FailurePlan.ANSWER: (
        _("Answer the dispute"),
        _("Prove the mandate or give in, before anything else is sent. Nothing is collected."),
    ),
}
DETAILS_KINDS: Final = [
    (BankDetailsKind.IBAN.value, _("IBAN")),
    (BankDetailsKind.ZA.value, _("South Africa: branch and number")),
    (BankDetailsKind.US.value, _("United States: routing number and number")),
    (BankDetailsKind.IN.value, _("India: IFSC and number")),
]
FREQUENCIES: Final = [
    (MandateFrequency.AS_NEEDED.value, _("Whenever something is due")),
    (MandateFrequency.WEEKLY.value, _("Weekly")),
    (MandateFrequency.MONTHLY.value, _("Monthly")),
    (MandateFrequency.QUARTERLY.value, _("Quarterly")),
    (MandateFrequency.YEARLY.value, _("Yearly")),
    (MandateFrequency.ONE_OFF.value, _("One debit only")),
]
