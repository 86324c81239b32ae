"""Deferred revenue and its recognition, and monthly recurring revenue with its movements."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from billwright.interfaces.api.doors import entities, one_transaction, perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Why
from billwright.interfaces.api.wire import Day, Out
from billwright.invoicing.queries.revenue import RevenueRunRow, get_revenue_run, list_revenue_runs
from billwright.org.queries import list_legal_entities
from billwright.reporting.mrr import Movement, MrrMonth, MrrQuestion, MrrUnit, Unit, mrr_months, mrr_units
from billwright.workflow.revenue_recognition import (
    DeferredLine,
    Recognition,
    WaterfallRow,
    deferred_lines,
    recognize_revenue,
    reverse_recognition,
    waterfall,
)

router = Router()


class RecognitionOrder(Closed):
    """Which month of which company: any day of it."""

    legal_entity_id: Id
    month: Day


class DayAsked(Schema):
    """Of which company, as of the end of which day."""

    legal_entity_id: Id
    as_of: Day


class WaterfallShape(Schema):
    """Deferred revenue per product family and currency, and whether it is what the ledger says."""

    as_of: date
    ties: bool
    rows: list[Out[WaterfallRow]]


class MrrQuery(Schema):
    """From which month to which, any day of each; of one company or all that the token may see; by which unit."""

    first: Day
    last: Day
    legal_entity_id: Id | None = None
    by: Unit = Unit.SUBSCRIPTION

    def question(self, allowed: frozenset[int] | None) -> MrrQuestion:
        ids = (one.id for one in list_legal_entities()) if allowed is None else allowed
        return MrrQuestion(legal_entity_ids=tuple(sorted(ids)), first=self.first, last=self.last, by=self.by)


@router.post("/recognitions", response={200: Out[Recognition], **PROBLEMS}, summary="Recognize a month's revenue")
def recognize(request: HttpRequest, order: RecognitionOrder) -> Recognition:
    """What the month's days bring of lines billed ahead; without a run number there was nothing to do."""
    return perform(request, recognize_revenue, legal_entity_id=order.legal_entity_id, month=order.month)


@router.post(
    "/recognitions/{run_id}/reverse", response={201: Out[Recognition], **PROBLEMS}, summary="Take a recognition back"
)
def reverse(request: HttpRequest, run_id: Id, body: Why) -> Status[Recognition]:
    """The latest goes first."""
    get_revenue_run(run_id)
    return Status(201, perform(request, reverse_recognition, why=body.reason, revenue_run_id=run_id))


@router.get("/recognitions", response={200: list[Out[RevenueRunRow]], **PROBLEMS}, summary="Recognitions, newest first")
def list_recognitions(request: HttpRequest, legal_entity_id: Id) -> list[RevenueRunRow]:
    """At most 200."""
    require(request, "ledger.view", legal_entity_id=legal_entity_id)
    return list_revenue_runs(legal_entity_id=legal_entity_id)


@router.get("/waterfall", response={200: WaterfallShape, **PROBLEMS}, summary="Deferred revenue by month ahead")
def get_waterfall(request: HttpRequest, asked: Query[DayAsked]) -> WaterfallShape:
    require(request, "ledger.view", legal_entity_id=asked.legal_entity_id)
    with one_transaction():
        found = waterfall(legal_entity_id=asked.legal_entity_id, as_of=asked.as_of)
    return WaterfallShape.model_validate({"as_of": found.as_of, "ties": found.ties, "rows": list(found.rows)})


@router.get(
    "/waterfall/lines", response={200: list[Out[DeferredLine]], **PROBLEMS}, summary="The lines that are deferred"
)
def list_deferred_lines(request: HttpRequest, asked: Query[DayAsked], ledger_account_id: Id) -> list[DeferredLine]:
    """Of one deferred revenue account, at most 200, those with most left first."""
    require(request, "ledger.view", legal_entity_id=asked.legal_entity_id)
    with one_transaction():
        return deferred_lines(
            legal_entity_id=asked.legal_entity_id, ledger_account_id=ledger_account_id, as_of=asked.as_of
        )


@router.get("/mrr", response={200: list[Out[MrrMonth]], **PROBLEMS}, summary="Monthly recurring revenue and movements")
def get_mrr(request: HttpRequest, asked: Query[MrrQuery]) -> list[MrrMonth]:
    """Each month of each company and currency; opening and movements are closing."""
    return mrr_months(asked.question(entities(request, "report.view", asked.legal_entity_id)))


@router.get("/mrr/units", response={200: list[Out[MrrUnit]], **PROBLEMS}, summary="Who moved in the last month asked")
def list_mrr_units(request: HttpRequest, asked: Query[MrrQuery], movement: Movement | None = None) -> list[MrrUnit]:
    """Subscriptions or accounts, at most 500, the largest change first."""
    return mrr_units(asked.question(entities(request, "report.view", asked.legal_entity_id)), movement=movement)
