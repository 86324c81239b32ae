"""Delivering messages (model rule 23): claimed, handed over, settled, each step its own transaction.

A crash between claim and settlement leaves SENDING; `mark_lost` shows it as UNKNOWN. It is never resent by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from billwright.comms.models import OutgoingMessage
from billwright.comms.policies import ATTEMPT_COUNT_MAX
from billwright.comms.ports import Mail, MailCarrier, MailFiles, MailPostponed, MailRefused, MailUncertain
from billwright.comms.states import MESSAGE, Channel, MessageState

# A worker hands a mail over within the carrier's time-outs; after this long a claimed message has lost its worker.
LOST_AFTER = timedelta(minutes=15)
FAILURE_LENGTH_MAX = 2000


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """What became of the messages of one call."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    unknown: int = 0


def deliver_waiting(
    *, carrier: MailCarrier | None, files: MailFiles | None, at: datetime, limit: int = 100
) -> DeliveryResult:
    """Send up to `limit` queued mails; opens its own transactions. Without a carrier mail stays queued, to be read.

    A postponed mail ends the call: the server is down, the others would wait as long.
    """
    counts = {"sent": 0, "failed": 0, "postponed": 0, "unknown": 0}
    for _turn in range(limit if carrier else 0):
        message = _claim(at)
        if message is None:
            break
        assert carrier is not None
        outcome = _hand_over(message, carrier, files, at)
        counts[outcome] += 1
        if outcome == "postponed":
            break
    return DeliveryResult(**counts)


def mark_lost(*, at: datetime) -> int:
    """Show what a crash left in SENDING as UNKNOWN, for a person to decide; returns how many."""
    with transaction.atomic():
        lost = OutgoingMessage.objects.filter(state=MessageState.SENDING, claimed_at__lt=at - LOST_AFTER)
        return lost.update(
            state=MESSAGE.enter("lose", MessageState.SENDING), failure="The sender stopped while sending."
        )


def _claim(at: datetime) -> OutgoingMessage | None:
    with transaction.atomic():
        message = (
            OutgoingMessage.objects.select_for_update(skip_locked=True)
            .filter(state=MessageState.QUEUED, channel=Channel.EMAIL, queued_at__lte=at)
            .order_by("id")
            .first()
        )
        if message is None:
            return None
        message.state = MESSAGE.enter("claim", message.state)
        message.claimed_at = at
        message.attempt_count += 1
        # Fixed at the first claim and kept for good: whoever gets it twice can see that it is the same mail.
        domain = message.from_address.rpartition("@")[2] or "localhost"
        message.message_id = (
            message.message_id or f"<billwright-{message.pk}-{message.queued_at:%Y%m%d%H%M%S}@{domain}>"
        )
        message.save(update_fields=["state", "claimed_at", "attempt_count", "message_id"])
        return message


def _hand_over(message: OutgoingMessage, carrier: MailCarrier, files: MailFiles | None, at: datetime) -> str:
    try:
        with transaction.atomic():
            made = files.files_of(purpose=message.purpose, about=message.about) if files else ()
    except Exception as error:  # whatever stops a document from being printed must not stop the other mail
        return _settle(message, "fail", failure=f"The document could not be printed: {error}")
    mail = Mail(
        message_id=message.message_id,
        from_address=message.from_address,
        to_address=message.to_address,
        to_name=message.to_name,
        subject=message.subject,
        body=message.body,
        files=made,
    )
    try:
        carrier.send(mail)
    except MailRefused as error:
        return _settle(message, "fail", failure=str(error))
    except MailUncertain as error:
        return _settle(message, "lose", failure=str(error))
    except MailPostponed as error:
        return _settle(message, "fail", failure=str(error), again=message.attempt_count < ATTEMPT_COUNT_MAX)
    return _settle(message, "confirm", sent_at=at)


_OUTCOMES = {"fail": "failed", "lose": "unknown", "confirm": "sent"}


def _settle(
    message: OutgoingMessage, verb: str, *, failure: str = "", again: bool = False, sent_at: datetime | None = None
) -> str:
    with transaction.atomic():
        message.state = MESSAGE.enter(verb, message.state)
        message.failure = failure[:FAILURE_LENGTH_MAX]
        message.sent_at = sent_at
        message.save(update_fields=["state", "failure", "sent_at"])
        if again:
            message.state = MESSAGE.enter("requeue", message.state)
            message.save(update_fields=["state"])
    return "postponed" if again else _OUTCOMES[verb]
