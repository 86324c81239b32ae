"""Reading the audit trail: what was done to a subject, newest first, with its sealed values opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from billwright.kernel import vault
from billwright.kernel.errors import Refusal
from billwright.kernel.models import AuditEvent


@dataclass(frozen=True, slots=True)
class TrailRow:
    """One act. `before` and `after` hold personal values too, unless they were erased."""

    id: int
    verb: str
    subject: str
    actor: str
    on_behalf_of: str
    reason: str
    effective_on: date | None
    before: dict[str, Any]
    after: dict[str, Any]
    erased: bool
    at: datetime


def trail_of(
    subjects: Iterable[str], *, verbs: Sequence[str] = (), before_id: int | None = None, limit: int = 100
) -> list[TrailRow]:
    """The acts on any of the subjects, newest first; `before_id` continues a page."""
    events = AuditEvent.objects.filter(subject__in=list(subjects))
    if verbs:
        events = events.filter(verb__in=list(verbs))
    if before_id is not None:
        events = events.filter(id__lt=before_id)
    found = list(events.order_by("-id")[:limit])
    owners = {event.sealed_for for event in found if event.sealed is not None}
    keys = vault.keys_of(owners) if owners else {}
    return [_row(event, keys) for event in found]


def _row(event: AuditEvent, keys: Mapping[str, bytes]) -> TrailRow:
    personal, erased = _personal(event, keys)
    return TrailRow(
        id=event.pk,
        verb=event.verb,
        subject=event.subject,
        actor=event.actor,
        on_behalf_of=event.on_behalf_of,
        reason=event.reason,
        effective_on=event.effective_on,
        before={**(event.before or {}), **personal.get("before", {})},
        after={**(event.after or {}), **personal.get("after", {})},
        erased=erased,
        at=event.recorded_at,
    )


def _personal(event: AuditEvent, keys: Mapping[str, bytes]) -> tuple[dict[str, Any], bool]:
    if event.sealed is None:
        return {}, False
    try:
        return vault.unseal(event.sealed_for, bytes(event.sealed), keys=keys), False
    except Refusal as refused:
        if refused.code not in {"vault.erased", "vault.wrong_key"}:
            raise
        return {}, True
