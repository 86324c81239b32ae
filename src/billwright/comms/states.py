"""States and closed lists of messages."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class Channel(models.TextChoices):
    """How a message travels."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    LETTER = "LETTER"


class MessageState(models.TextChoices):
    """What became of a message."""

    QUEUED = "QUEUED"
    """Waits to be sent."""
    SENDING = "SENDING"
    """Claimed, with a fixed Message-ID."""
    SENT = "SENT"
    """The server took it: only now a legal notice counts."""
    FAILED = "FAILED"
    """Refused; may be queued again."""
    UNKNOWN = "UNKNOWN"
    """A crash while sending: a person decides, it is never resent by itself."""
    CANCELED = "CANCELED"
    """Taken back before it was sent."""


MESSAGE = Machine(
    "message",
    {
        "claim": verb(MessageState.QUEUED, to=MessageState.SENDING),
        "confirm": verb(MessageState.SENDING, MessageState.UNKNOWN, to=MessageState.SENT),
        "fail": verb(MessageState.SENDING, MessageState.UNKNOWN, to=MessageState.FAILED),
        "lose": verb(MessageState.SENDING, to=MessageState.UNKNOWN),
        "requeue": verb(MessageState.FAILED, MessageState.UNKNOWN, to=MessageState.QUEUED),
        "cancel": verb(MessageState.QUEUED, MessageState.FAILED, to=MessageState.CANCELED),
    },
)
