"""Effects that may be late: written with the act, delivered after its commit, at least once.

A row is the effect; the job queue only carries the news that rows are waiting. Handlers must be idempotent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from billwright.kernel.bulk import insert_records
from billwright.kernel.models import OutboxEvent

Handler = Callable[[OutboxEvent, datetime], None]
ATTEMPT_COUNT_MAX = 8

_handlers: dict[str, list[Handler]] = {}


def emit(*, topic: str, subject: str, at: datetime, payload: dict[str, Any] | None = None) -> None:
    """Write an event in the present transaction."""
    OutboxEvent.objects.create(topic=topic, subject=subject, payload=payload or {}, recorded_at=at)


def emit_all(*, topic: str, at: datetime, events: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Write many events of one topic, each a subject and its payload, in the present transaction."""
    insert_records(
        OutboxEvent,
        [{"topic": topic, "subject": subject, "payload": payload, "recorded_at": at} for subject, payload in events],
    )


def subscribe(topic: str, handler: Handler) -> None:
    """Let a handler receive a topic; wired once at start by the composition root."""
    handlers = _handlers.setdefault(topic, [])
    if handler not in handlers:
        handlers.append(handler)


def deliver_waiting(*, at: datetime, limit: int = 100) -> int:
    """Deliver up to `limit` waiting events, each in its own transaction; returns how many were delivered.

    Rows that another worker holds are passed over. A handler that fails leaves its event waiting, with the failure
    written on it, until ATTEMPT_COUNT_MAX is reached; after that a person has to look.
    """
    waiting = OutboxEvent.objects.filter(delivered_at=None, attempt_count__lt=ATTEMPT_COUNT_MAX).order_by("id")
    delivered = 0
    for event_id in list(waiting.values_list("id", flat=True)[:limit]):
        delivered += _deliver(event_id, at)
    return delivered


def _deliver(event_id: int, at: datetime) -> int:
    with transaction.atomic():
        event = OutboxEvent.objects.select_for_update(skip_locked=True).filter(id=event_id, delivered_at=None).first()
        if event is None:
            return 0
        try:
            with transaction.atomic():
                for handler in _handlers.get(event.topic, []):
                    handler(event, at)
        except Exception as error:
            OutboxEvent.objects.filter(id=event_id).update(
                attempt_count=event.attempt_count + 1, failure=f"{type(error).__name__}: {error}"[:2000]
            )
            return 0
        OutboxEvent.objects.filter(id=event_id).update(delivered_at=at)
        return 1
