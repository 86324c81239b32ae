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
