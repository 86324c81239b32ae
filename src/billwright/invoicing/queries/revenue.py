"""Reads of the runs of revenue recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from billwright.invoicing.models import RevenuePosting, RevenueRun
from billwright.kernel.errors import NotFound

RUNS_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class RevenueRunRow:
    """One run: its month (the first day), how many lines it recognized, and whether it reverses or was reversed."""

    id: int
    legal_entity_id: int
    month: date
    turn: int
    accounting_date: date
    line_count: int
    reverses_id: int | None
    reversed_by_id: int | None
    actor: str
    recorded_at: datetime

    @property
    def is_in_force(self) -> bool:
        """Neither a reversal nor reversed."""
        return self.reverses_id is None and self.reversed_by_id is None


def _rows(*, limit: int = RUNS_SHOWN_MAX, **wanted: object) -> list[RevenueRunRow]:
    """The newest first. Lines are counted run by run, and only of the runs that are shown."""
    lines = RevenuePosting.objects.filter(run_id=OuterRef("pk")).order_by().values("run_id")
    count = Coalesce(Subquery(lines.annotate(count=Count("*")).values("count")), 0)
    runs = RevenueRun.objects.filter(**wanted).annotate(line_count=count)
    return [
        RevenueRunRow(
            id=run.pk,
            legal_entity_id=run.legal_entity_id,
            month=run.month,
            turn=run.turn,
            accounting_date=run.accounting_date,
            line_count=run.line_count,
            reverses_id=run.reverses_id,
            reversed_by_id=reversed_by_id,
            actor=run.actor,
            recorded_at=run.recorded_at,
        )
        for run, reversed_by_id in (
            (run, getattr(getattr(run, "reversed_by", None), "pk", None))
            for run in runs.select_related("reversed_by").order_by("-id")[:limit]
        )
    ]


def list_revenue_runs(*, legal_entity_id: int) -> list[RevenueRunRow]:
    """The runs of an entity, the newest first, at most 200."""
    return _rows(legal_entity_id=legal_entity_id)


def get_revenue_run(run_id: int) -> RevenueRunRow:
    """One run. Raises NotFound."""
    found = _rows(id=run_id)
    if not found:
        raise NotFound("revenue_run.not_found", f"There is no revenue run {run_id}.", field="run_id")
    return found[0]


def find_newest_run(*, legal_entity_id: int) -> RevenueRunRow | None:
    """The run of an entity that was made last, a reversal too, or None."""
    return next(iter(_rows(limit=1, legal_entity_id=legal_entity_id)), None)


def find_last_recognized(*, legal_entity_id: int) -> RevenueRunRow | None:
    """The run in force of the latest month, or None: the newest, as months are recognized in order."""
    return next(iter(_rows(limit=1, legal_entity_id=legal_entity_id, reverses=None, reversed_by=None)), None)
