"""Reads of messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from billwright.comms.models import OutgoingMessage
from billwright.comms.states import MESSAGE, MessageState
from billwright.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One outgoing message and what became of it; `offered` are the verbs that its state allows."""

    id: int
    channel: str
    state: str
    purpose: str
    to_address: str
    to_name: str
    from_address: str
    language: str
    subject: str
    body: str
    about: str
    account_ref: int | None
    message_id: str
    requested_by: str
    queued_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    attempt_count: int
    failure: str
    offered: tuple[str, ...]


def message_row(message: OutgoingMessage) -> MessageRow:
    fields = [field for field in MessageRow.__dataclass_fields__ if field != "offered"]
    offered = tuple(verb for verb in MESSAGE.offered(message.state) if verb not in ("claim", "lose"))
    return MessageRow(**{field: getattr(message, field) for field in fields}, offered=offered)


def get_message(message_id: int) -> MessageRow:
    """One message. Raises NotFound."""
    message = OutgoingMessage.objects.filter(id=message_id).first()
    if message is None:
        raise not_found()
    return message_row(message)


def messages_by_effect(keys: Collection[str]) -> dict[str, MessageRow]:
    """The messages that were queued for effects, by key; effects without one are left out."""
    found = OutgoingMessage.objects.filter(effect_key__in=list(keys))
    return {str(message.effect_key): message_row(message) for message in found}


def not_found() -> NotFound:
    return NotFound("message.not_found", _("There is no such message."), field="message_id")


def list_messages(
    *,
    account_ref: int | None = None,
    account_refs: Iterable[int] | None = None,
    about: str | None = None,
    purpose: str = "",
    states: Collection[str] = (),
    before_id: int | None = None,
    limit: int = 50,
) -> list[MessageRow]:
    """Messages, the newest first, a page of `limit` before a key: the outbox page.

    `account_refs` are accounts, or a question for their numbers, to which the list is bounded.
    """
    found = _of_accounts(account_refs)
    if account_ref is not None:
        found = found.filter(account_ref=account_ref)
    if about is not None:
        found = found.filter(about=about)
    if purpose:
        found = found.filter(purpose=purpose)
    if states:
        found = found.filter(state__in=states)
    if before_id is not None:
        found = found.filter(id__lt=before_id)
    return [message_row(message) for message in found.order_by("-id")[:limit]]


def _of_accounts(account_refs: Iterable[int] | None) -> QuerySet[OutgoingMessage]:
    found = OutgoingMessage.objects.all()
    return found if account_refs is None else found.filter(account_ref__in=account_refs)


def count_messages_by_state(*, unsent: bool = False, account_refs: Iterable[int] | None = None) -> dict[str, int]:
    """How many messages are in each state; of the `unsent`, an index tells. `account_refs` as in `list_messages`."""
    messages = _of_accounts(account_refs)
    if unsent:
        messages = messages.exclude(state=MessageState.SENT)
    rows = messages.values("state").annotate(count=Count("id"))
    return {row["state"]: row["count"] for row in rows}
