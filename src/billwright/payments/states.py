"""States and closed lists of payments."""

from __future__ import annotations

from typing import Final

from django.db import models

from billwright.kernel.states import Machine, verb

# Whoever looks for the machines of payments finds those of the counter and of gateways here too.
from billwright.payments.counter_states import CASH_SESSION, CHEQUE, DEPOSIT_SLIP  # noqa: F401
from billwright.payments.gateway_states import (  # noqa: F401
    CHARGEBACK,
    GATEWAY,
    GATEWAY_ALARM,
    GATEWAY_EVENT,
    GATEWAY_PAYMENT,
    PAYOUT,
)


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


class BankDetailsKind(models.TextChoices):
    """In which form a bank account is named; none for a gateway's token."""

    IBAN = "IBAN"
    """An IBAN, anywhere in SEPA."""
    ZA = "ZA"
    """South Africa: branch code, account number, kind of account."""
    US = "US"
    """United States: routing number, account number, checking or savings."""
    IN = "IN"
    """India: IFSC and account number."""


class StoredMethodState(models.TextChoices):
    """How far a stored means of paying may be used."""

    CREATED = "CREATED"
    """Given, not yet confirmed: nothing is collected from it."""
    ACTIVE = "ACTIVE"
    """May be charged, within its mandate where one is needed."""
    SUSPENDED = "SUSPENDED"
    """Put aside for now."""
    EXPIRED = "EXPIRED"
    """Its last day is over."""
    REVOKED = "REVOKED"
    """Taken back by the customer, or found useless. For good."""


# It may still be used, or be used again.
ALIVE = (StoredMethodState.CREATED, StoredMethodState.ACTIVE, StoredMethodState.SUSPENDED)

STORED_METHOD = Machine(
    "stored method",
    {
        "confirm": verb(StoredMethodState.CREATED, to=StoredMethodState.ACTIVE),
        "suspend": verb(StoredMethodState.ACTIVE, to=StoredMethodState.SUSPENDED),
        "resume": verb(StoredMethodState.SUSPENDED, to=StoredMethodState.ACTIVE),
        "expire": verb(*ALIVE, to=StoredMethodState.EXPIRED),
        "revoke": verb(*ALIVE, to=StoredMethodState.REVOKED),
    },
)


class MandateState(models.TextChoices):
    """How far a mandate allows collecting."""

    CREATED = "CREATED"
    """Signed; where the scheme asks for it, the customer has not yet confirmed it with his bank."""
    AUTHENTICATED = "AUTHENTICATED"
    """Confirmed by the customer with his bank, not yet in use."""
    ACTIVE = "ACTIVE"
    """Collected on."""
    SUSPENDED = "SUSPENDED"
    """Put aside for now, by us or by the bank."""
    EXPIRED = "EXPIRED"
    """Its last day is over, or it lapsed because nothing was collected for too long."""
    REVOKED = "REVOKED"
    """Ended by the customer, or by what his bank answered. Its reference is not used again."""


# It may still allow collecting, now or again.
STANDING = (MandateState.CREATED, MandateState.AUTHENTICATED, MandateState.ACTIVE, MandateState.SUSPENDED)

MANDATE = Machine(
    "mandate",
    {
        "authenticate": verb(MandateState.CREATED, to=MandateState.AUTHENTICATED),
        "activate": verb(MandateState.CREATED, MandateState.AUTHENTICATED, to=MandateState.ACTIVE),
        "suspend": verb(MandateState.ACTIVE, to=MandateState.SUSPENDED),
        "resume": verb(MandateState.SUSPENDED, to=MandateState.ACTIVE),
        "expire": verb(*STANDING, to=MandateState.EXPIRED),
        "revoke": verb(*STANDING, to=MandateState.REVOKED),
    },
)


class MandateFrequency(models.TextChoices):
    """How often a mandate allows a debit."""

    AS_NEEDED = "AS_NEEDED"
    """Whenever something is due."""
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"
    ONE_OFF = "ONE_OFF"
    """A single debit; then it has done its work."""


# What runs of kept cards and wallets have for a scheme: their gateways are asked, no bank gets a file.
CARDS: Final = "card"


class CollectionRunState(models.TextChoices):
    """Where a collection run stands."""

    DRAFT = "DRAFT"
    """Its debits are chosen."""
    CHECKED = "CHECKED"
    """Nothing in it stands against its submission."""
    APPROVED = "APPROVED"
    """A second person has agreed."""
    SUBMITTED = "SUBMITTED"
    """Its file is written; the bank has it, or gets it. Of cards: gateways are asked for its debits."""
    CLOSED = "CLOSED"
    """Every debit has its result; returns may still come."""
    DISCARDED = "DISCARDED"
    """Given up before it was submitted; what it would have paid is free again."""


COLLECTION_RUN = Machine(
    "collection run",
    {
        "check": verb(CollectionRunState.DRAFT, CollectionRunState.CHECKED, to=CollectionRunState.CHECKED),
        "approve": verb(CollectionRunState.CHECKED, to=CollectionRunState.APPROVED),
        "submit": verb(CollectionRunState.APPROVED, to=CollectionRunState.SUBMITTED),
        "close": verb(CollectionRunState.SUBMITTED, to=CollectionRunState.CLOSED),
        "discard": verb(
            CollectionRunState.DRAFT,
            CollectionRunState.CHECKED,
            CollectionRunState.APPROVED,
            to=CollectionRunState.DISCARDED,
        ),
    },
)


class CollectionState(models.TextChoices):
    """Where one debit stands."""

    PREPARED = "PREPARED"
    """Chosen, not yet with the bank or the gateway."""
    SUBMITTED = "SUBMITTED"
    """With the bank or the gateway; no result yet."""
    PAID = "PAID"
    """The money is ours as far as we know: there is a receipt."""
    FAILED = "FAILED"
    """Refused; no money came."""
    RETURNED = "RETURNED"
    """Paid, and taken back."""
    CANCELED = "CANCELED"
    """Taken out before it was submitted."""


COLLECTION = Machine(
    "collection",
    {
        "submit": verb(CollectionState.PREPARED, to=CollectionState.SUBMITTED),
        # A gateway may tell of the success after it told of a failure; what the set of its events says counts.
        "settle": verb(CollectionState.SUBMITTED, CollectionState.FAILED, to=CollectionState.PAID),
        "fail": verb(CollectionState.SUBMITTED, to=CollectionState.FAILED),
        "return": verb(CollectionState.PAID, to=CollectionState.RETURNED),
        "cancel": verb(CollectionState.PREPARED, to=CollectionState.CANCELED),
    },
)


class FailurePlan(models.TextChoices):
    """What happens next with a debit that failed or came back."""

    RETRY = "RETRY"
    """The same debit again, not before its day."""
    FALLBACK = "FALLBACK"
    """Another stored method of the account is tried."""
    CONTACT = "CONTACT"
    """The customer is asked for other details, a new mandate or another means."""
    STOP = "STOP"
    """Nothing is tried again; the claim goes the way of collections."""
    ANSWER = "ANSWER"
    """The customer disputes it: the claim is answered before anything else."""


class CollectionFindingKind(models.TextChoices):
    """Why something due was left out of a collection run."""

    OVER_LIMIT = "OVER_LIMIT"
    """More than the mandate allows in one debit."""
    TOO_OFTEN = "TOO_OFTEN"
    """The mandate was debited in this period before."""
    NOTICE_TOO_SHORT = "NOTICE_TOO_SHORT"
    """The customer was told less than the agreed days before."""
    MANDATE_ENDED = "MANDATE_ENDED"
    """The rules of the scheme do not let this mandate be collected on any more."""
    OUTSIDE_MANDATE = "OUTSIDE_MANDATE"
    """The day lies before the mandate begins or after it ends."""
    FAILED_BEFORE = "FAILED_BEFORE"
    """An earlier debit for it failed, and nobody has decided what happens."""
    CHANGED_SINCE = "CHANGED_SINCE"
    """A retry is for the same amount, and that is not open any more; or it was paid, held or disputed meanwhile."""
    METHOD_UNUSABLE = "METHOD_UNUSABLE"
    """The card was put aside, has expired or was ended."""
    NETWORK_LIMIT = "NETWORK_LIMIT"
    """The rules of the card's network allow no debit of it now."""
    TOO_LATE = "TOO_LATE"
    """Its run's last day went by before the gateway could be asked."""


class RefundRoute(models.TextChoices):
    """The way in which money goes back."""

    TO_GATEWAY = "TO_GATEWAY"
    """To the card or wallet it came from, by the gateway that took it."""
    TO_SOURCE = "TO_SOURCE"
    """To the bank account that it came from, as the bank told it."""
    TO_ACCOUNT = "TO_ACCOUNT"
    """To a bank account that the customer names."""


class RefundOrderState(models.TextChoices):
    """How far an order to send money back has come."""

    REQUESTED = "REQUESTED"
    """Asked for; the money is spoken for, nothing has left."""
    APPROVED = "APPROVED"
    """Somebody with the authority has agreed."""
    SENT = "SENT"
    """The bank or the gateway has been told; the books say that it left."""
    DONE = "DONE"
    """It arrived, as far as a statement or a proof tells."""
    FAILED = "FAILED"
    """It came back, and waits on the account again."""
    CANCELED = "CANCELED"
    """Taken back before it was sent."""


REFUND_ORDER = Machine(
    "refund order",
    {
        "approve": verb(RefundOrderState.REQUESTED, to=RefundOrderState.APPROVED),
        "send": verb(RefundOrderState.APPROVED, to=RefundOrderState.SENT),
        "confirm": verb(RefundOrderState.SENT, to=RefundOrderState.DONE),
        "fail": verb(RefundOrderState.SENT, RefundOrderState.DONE, to=RefundOrderState.FAILED),
        "cancel": verb(RefundOrderState.REQUESTED, RefundOrderState.APPROVED, to=RefundOrderState.CANCELED),
    },
)


class PaymentLinkState(models.TextChoices):
    """Whether a payment link opens its page. That its time is over is told by the clock."""

    ACTIVE = "ACTIVE"
    """Opens, until it expires."""
    REVOKED = "REVOKED"
    """Closed by hand."""


PAYMENT_LINK = Machine("payment link", {"revoke": verb(PaymentLinkState.ACTIVE, to=PaymentLinkState.REVOKED)})


class FraudRuleKind(models.TextChoices):
    """What makes somebody look twice before money leaves."""

    MANY_CARDS = "MANY_CARDS"
    """Many cards were left with one account in a short time."""
    CHARGEBACK_HISTORY = "CHARGEBACK_HISTORY"
    """Cardholders' banks took money of this account back."""
    REFUND_TO_NEW_ACCOUNT = "REFUND_TO_NEW_ACCOUNT"
    """A refund to a bank account from which no money came."""
    DETAILS_CHANGED = "DETAILS_CHANGED"
    """Bank details were changed shortly before."""


class FraudFlagState(models.TextChoices):
    """What was decided about a flag."""

    RAISED = "RAISED"
    """Nobody has looked: the act is held."""
    CLEARED = "CLEARED"
    """Somebody else found it in order."""
    CONFIRMED = "CONFIRMED"
    """It is what it looks like: the act stays held."""


FRAUD_FLAG = Machine(
    "fraud flag",
    {
        "clear": verb(FraudFlagState.RAISED, FraudFlagState.CONFIRMED, to=FraudFlagState.CLEARED),
        "confirm": verb(FraudFlagState.RAISED, to=FraudFlagState.CONFIRMED),
    },
)
