"""Accounting periods: what is open, and the steps that close a month.

Opening a closed period again and locking one need a second person: ask by `/approvals` for `period.reopen` or
`period.lock`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest
from ninja import Router, Schema

from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Id, Why
from billwright.ledger import operations, queries

router = Router()


class PeriodShape(Schema):
    """A month of the books and where it stands: OPEN, CLOSING, CLOSED or LOCKED."""

    id: int
    legal_entity_id: int
    starts_on: date
    ends_before: date
    state: str


@router.get("", response={200: list[PeriodShape], **PROBLEMS}, summary="The periods of a company, the oldest first")
def list_periods(request: HttpRequest, legal_entity_id: Id) -> list[queries.PeriodRow]:
    require(request, "ledger.view", legal_entity_id=legal_entity_id)
    return queries.list_periods(legal_entity_id)


@router.post("/{period_id}/start-closing", response={200: PeriodShape, **PROBLEMS}, summary="Begin to close a period")
def start_closing_period(request: HttpRequest, period_id: Id, body: Why) -> queries.PeriodRow:
    """From now on only closing work may post into it."""
    return _moved(request, operations.start_closing_period, period_id, body)


@router.post("/{period_id}/close", response={200: PeriodShape, **PROBLEMS}, summary="Close a period")
def close_period(request: HttpRequest, period_id: Id, body: Why) -> queries.PeriodRow:
    """Nobody posts into it any more."""
    return _moved(request, operations.close_period, period_id, body)


def _moved(request: HttpRequest, verb: Callable[..., object], period_id: int, body: Why) -> queries.PeriodRow:
    queries.get_period(period_id)
    perform(request, verb, why=body.reason, period_id=period_id)
    return queries.get_period(period_id)
