"""States of subscriptions."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class SubscriptionState(models.TextChoices):
    """Where a subscription stands."""

    PENDING = "PENDING"
    """Ordered; billing waits for its activation."""
    ACTIVE = "ACTIVE"
    """In service and billed."""
    PAUSED = "PAUSED"
    """Out of service for a while; what its contract says is charged meanwhile."""
    ENDING = "ENDING"
    """Canceled for a day that has not come."""
    ENDED = "ENDED"
    """Out of service; what was owed stays owed."""


class ChangeKind(models.TextChoices):
    """What a recorded change of a subscription changes."""

    START = "START"
    """Plan and quantity at its start."""
    PLAN = "PLAN"
    """Another plan, and perhaps quantity."""
    QUANTITY = "QUANTITY"
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    CYCLE_DAY = "CYCLE_DAY"
    """Its periods end on another day of the month."""
    CANCEL = "CANCEL"


class Unused(models.TextChoices):
    """What becomes of time that is paid for and no longer served after a cancellation."""

    CREDIT = "credit"
    REFUND = "refund"
    """What was paid is paid back, the rest is credited."""
    FORFEIT = "forfeit"
    """What is billed stays billed."""


SUBSCRIPTION = Machine(
    "subscription",
    {
        "activate": verb(SubscriptionState.PENDING, to=SubscriptionState.ACTIVE),
        "pause": verb(SubscriptionState.ACTIVE, to=SubscriptionState.PAUSED),
        "resume": verb(SubscriptionState.PAUSED, to=SubscriptionState.ACTIVE),
        "cancel": verb(SubscriptionState.ACTIVE, SubscriptionState.PAUSED, to=SubscriptionState.ENDING),
        "keep": verb(SubscriptionState.ENDING, to=SubscriptionState.ACTIVE),
        "end": verb(
            SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.ENDING, to=SubscriptionState.ENDED
        ),
        "withdraw": verb(SubscriptionState.PENDING, to=SubscriptionState.ENDED),
    },
)


class ContractKind(models.TextChoices):
    """What a signed paper is."""

    CONTRACT = "CONTRACT"
    """A contract of its own."""
    AGREEMENT = "AGREEMENT"
    """A framework under which orders are placed."""
    ORDER = "ORDER"
    """A service order: what is taken under an agreement."""
