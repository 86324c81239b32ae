"""Netting two meters: a stage between measuring and pricing, since each period needs the bank that the last one left.

It reads the few subscriptions on netting plans, nets their periods by `rating.netting`, sets the net quantities, and
leaves the movements of the banks in a working table, for the steps that bill settlements and write the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from billwright.kernel.sql import Cursor, step
from billwright.rating.netting import Netted, NettedPeriod, Settled, net_periods, settlement_days

PACKAGE = "billwright.workflow.metering"


@dataclass(frozen=True, slots=True)
class _Bank:
    """A netted subscription as the shard found it."""

    subscription_id: int
    item_id: int
    account_id: int
    payer_id: int
    price_id: int
    claim_no: int
    begun_on: date
    settle_month: int
    settle_day: int
    settle_price: Decimal
    day: date
    quantity: Decimal
    settled_on: date | None
    open_until: date | None

    def settle_days(self) -> list[date]:
        """Days of settlement that have come and whose periods are all netted by now."""
        until = self.day
        if self.open_until is not None:
            until = min(until, self.open_until - timedelta(days=2))
        after = self.settled_on or self.begun_on - timedelta(days=1)
        return settlement_days(month=self.settle_month, day=self.settle_day, after=after, until=until)


@dataclass(frozen=True, slots=True)
class NetUsage:
    """Sets net quantities in `run_usage` and fills `run_bank`."""

    name: str = "net_usage"
    uses: tuple[str, ...] = ("run_bank", "run_usage", "run_slice", "run_price")
    writes: tuple[str, ...] = ()
    body: str = "insert into run_bank"

    def run(self, cursor: Cursor, parameters: Mapping[str, Any]) -> int:
        """Net every subscription on a netting plan; returns the movements of banks."""
        banks = [_Bank(*row) for row in step(PACKAGE, "read_banks").rows(cursor, parameters)]
        if not banks:
            return 0
        slices: dict[int, list[tuple[Any, ...]]] = {}
        for row in step(PACKAGE, "read_netted_slices").rows(cursor, parameters):
            slices.setdefault(row[0], []).append(row)
        moves: list[tuple[Any, ...]] = []
        quantities: list[tuple[int, date, int, Decimal, Decimal]] = []
        for bank in banks:
            rows = slices.get(bank.subscription_id, [])
            netted, settled = net_periods(
                bank=bank.quantity,
                periods=[NettedPeriod(row[3], row[4], row[6], row[7], bool(row[5])) for row in rows],
                settle_days=bank.settle_days(),
            )
            quantities += _quantities(bank, rows, netted)
            moves += _moves(bank, netted, settled)
        _set_quantities(quantities)
        _keep_moves(moves)
        return len(moves)


def _quantities(
    bank: _Bank, rows: Sequence[tuple[Any, ...]], netted: Iterable[Netted]
) -> list[tuple[int, date, int, Decimal, Decimal]]:
    slice_ids = {row[3]: row[1] for row in rows}
    return [(bank.subscription_id, one.starts_on, slice_ids[one.starts_on], one.billed, one.used) for one in netted]


def _moves(bank: _Bank, netted: Iterable[Netted], settled: Iterable[Settled]) -> list[tuple[Any, ...]]:
    """Rows of `run_bank`: what closing periods banked and used, and what was settled."""
    head = (bank.payer_id, bank.account_id, bank.subscription_id, bank.item_id, bank.price_id, bank.claim_no)
    moves: list[tuple[Any, ...]] = []
    for one in netted:
        if one.is_closing and one.banked:
            moves.append((*head, "BANKED", one.starts_on, one.ends_before, one.banked, None))
        if one.is_closing and one.used:
            moves.append((*head, "USED", one.starts_on, one.ends_before, -one.used, None))
    for paid in settled:
        after = paid.settled_on + timedelta(days=1)
        moves.append((*head, "SETTLED", paid.settled_on, after, -paid.quantity, bank.settle_price))
    return moves


def _set_quantities(rows: Sequence[tuple[int, date, int, Decimal, Decimal]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update run_usage as u set quantity = n.billed"
            " from unnest(%s::bigint[], %s::numeric[]) as n (slice_id, billed) where u.slice_id = n.slice_id",
            [[row[2] for row in rows], [row[3] for row in rows]],
        )
        cursor.execute(
            "insert into run_usage (slice_id, quantity, record_count)"
            " select s.slice_id, n.used, 0"
            " from run_slice as s inner join run_price as p on p.price_id = s.price_id and p.meter = 'bank_used'"
            " inner join unnest(%s::bigint[], %s::date[], %s::numeric[]) as n (subscription_id, period_from, used)"
            " on n.subscription_id = s.subscription_id and n.period_from = s.period_from",
            [[row[0] for row in rows], [row[1] for row in rows], [row[4] for row in rows]],
        )


def _keep_moves(rows: Sequence[tuple[Any, ...]]) -> None:
    raw = connection.connection
    assert raw is not None, "a step has run on this connection before"
    with raw.cursor() as cursor, cursor.copy("copy run_bank from stdin") as copy:
        for row in rows:
            copy.write_row(row)
