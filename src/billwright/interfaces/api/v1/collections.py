"""Collection runs, their debits, the banks' answers, and the queue of what failed."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, permitted, require, today_at
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    dated_position_of,
    members_of,
    page_of,
)
from billwright.interfaces.api.wire import Day, Out
from billwright.payments.collecting_rows import CollectionFindingRow, CollectionRow, CollectionRunRow
from billwright.payments.queries import collections as queries
from billwright.payments.rules import CodeMeaning
from billwright.payments.states import CollectionRunState, FailurePlan
from billwright.workflow import collecting, collection_news
from billwright.workflow.collecting import TakenResults
from billwright.workflow.collection_news import AnnouncementRow

router = Router()
_MOVES = {
    "check": collecting.check_run,
    "approve": collecting.approve_run,
    "submit": collecting.submit_run,
    "discard": collecting.discard_run,
}
FILE_BYTES_MAX = 64 * 1024 * 1024


class CollectionRunList(PageQuery):
    """Filters; everything given must hold."""

    legal_entity_id: Id | None = None
    scheme: Annotated[Text, Field(max_length=20)] = ""
    state: CollectionRunState | None = None


class WantedCollectionRun(Closed):
    """Which debits: of a company, by a scheme, on a day (none: the earliest that the bank takes).

    The scheme `card` is that of kept cards and wallets: its day is today, `currency` says which (none: the company's).
    """

    legal_entity_id: Id
    scheme: Annotated[Text, Field(min_length=1, max_length=20)]
    action_day: Day | None = None
    currency: Annotated[Text, Field(max_length=3)] = ""


class CollectionRunShape(Schema):
    """A run with its debits and what it left out."""

    run: Out[CollectionRunRow]
    collections: list[Out[CollectionRow]]
    findings: list[Out[CollectionFindingRow]]


class SettledRun(Closed):
    """Up to which day."""

    on: Day


class FailedDebitList(PageQuery):
    """Filters of the queue."""

    legal_entity_id: Id | None = None
    kind: CodeMeaning | None = None
    plan: FailurePlan | None = None


class FailedDebit(Closed):
    """What the bank said, and of which day it is."""

    code: Annotated[Text, Field(min_length=1, max_length=20)]
    on: Day
    text: Annotated[Text, Field(max_length=200)] = ""


class RetryDay(Closed):
    """Another day for the retry."""

    day: Day


class ResolvedFailure(Closed):
    """What was agreed with the customer; whether it is due for the next run, or never debited again."""

    reason: Annotated[Reason, Field(min_length=1)]
    collect_again: bool


class AnnouncementOrder(Closed):
    """Whose customers are told, as of which day; none: the company's present day."""

    legal_entity_id: Id
    as_of: Day | None = None


class Announced(Schema):
    """How many mails are new."""

    queued: int


def _run_of(request: HttpRequest, run_id: int) -> CollectionRunRow:
    return permitted(request, "collection.view", queries.get_run, run_id)


@router.get("/collection-runs", response={200: Page[Out[CollectionRunRow]], **PROBLEMS}, summary="List collection runs")
def list_runs(request: HttpRequest, asked: Query[CollectionRunList]) -> Rows[CollectionRunRow]:
    """The latest action day first."""
    rows = queries.list_runs(
        legal_entity_ids=entities(request, "collection.view", asked.legal_entity_id),
        scheme=asked.scheme,
        state=asked.state or "",
        before=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.action_day.isoformat(), row.id))


@router.post("/collection-runs", response={201: Out[CollectionRunRow], **PROBLEMS}, summary="Prepare a collection run")
def prepare_run(request: HttpRequest, body: WantedCollectionRun) -> Status[CollectionRunRow]:
    """What is due and may be debited is chosen and held. The same day again answers with the run that is there."""
    row = perform(request, collecting.prepare_run, **members_of(body))
    return Status(201, row)


@router.get("/collection-runs/{run_id}", response={200: CollectionRunShape, **PROBLEMS}, summary="One collection run")
def get_run(request: HttpRequest, run_id: Id) -> dict[str, object]:
    """With all of its debits and what it left out."""
    return {
        "run": _run_of(request, run_id),
        "collections": queries.list_collections(run_id=run_id, limit=None),
        "findings": queries.list_findings(run_id),
    }


@router.post(
    "/collection-runs/{run_id}/settle", response={200: Out[CollectionRunRow], **PROBLEMS}, summary="Settle a run"
)
def settle_run(request: HttpRequest, run_id: Id, body: SettledRun) -> CollectionRunRow:
    """Receipts of debits whose day has come and of which the bank said nothing else."""
    return perform(request, collecting.settle_run, collection_run_id=run_id, on=body.on)


@router.post(
    "/collection-runs/{run_id}/{move}", response={200: Out[CollectionRunRow], **PROBLEMS}, summary="Move a run"
)
def move_run(
    request: HttpRequest, run_id: Id, move: Literal["check", "approve", "submit", "discard"]
) -> CollectionRunRow:
    """Check it, agree to it (not who prepared it), write its file, or give it up.

    A submitted run of cards has no file: its gateways are asked for each debit within a minute.
    """
    return perform(request, _MOVES[move], collection_run_id=run_id)


@router.post("/collection-results", response={201: Out[TakenResults], **PROBLEMS}, summary="Take a bank's answers in")
def take_results(request: HttpRequest, file: File[UploadedFile]) -> Status[TakenResults]:
    """As a form with one part `file`. An answer for a debit that is not ours is left aside with the reason."""
    name = (file.name or "results")[:200]
    return Status(201, perform(request, collecting.take_results, name=name, content=file.read(FILE_BYTES_MAX + 1)))


@router.get(
    "/collection-announcements",
    response={200: list[Out[AnnouncementRow]], **PROBLEMS},
    summary="Debits to tell customers of",
)
def list_announcements(request: HttpRequest, legal_entity_id: Id, as_of: Day | None = None) -> list[AnnouncementRow]:
    """Those of which the scheme's rule or the agreement says that they are told by the day, the soonest first."""
    require(request, "collection.view", legal_entity_id=legal_entity_id)
    day = as_of or today_at(request, legal_entity_id)
    return collection_news.list_announcements(legal_entity_id=legal_entity_id, as_of=day)


@router.post("/collection-announcements", response={201: Announced, **PROBLEMS}, summary="Tell customers of debits")
def announce_debits(request: HttpRequest, body: AnnouncementOrder) -> Status[Announced]:
    """Queues a mail to each that was not told yet; the daily job does the same."""
    as_of = body.as_of or today_at(request, body.legal_entity_id)
    queued = perform(request, collection_news.announce_debits, legal_entity_id=body.legal_entity_id, as_of=as_of)
    return Status(201, Announced(queued=queued))


@router.get(
    "/failed-collections", response={200: Page[Out[CollectionRow]], **PROBLEMS}, summary="The queue of failures"
)
def list_failed(request: HttpRequest, asked: Query[FailedDebitList]) -> Rows[CollectionRow]:
    """Debits that failed or came back, with their kind and what happens next; the newest first."""
    rows = queries.list_failed(
        legal_entity_ids=entities(request, "collection.view", asked.legal_entity_id),
        kind=asked.kind or "",
        plan=asked.plan or "",
        before=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.failed_on.isoformat() if row.failed_on else "", row.id))


@router.post(
    "/collections/{collection_id}/cancel", response={200: Out[CollectionRunRow], **PROBLEMS}, summary="Take a debit out"
)
def cancel(request: HttpRequest, collection_id: Id) -> CollectionRunRow:
    """Of a run that is not yet approved, or of cards and not yet asked for: what it is for is free again.

    Answers with the run as it is then.
    """
    return perform(request, collecting.cancel_collection, collection_id=collection_id)


@router.post(
    "/collections/{collection_id}/failure", response={200: Out[CollectionRow], **PROBLEMS}, summary="Record a failure"
)
def record_failure(request: HttpRequest, collection_id: Id, body: FailedDebit) -> CollectionRow:
    """Refused, or taken back after it was paid; told again it changes nothing."""
    return perform(request, collecting.record_failure, collection_id=collection_id, **members_of(body))


@router.post(
    "/collections/{collection_id}/retry-day", response={200: Out[CollectionRow], **PROBLEMS}, summary="Move a retry"
)
def retry_on(request: HttpRequest, collection_id: Id, body: RetryDay) -> CollectionRow:
    """Within what the rules of the scheme allow."""
    return perform(request, collecting.retry_on, collection_id=collection_id, day=body.day)


@router.post(
    "/collections/{collection_id}/resolve", response={200: Out[CollectionRow], **PROBLEMS}, summary="Resolve a failure"
)
def resolve(request: HttpRequest, collection_id: Id, body: ResolvedFailure) -> CollectionRow:
    """It leaves the queue."""
    return perform(
        request,
        collecting.resolve_failure,
        why=body.reason,
        collection_id=collection_id,
        collect_again=body.collect_again,
    )
