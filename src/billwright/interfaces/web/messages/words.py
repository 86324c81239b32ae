"""The words of messages: states, and what a person may decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billwright.comms import operations
from billwright.comms.queries import MessageRow
from billwright.comms.states import MessageState

Words = str | Promise

STATES: Final[dict[str, tuple[Words, str, str]]] = {
    MessageState.QUEUED: (_("Waits"), "neutral", "clock"),
    MessageState.SENDING: (_("Is being sent"), "accent", "loader"),
    MessageState.SENT: (_("Sent"), "good", "check"),
    MessageState.FAILED: (_("Failed"), "bad", "mail-x"),
    MessageState.UNKNOWN: (_("In doubt"), "warn", "circle-question-mark"),
    MessageState.CANCELED: (_("Taken back"), "neutral", "ban"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """What a person may decide about a message."""

    verb: str
    run: Callable[..., MessageRow]
    label: Words
    icon: str
    follows: Words
    needs_reason: bool = False
    is_danger: bool = False


MOVES: Final[dict[str, Move]] = {
    "requeue": Move(
        "message.requeue",
        operations.requeue_message,
        _("Send again"),
        "send",
        _("It goes out with the next round. One that was in doubt may arrive a second time."),
    ),
    "confirm": Move(
        "message.confirm",
        operations.confirm_message,
        _("It arrived"),
        "check",
        _("It counts as sent from now on; a legal notice counts only then."),
        needs_reason=True,
    ),
    "fail": Move(
        "message.fail",
        operations.fail_message,
        _("It never arrived"),
        "mail-x",
        _("It counts as failed; it can be sent again after that."),
        needs_reason=True,
    ),
    "cancel": Move(
        "message.cancel",
        operations.cancel_message,
        _("Take back"),
        "ban",
        _("It is never sent. What it was about stays as it is."),
        is_danger=True,
    ),
}
