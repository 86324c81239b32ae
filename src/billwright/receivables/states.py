"""Closed lists of receivables."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class ClaimClass(models.TextChoices):
    """What kind of debt an item is: the order costs, interest, principal is law or contract."""

    PRINCIPAL = "PRINCIPAL"
    INTEREST = "INTEREST"
    COSTS = "COSTS"


class HoldReason(models.TextChoices):
    """Why an item, or a part of it, is not chased."""

    DISPUTE = "DISPUTE"
    """The customer contests it."""
    PROMISE = "PROMISE"
    """The customer has promised to pay it."""
    PAYMENT_PLAN = "PAYMENT_PLAN"
    """A kept plan covers it."""
    PAYMENT_IN_CLEARING = "PAYMENT_IN_CLEARING"
    """Money is on its way."""
    INSOLVENCY = "INSOLVENCY"
    """The law forbids chasing."""
    MANUAL = "MANUAL"
    """A person decided."""


class AllocationPolicy(models.TextChoices):
    """Who or what decided which items a receipt settles."""

    OLDEST_FIRST = "OLDEST_FIRST"
    """By due date, then number."""
    STATED_BY_CUSTOMER = "STATED_BY_CUSTOMER"
    """As the payer instructed."""
    COSTS_INTEREST_PRINCIPAL = "COSTS_INTEREST_PRINCIPAL"
    """Costs first, then interest, then principal; oldest first within each."""
    BY_HAND = "BY_HAND"
    """A person chose."""
    BILL_RUN = "BILL_RUN"
    """The credit stage of a bill run."""
    IMPORTED = "IMPORTED"
    """As another system had it."""
    MATCHED = "MATCHED"
    """As matching found, by itself or accepted by a person."""
    WRITTEN_OFF = "WRITTEN_OFF"
    """No money: what was open is given up."""


class UseKind(models.TextChoices):
    """What happened to money held, other than settling an item."""

    REFUND = "REFUND"
    """Sent back."""
    TRANSFER = "TRANSFER"
    """Moved to another account, where it belongs."""
    RETURN = "RETURN"
    """Taken back by the bank."""
    KEPT = "KEPT"
    """A rest too small to send back."""
    WALLET = "WALLET"
    """Bought prepaid credit."""
    CONVERT = "CONVERT"
    """Changed into another currency."""


class WalletMove(models.TextChoices):
    """How money left a wallet."""

    DRAWN = "DRAWN"
    """It settles documents of a bill run."""
    RETURNED = "RETURNED"
    """Back to unallocated cash, to be refunded or used otherwise."""
    EXPIRED = "EXPIRED"
    """Never used: it is revenue from the day of its expiry."""


class WriteOffKind(models.TextChoices):
    """Why what is open of a claim is given up. Each kind has an account of the chart of its own."""

    SMALL_DIFFERENCE = "SMALL_DIFFERENCE"
    """Within the company's tolerance."""
    BANK_FEE = "BANK_FEE"
    """A bank on the way took its fee out of the payment."""
    WITHHELD_TAX = "WITHHELD_TAX"
    """The payer kept tax back for us and paid it to his authority."""
    EARLY_DISCOUNT = "EARLY_DISCOUNT"
    """The payer paid within the terms of an early-payment discount."""
    BAD_DEBT = "BAD_DEBT"
    """It will not be paid."""


class MatchState(models.TextChoices):
    """Where a finding of matching stands."""

    OPEN = "OPEN"
    """In the queue: proposed, or found nothing yet."""
    ACCEPTED = "ACCEPTED"
    """Allocated."""
    REJECTED = "REJECTED"
    """A person said that it is wrong; it is not proposed again."""
    REPLACED = "REPLACED"
    """Looked at again: a later finding takes its place."""
    UNDONE = "UNDONE"
    """Was allocated, and all of it was taken back."""


MATCH = Machine(
    "match",
    {
        "accept": verb(MatchState.OPEN, to=MatchState.ACCEPTED),
        "reject": verb(MatchState.OPEN, to=MatchState.REJECTED),
        "replace": verb(MatchState.OPEN, to=MatchState.REPLACED),
        "undo": verb(MatchState.ACCEPTED, to=MatchState.UNDONE),
    },
)


class MatchDecision(models.TextChoices):
    """Who accepted a finding."""

    AUTO = "AUTO"
    """The rule of the company, or its measured precision."""
    PERSON = "PERSON"
    """A person, as it was proposed."""
    CHANGED = "CHANGED"
    """A person, but to other items than proposed."""


class Preference(models.TextChoices):
    """Which items money goes to first where nothing else decides."""

    OLDEST = "OLDEST"
    """The earliest due."""
    NEWEST = "NEWEST"
    """The latest due."""


class SignKind(models.TextChoices):
    """By what a payer is known again."""

    BANK_ACCOUNT = "BANK_ACCOUNT"
    """The account that the money came from, as a keyed hash."""
    NAME = "NAME"
    """The name on the statement, its words in order of the alphabet."""


class KeyKind(models.TextChoices):
    """What of a document is looked for in texts."""

    NUMBER = "NUMBER"
    """Its number."""
    DIGITS = "DIGITS"
    """The digits of its number alone."""
    REFERENCE = "REFERENCE"
    """The reference or purchase order that the customer gave for it."""


class TheirContent(models.TextChoices):
    """What a customer's own paper holds."""

    OPEN_ITEMS = "OPEN_ITEMS"
    """What they believe to owe on a day."""
    MOVEMENTS = "MOVEMENTS"
    """Every document and payment of a time, as their books have it."""
    REMITTANCE = "REMITTANCE"
    """Which documents a payment of theirs pays, and how much of each."""


class DifferenceKind(models.TextChoices):
    """How a line of theirs and one of ours stand to each other."""

    AGREED = "AGREED"
    """Both have it, alike."""
    MISSING_AT_THEM = "MISSING_AT_THEM"
    """Our document, which they do not have."""
    MISSING_AT_US = "MISSING_AT_US"
    """Their document, which we do not have."""
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS"
    """Both have it, by other amounts."""
    SHORT_PAYMENT = "SHORT_PAYMENT"
    """They paid less for it than it is."""
    UNKNOWN_PAYMENT = "UNKNOWN_PAYMENT"
    """They say they paid; we have no such receipt."""
    RECEIPT_NOT_AT_THEM = "RECEIPT_NOT_AT_THEM"
    """Money of theirs that we have and they do not list."""
    TIMING = "TIMING"
    """On its way: booked on the other side of the day."""
    LISTED_TWICE = "LISTED_TWICE"
    """Their paper names it a second time."""


class ReconciliationState(models.TextChoices):
    """How far a comparison with a customer's paper has come."""

    OPEN = "OPEN"
    """Being worked: compared again whenever somebody asks."""
    SIGNED_OFF = "SIGNED_OFF"
    """Every difference is explained; the figures stand as they were."""
    DISCARDED = "DISCARDED"
    """Given up."""


RECONCILIATION = Machine(
    "reconciliation",
    {
        "sign_off": verb(ReconciliationState.OPEN, to=ReconciliationState.SIGNED_OFF),
        "discard": verb(ReconciliationState.OPEN, to=ReconciliationState.DISCARDED),
    },
)
