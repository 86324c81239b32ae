"""The one stage of the pipeline that is no statement: rating calls, whose steps cross bands of the day.

It reads the due calls in batches, rates each by `rating.policies.rate_call`, and copies the results into the working
table that the statements after it read. Memory holds one batch, whatever the number of calls.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from billwright.catalog.queries import prices_by_id
from billwright.catalog.rows import PriceRow
from billwright.kernel.sql import Cursor, step
from billwright.rating.policies import Part, RatedRecord, RecordFacts, decimal_of, rate_call

BATCH_ROWS = 5000
COLUMNS = "slice_id, record_id, key, billed, amount, rated, prefix, parts"


@dataclass(slots=True)
class _Allowance:
    """Included seconds that are left of a period."""

    slice_id: int = 0
    left: Decimal = field(default_factory=Decimal)


@dataclass(frozen=True, slots=True)
class RateCalls:
    """Fills `run_record` for the slices whose price is by call."""

    name: str = "rate_calls"
    uses: tuple[str, ...] = ("run_record", "run_slice", "run_window", "run_account")
    writes: tuple[str, ...] = ()
    body: str = "insert into run_record"

    def run(self, cursor: Cursor, parameters: Mapping[str, Any]) -> int:  # noqa: ARG002 - the form of a step
        """Rate every due call; returns how many."""
        cursor.execute("select distinct price_id from run_slice where model = 'CALL' and kind = 'USAGE'")
        prices = prices_by_id([row[0] for row in cursor.fetchall()])
        if not prices:
            return 0
        count = 0
        allowance = _Allowance()
        for batch in _due_calls():
            _copy(_rated(batch, prices, allowance))
            count += len(batch)
        return count


def _due_calls() -> Iterator[list[tuple[Any, ...]]]:
    raw = connection.connection
    assert raw is not None, "a step has run on this connection before"
    with raw.cursor(name="due_calls") as due:
        due.execute(step("billwright.workflow.metering", "read_due_calls").body)
        while batch := due.fetchmany(BATCH_ROWS):
            yield batch


def _rated(
    batch: Sequence[tuple[Any, ...]], prices: Mapping[int, PriceRow], allowance: _Allowance
) -> Iterator[tuple[Any, ...]]:
    zones: dict[str, ZoneInfo] = {}
    for slice_id, price_id, timezone, record_id, key, happened_at, quantity, properties, continues in batch:
        price = prices[price_id]
        if allowance.slice_id != slice_id:
            allowance.slice_id, allowance.left = slice_id, price.included
        zone = zones.setdefault(timezone, ZoneInfo(timezone))
        facts = RecordFacts(
            key=key,
            quantity=quantity,
            started_at=happened_at.astimezone(zone),
            properties=properties if isinstance(properties, dict) else json.loads(properties),
            continues=continues,
        )
        rated = _less_included(rate_call(price.bands, facts, cap=price.cap), allowance)
        parts = json.dumps([_part(part) for part in rated.parts])
        amount = decimal_of(rated.amount)
        yield slice_id, record_id, key, rated.billed, amount, rated.is_rated, rated.prefix, parts


def _less_included(rated: RatedRecord, allowance: _Allowance) -> RatedRecord:
    """What is left after included seconds, taken by started steps: a call pays for its share beyond them."""
    free = min(rated.billed, allowance.left)
    if free <= 0:
        return rated
    allowance.left -= free
    share = Fraction(rated.billed - free) / Fraction(rated.billed)
    return RatedRecord(
        rated.key,
        billed=rated.billed - free,
        amount=rated.amount * share,
        is_rated=rated.is_rated,
        prefix=rated.prefix,
        parts=tuple(
            Part(part.label, decimal_of(Fraction(part.quantity) * share), part.unit_price, part.amount * share)
            for part in rated.parts
        ),
    )


def _part(part: Part) -> dict[str, str]:
    return {
        "band": part.label,
        "quantity": _plain(part.quantity),
        "amount": _plain(decimal_of(part.amount)),
        "unit": _plain(part.unit_price),
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _copy(rows: Iterable[tuple[Any, ...]]) -> None:
    raw = connection.connection
    assert raw is not None
    with raw.cursor() as cursor, cursor.copy(f"copy run_record ({COLUMNS}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)
