"""Closed lists of receivables."""

from __future__ import annotations

from django.db import models


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


class UseKind(models.TextChoices):
    """What happened to money held, other than settling an item."""

    REFUND = "REFUND"
    """Sent back."""
    TRANSFER = "TRANSFER"
    """Moved to another account, where it belongs."""
    RETURN = "RETURN"
    """Taken back by the bank."""
