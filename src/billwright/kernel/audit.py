"""The audit trail: one row an act, in the act's own transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from billwright.kernel import vault
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
