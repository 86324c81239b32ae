"""Prepaid and rolled-over units: a stage between measuring and pricing, since each period leaves the lots to the next.

What lots pay for is taken off the quantity before it is priced; draws and new lots wait in working tables for the steps
that write their ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from billwright.kernel.periods import add_months
from billwright.kernel.sql import Cursor, step
from billwright.rating.prepaid import Lot, MeteredPeriod, draw, left_over

PACKAGE = "billwright.workflow.metering"


@dataclass(frozen=True, slots=True)
class _Slice:
    """A measured period as the shard found it."""

    payer_id: int
    subscription_id: int
    slice_id: int
    item_id: int
    claim_no: int
    meter: str
    period_from: date
    period_to: date
    is_closing: bool
    quantity: Decimal
    included: Decimal
    rollover_periods: int
    interval_unit: str
    interval_count: int

    def carried_until(self) -> date:
        """The first day on which what it leaves over holds no longer: so many intervals after its end."""
        count = self.rollover_periods * self.interval_count
        if self.interval_unit == "MONTH":
            return add_months(self.period_to, count)
        return self.period_to + timedelta(days=count)


@dataclass(slots=True)
class _Book:
    """The lots of the shard's subscriptions, and what moves."""

    lots: dict[tuple[int, str], list[Lot]]
    drawn: dict[tuple[int, date], dict[int, Decimal]]

    @classmethod
    def read(cls, cursor: Cursor, subscription_ids: list[int]) -> _Book:
        book = cls({}, {})
        rows = step(PACKAGE, "read_prepaid_lots").rows(cursor, {"subscription_ids": subscription_ids})
        for subscription_id, meter, lot_id, granted_on, expires_on, left, periods in rows:
            book.lots.setdefault((subscription_id, meter), []).append(Lot(lot_id, granted_on, expires_on, left))
            for item_id, period_from, units in json.loads(periods):
                place = item_id, date.fromisoformat(period_from)
                book.drawn.setdefault(place, {})[lot_id] = Decimal(units)
        return book


@dataclass(frozen=True, slots=True)
class DrawPrepaid:
    """Takes prepaid units off `run_usage`, and fills `run_draw` and `run_lot`."""

    name: str = "draw_prepaid"
    uses: tuple[str, ...] = ("run_draw", "run_lot", "run_usage")
    writes: tuple[str, ...] = ()
    body: str = "insert into run_draw"

    def run(self, cursor: Cursor, parameters: Mapping[str, Any]) -> int:  # noqa: ARG002 - the form of a step
        """Draw for every measured period in its order; returns the movements."""
        slices = [_Slice(*row) for row in step(PACKAGE, "read_prepaid_slices").rows(cursor, {})]
        if not slices:
            return 0
        book = _Book.read(cursor, sorted({one.subscription_id for one in slices}))
        draws: list[tuple[Any, ...]] = []
        made: list[tuple[Any, ...]] = []
        paid: list[tuple[int, Decimal]] = []
        for one in slices:
            period = MeteredPeriod(
                one.period_from, one.period_to, one.quantity, one.included,
                book.drawn.get((one.item_id, one.period_from), {}),
            )  # fmt: skip
            lots = book.lots.setdefault((one.subscription_id, one.meter), [])
            units, taken = draw(period, lots)
            paid.append((one.slice_id, units))
            draws += [
                (one.payer_id, each.lot_id, one.item_id, one.claim_no, one.period_from, each.units) for each in taken
            ]
            rest = left_over(period)
            if one.is_closing and one.rollover_periods and rest > 0:
                lot = Lot(_next_lot_id(cursor), one.period_to - timedelta(days=1), one.carried_until(), rest)
                lots.append(lot)
                made.append(
                    (one.payer_id, lot.lot_id, one.subscription_id, one.meter, rest, lot.granted_on, lot.expires_on,
                     one.item_id, one.period_from)
                )  # fmt: skip
        _take_off(paid)
        _copy("run_draw", draws)
        _copy("run_lot", made)
        return len(draws) + len(made)


def _next_lot_id(cursor: Cursor) -> int:
    """Later periods of the same run may draw on a lot, so that it needs its id before it is written."""
    cursor.execute("select nextval(pg_get_serial_sequence('rating_prepaid_lot', 'id'))")
    return int(cursor.fetchall()[0][0])


def _take_off(paid: Sequence[tuple[int, Decimal]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update run_usage as u set quantity = u.quantity - n.units"
            " from unnest(%s::bigint[], %s::numeric[]) as n (slice_id, units) where u.slice_id = n.slice_id",
            [[slice_id for slice_id, _ in paid], [units for _, units in paid]],
        )


def _copy(table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    raw = connection.connection
    assert raw is not None, "a step has run on this connection before"
    with raw.cursor() as cursor, cursor.copy(f"copy {table} from stdin") as copy:
        for row in rows:
            copy.write_row(row)
