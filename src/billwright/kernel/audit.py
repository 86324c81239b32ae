"""The audit trail: one row an act, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from billwright.kernel import vault
from billwright.kernel.errors import NotFound
from billwright.kernel.models import AuditEvent


def record(
    *,
    verb: str,
    actor: str,
    subject: str,
    at: datetime,
    on_behalf_of: str = "",
    reason: str = "",
    key: str = "",
    effective_on: date | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
    personal_of: str = "",
) -> int:
    """Write one audit row and return its id. `personal` is sealed under the key of `personal_of`."""
    event = AuditEvent.objects.create(
        verb=verb,
        actor=actor,
        on_behalf_of=on_behalf_of,
        subject=subject,
        reason=reason,
        key=key,
        effective_on=effective_on,
        before=before,
        after=after,
        sealed=vault.seal(personal_of, personal) if personal else None,
        sealed_for=personal_of if personal else "",
        recorded_at=at,
    )
    return event.pk


def actors_of(*, verbs: Iterable[str], subject: str) -> frozenset[str]:
    """Everybody who did one of the verbs on a subject, or had it done in their name."""
    rows = AuditEvent.objects.filter(verb__in=list(verbs), subject=subject).values_list("actor", "on_behalf_of")
    return frozenset(key for row in rows for key in row if key)


def list_events(
    *, verb: str = "", subject: str = "", actor: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[AuditEvent]:
    """The trail, narrowed down; `verb` may end in `*`, `actor` counts whoever acted or was acted for.

    Days are civil dates of the present time zone, `until` included.
    """
    events = AuditEvent.objects.order_by("-id")
    if verb:
        events = events.filter(verb__startswith=verb[:-1]) if verb.endswith("*") else events.filter(verb=verb)
    if subject:
        events = events.filter(subject=subject)
    if actor:
        events = events.filter(Q(actor=actor) | Q(on_behalf_of=actor))
    if since:
        events = events.filter(recorded_at__gte=make_aware(datetime.combine(since, time())))
    if until:
        events = events.filter(recorded_at__lt=make_aware(datetime.combine(until + timedelta(days=1), time())))
    return events


def get_event(event_id: int) -> AuditEvent:
    """One row of the trail. Raises NotFound `audit.unknown`."""
    event = AuditEvent.objects.filter(pk=event_id).first()
    if event is None:
        raise NotFound("audit.unknown", f"The audit trail has no row {event_id}.", field="event")
    return event
