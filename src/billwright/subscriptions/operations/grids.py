"""Grids of billing periods, filled once as data and extended as time goes on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from django.db import connection

from billwright.kernel import sql
from billwright.kernel.locking import lock_names
from billwright.subscriptions.models import BillingGrid
from billwright.subscriptions.policies import GridKey

# Grids hold periods that start on this day or later; a service may start ten years after it, as no interval is longer.
GRIDS_BEGIN = date(1990, 1, 1)
SERVICE_BEGIN = date(2000, 1, 1)
YEARS_AHEAD = 5


def ensure_grids(keys: Iterable[GridKey], *, until: date) -> dict[GridKey, int]:
    """Make sure that these grids exist and hold periods for every day until a day; returns their ids.

    The first day of YEARS_AHEAD years on is filled at once, so that most calls find what they need in one query.
    """
    wanted = set(keys)
    found = _grids(wanted)
    if wanted - {key for key, _, filled in found if filled >= until}:
        lock_names("subscriptions.grids")
        missing = wanted - {key for key, _, _ in found}
        BillingGrid.objects.bulk_create(
            (
                BillingGrid(
                    interval_unit=key.interval_unit,
                    interval_count=key.interval_count,
                    anchor_day=key.anchor_day,
                    phase=key.phase,
                    filled_until=GRIDS_BEGIN,
                )
                for key in sorted(missing, key=lambda key: (key.interval_unit, key.interval_count, key.anchor_day))
            ),
            ignore_conflicts=True,
        )
        found = _grids(wanted)
        _fill([grid_id for _, grid_id, _ in found], date(until.year + YEARS_AHEAD, 1, 1))
    return {key: grid_id for key, grid_id, _ in found}


def extend_grids(*, until: date) -> int:
    """Let every grid hold periods for each day before `until`; returns how many periods were added.

    A bill run calls it before it reads. A second call adds nothing.
    """
    short = list(BillingGrid.objects.filter(filled_until__lt=until).values_list("id", flat=True))
    if not short:
        return 0
    lock_names("subscriptions.grids")
    return _fill(short, date(until.year + 1, 1, 1))


def _fill(grid_ids: Collection[int], until: date) -> int:
    with connection.cursor() as cursor:
        step = sql.step("billwright.subscriptions", "fill_grid_periods")
        added = step.run(cursor, {"grid_ids": list(grid_ids), "until": until})
    BillingGrid.objects.filter(id__in=grid_ids, filled_until__lt=until).update(filled_until=until)
    return added


def _grids(wanted: set[GridKey]) -> list[tuple[GridKey, int, date]]:
    rows = BillingGrid.objects.filter(
        interval_unit__in={key.interval_unit for key in wanted},
        interval_count__in={key.interval_count for key in wanted},
        anchor_day__in={key.anchor_day for key in wanted},
    ).values_list("interval_unit", "interval_count", "anchor_day", "phase", "id", "filled_until")
    grids = [(GridKey(*row[:4]), row[4], row[5]) for row in rows]
    return [grid for grid in grids if grid[0] in wanted]
