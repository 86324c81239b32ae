"""Runs of revenue recognition: their rows. Part of acts of `workflow.revenue_recognition`, which reckons and posts."""

from __future__ import annotations

from datetime import date

from django.db.models import Max

from billwright.invoicing.models import RevenueRun
from billwright.kernel.acts import Act


def add_revenue_run(
    *, act: Act, legal_entity_id: int, month: date, accounting_date: date, reverses_id: int | None = None
) -> int:
    """The next run of an entity's month; returns its id. The key on its turn refuses two at the same time."""
    turns = RevenueRun.objects.filter(legal_entity_id=legal_entity_id, month=month)
    latest: int | None = turns.aggregate(latest=Max("turn"))["latest"]
    return RevenueRun.objects.create(
        legal_entity_id=legal_entity_id,
        month=month,
        turn=(latest or 0) + 1,
        accounting_date=accounting_date,
        reverses_id=reverses_id,
        actor=act.actor,
        recorded_at=act.at,
    ).pk
