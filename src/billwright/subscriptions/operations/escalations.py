"""Escalator clauses: the price of each anniversary is laid down ahead of the day on which it is billed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from billwright.catalog import queries as catalog
from billwright.catalog.operations import EscalatedPrice, add_escalated_prices
from billwright.catalog.policies.escalating import Step, escalated, step_by_index, step_by_percent
from billwright.catalog.rows import ChargeRow, Escalation, PriceRow
from billwright.kernel import sql
from billwright.kernel.acts import Act
from billwright.kernel.locking import lock_names
from billwright.kernel.periods import add_months

PACKAGE = "billwright.subscriptions"


@dataclass(frozen=True, slots=True)
class _Due:
    """An item with anniversaries whose step is not laid down; steps count the anniversaries since the start."""

    item_id: int
    subscription_id: int
    effective_from: date
    effective_to: date | None
    currency: str
    first_price_id: int
    starts_on: date
    steps_first: int
    steps_laid: int
    steps_until: int

    def anniversary(self, number: int, months: int) -> date:
        return add_months(self.starts_on, number * months, anchor_day=self.starts_on.day)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of an item at the price of one anniversary."""

    due: _Due
    number: int
    anniversary: date
    begins: date
    ends: date | None


def extend_escalations(*, act: Act, as_of: date, legal_entity_id: int | None = None) -> int:
    """Lay down the prices of every anniversary until one interval after a day; returns how many items it added.

    For the subscriptions of all entities or of one. A bill run calls it before it reads; of two that come at once one
    waits, and finds nothing to do. A second call adds nothing. Where an index has no value yet, the item runs on
    at its price; once the value is published, the step holds from its anniversary and the next run repairs the bill.
    """
    return sum(
        _extend(charge, act=act, as_of=as_of, legal_entity_id=legal_entity_id)
        for charge in catalog.escalating_charges()
    )


def _extend(charge: ChargeRow, *, act: Act, as_of: date, legal_entity_id: int | None) -> int:
    escalation = charge.escalation
    assert escalation is not None, "only charges with a clause are asked for"
    asked = {
        "plan_charge_id": charge.id,
        "months": escalation.months,
        "until": _horizon(charge, as_of),
        "legal_entity_id": legal_entity_id,
    }
    if not _find(asked):
        return 0
    lock_names(f"subscriptions.escalations:{charge.id}")
    dues = _find(asked)
    steps = _steps(escalation, dues)
    pieces = [piece for due in dues for piece in _pieces(due, escalation.months, steps)]
    if not pieces:
        return 0
    first_prices = catalog.prices_by_id({due.first_price_id for due in dues})
    prices = _prices(charge, escalation, pieces, steps, first_prices, act=act)
    return _split(
        pieces, [prices[piece.due.subscription_id, piece.due.currency, piece.anniversary] for piece in pieces]
    )


def _find(asked: Mapping[str, object]) -> list[_Due]:
    with connection.cursor() as cursor:
        return [_Due(*row) for row in sql.step(PACKAGE, "find_escalations").rows(cursor, asked)]


def _horizon(charge: ChargeRow, as_of: date) -> date:
    if charge.interval_unit == "MONTH":
        return add_months(as_of, charge.interval_count)
    return as_of + timedelta(days=charge.interval_count)


def _steps(escalation: Escalation, dues: Sequence[_Due]) -> dict[tuple[date, int, int], Step | None]:
    """The step of each start, first anniversary and anniversary that is needed, reckoned once each."""
    values: Mapping[date, Decimal] = catalog.index_values(escalation.index) if escalation.index else {}
    found: dict[tuple[date, int, int], Step | None] = {}
    for due in dues:
        for number in range(due.steps_laid + 1, due.steps_until + 1):
            key = (due.starts_on, due.steps_first, number)
            if key in found:
                continue
            if escalation.percent is not None:
                found[key] = step_by_percent(escalation.percent, number - due.steps_first)
            else:
                days = [due.anniversary(one, escalation.months) for one in range(due.steps_first, number + 1)]
                found[key] = step_by_index(escalation, values, days)
    return found


def _pieces(due: _Due, months: int, steps: Mapping[tuple[date, int, int], Step | None]) -> list[_Piece]:
    """Where the item is cut; of several anniversaries before its own start only the last counts."""
    known = [
        number
        for number in range(due.steps_laid + 1, due.steps_until + 1)
        if steps[due.starts_on, due.steps_first, number] is not None
    ]
    begins = {max(due.effective_from, due.anniversary(number, months)): number for number in known}
    starts = sorted(begins)
    ends = [*starts[1:], due.effective_to][: len(starts)]
    return [
        _Piece(due, begins[start], due.anniversary(begins[start], months), start, end)
        for start, end in zip(starts, ends, strict=True)
    ]


def _prices(
    charge: ChargeRow,
    escalation: Escalation,
    pieces: Sequence[_Piece],
    steps: Mapping[tuple[date, int, int], Step | None],
    first_prices: Mapping[int, PriceRow],
    *,
    act: Act,
) -> dict[tuple[int, str, date], int]:
    """Ids of the prices by subscription, currency and anniversary; those that are missing are made."""
    wanted: dict[tuple[int, str, date], EscalatedPrice] = {}
    for piece in pieces:
        due = piece.due
        step = steps[due.starts_on, due.steps_first, piece.number]
        assert step is not None, "a piece has a step"
        scope = f"subscription:{due.subscription_id}"
        wanted[due.subscription_id, due.currency, piece.anniversary] = EscalatedPrice(
            price=escalated(
                first_prices[due.first_price_id],
                step,
                decimals=escalation.decimals,
                valid_from=piece.anniversary,
                scope=scope,
            ),
            base_price_id=due.first_price_id,
            factor=step.factor_shown,
        )
    ids = add_escalated_prices(charge.id, list(wanted.values()), act=act)
    return {key: ids[one.price.scope, one.price.currency, one.price.valid_from] for key, one in wanted.items()}


def _split(pieces: Sequence[_Piece], price_ids: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        return sql.step(PACKAGE, "split_items").run(
            cursor,
            {
                "item_ids": [piece.due.item_id for piece in pieces],
                "begins": [piece.begins for piece in pieces],
                "ends": [piece.ends for piece in pieces],
                "price_ids": list(price_ids),
            },
        )
