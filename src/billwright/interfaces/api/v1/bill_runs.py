"""Bill runs: created, prepared, checked, approved, issued; and previews that keep nothing.

Preparing and issuing are begun here and done by workers: ask the run for its progress.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from procrastinate.contrib.django import app as queue
from pydantic import Field

from billwright.interfaces.api.doors import account_of, act_of, entities, holder_of, one_transaction, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Rows,
    Text,
    Why,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, Number, Out, priced
from billwright.invoicing.operations import bill_run as operations
from billwright.invoicing.queries import bill_run as queries
from billwright.invoicing.queries.bill_run import BillRunRow, FindingRow, RunPayerRow, RunProgress
from billwright.invoicing.states import PayerOutcome, RunState, Severity
from billwright.kernel.acts import Act, verb_name
from billwright.workflow import bill_run
from billwright.workflow.bill_run.previews import PreviewDocument, PreviewFinding

router = Router()
# The job by which workers take the shards of a run; its name is the contract with them.
TASK = "work_on_bill_run"


class RunList(PageQuery):
    """Filters of the list; everything given must hold."""

    state: RunState | None = None
    legal_entity_id: Id | None = None


class NewRun(Closed):
    """What is due on a day; none: on each account's own civil day of now. No payers: everybody."""

    as_of: Day | None = None
    document_date: Day | None = None
    legal_entity_id: Id | None = None
    payer_ids: Annotated[list[Id], Field(max_length=5000)] | None = None
    description: Annotated[Text, Field(max_length=200)] = ""
    keep_lines: bool = False
    interim: bool = False


class PayerHold(Closed):
    """A payer that this run leaves out, and why."""

    payer_id: Id
    reason: Annotated[Text, Field(min_length=1, max_length=200)]


class PayerRelease(Closed):
    """A payer that the run takes in again."""

    payer_id: Id


class Clearance(Closed):
    """Why a finding may pass."""

    clearance: Annotated[Text, Field(min_length=1, max_length=200)]


class TotalShape(Schema):
    """Control totals of one entity and currency at one stage."""

    legal_entity_id: int
    stage: str
    document_count: int
    line_count: int
    net: MoneyShape
    tax: MoneyShape
    total: MoneyShape


class RunShape(Schema):
    """A run with its totals, how far it is, and counts of outcomes and open findings."""

    run: Out[BillRunRow]
    totals: list[TotalShape]
    progress: Out[RunProgress]
    outcomes: dict[str, int]
    findings: dict[str, int]


class RunPayerShape(Schema):
    """What a run prepared for one payer, and what became of it."""

    payer_id: int
    legal_entity_id: int
    line_count: int
    net: MoneyShape
    tax: MoneyShape
    total: MoneyShape
    outcome: str
    hold_reason: str
    decided_by: str


class PreviewLineShape(Schema):
    """One line as it would be."""

    account_id: int
    item_id: int | None
    kind: str
    text: str
    service_from: date
    service_to: date
    quantity: Number
    unit_price: Number
    days: int | None
    base_days: int | None
    amount: MoneyShape
    discount: MoneyShape
    tax_code: str
    tax_percent: Number
    tax: MoneyShape


class PreviewDocumentShape(Schema):
    """One document as it would be issued, without a number."""

    payer_id: int
    split_key: str
    purchase_order: str
    cost_center: str
    kind: str
    net: MoneyShape
    tax: MoneyShape
    total: MoneyShape
    lines: list[PreviewLineShape]


class PreviewShape(Schema):
    """Documents and findings of a day; nothing of it exists."""

    as_of: date
    documents: list[PreviewDocumentShape]
    findings: list[Out[PreviewFinding]]


class FindingList(PageQuery):
    """Which findings."""

    severity: Severity | None = None
    only_open: bool = False


class RunPayerList(PageQuery):
    """Which payers."""

    outcome: PayerOutcome | None = None


@router.get("", response={200: Page[Out[BillRunRow]], **PROBLEMS}, summary="List runs, the newest first")
def list_bill_runs(request: HttpRequest, asked: Query[RunList]) -> Rows[BillRunRow]:
    allowed = entities(request, "bill_run.view", asked.legal_entity_id)
    rows = queries.list_bill_runs(
        before_id=position_of(asked.cursor),
        state=asked.state or "",
        legal_entity_ids=allowed,
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("", response={201: Out[BillRunRow], **PROBLEMS}, summary="Plan a run")
def create_bill_run(request: HttpRequest, body: NewRun) -> Status[BillRunRow]:
    row = perform(
        request,
        operations.create_bill_run,
        as_of=body.as_of,
        document_date=body.document_date,
        legal_entity_id=body.legal_entity_id,
        payer_ids=tuple(body.payer_ids) if body.payer_ids is not None else None,
        description=body.description,
        keep_lines=body.keep_lines,
        interim=body.interim,
    )
    return Status(201, row)


@router.get("/preview", response={200: PreviewShape, **PROBLEMS}, summary="What an account would get on a day")
def preview(request: HttpRequest, account_id: Id, as_of: Day) -> PreviewShape:
    require(request, "bill_run.view")
    account_of(request, "bill_run.view", account_id)
    found = bill_run.preview_accounts(act=act_of(request), payer_ids=[account_id], as_of=as_of)
    return preview_shape(found)


@router.get("/{run_id}", response={200: RunShape, **PROBLEMS}, summary="One run: totals and progress")
def get_bill_run(request: HttpRequest, run_id: Id) -> RunShape:
    _permitted(request, run_id)
    page = queries.get_bill_run_page(run_id)
    return RunShape.model_validate(
        {
            "run": page.run,
            "totals": [priced(TotalShape, total, total.currency) for total in page.totals],
            "progress": page.progress,
            "outcomes": page.outcomes,
            "findings": page.findings,
        }
    )


@router.get("/{run_id}/payers", response={200: Page[RunPayerShape], **PROBLEMS}, summary="Its payers")
def list_payers(request: HttpRequest, run_id: Id, asked: Query[RunPayerList]) -> Rows[RunPayerShape]:
    _permitted(request, run_id)
    rows: list[RunPayerRow] = queries.list_run_payers(
        run_id, after_id=position_of(asked.cursor) or 0, outcome=asked.outcome or "", limit=asked.limit + 1
    )
    shapes: list[RunPayerShape] = [priced(RunPayerShape, row, row.currency) for row in rows]
    return page_of(shapes, asked, position=lambda row: (row.payer_id,))


@router.get("/{run_id}/findings", response={200: Page[Out[FindingRow]], **PROBLEMS}, summary="What it noticed")
def list_findings(request: HttpRequest, run_id: Id, asked: Query[FindingList]) -> Rows[FindingRow]:
    _permitted(request, run_id)
    rows = queries.list_findings(
        run_id=run_id,
        severity=asked.severity or "",
        only_open=asked.only_open,
        after_id=position_of(asked.cursor) or 0,
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("/{run_id}/prepare", response={202: Out[BillRunRow], **PROBLEMS}, summary="Begin to prepare")
def prepare(request: HttpRequest, run_id: Id, body: Why) -> Status[BillRunRow]:
    """Reckons what everybody would get; books nothing."""
    return Status(202, _begin(request, bill_run.begin_preparation, operations.start_preparation, run_id, body))


@router.post("/{run_id}/check", response={200: Out[BillRunRow], **PROBLEMS}, summary="Say that it was checked")
def check(request: HttpRequest, run_id: Id, body: Why) -> BillRunRow:
    return perform(request, operations.check_bill_run, why=body.reason, run_id=run_id)


@router.post("/{run_id}/approve", response={200: Out[BillRunRow], **PROBLEMS}, summary="Release it")
def approve(request: HttpRequest, run_id: Id, body: Why) -> BillRunRow:
    """Not by the person who prepared it."""
    return perform(request, operations.approve_bill_run, why=body.reason, run_id=run_id)


@router.post("/{run_id}/issue", response={202: Out[BillRunRow], **PROBLEMS}, summary="Begin to issue")
def issue(request: HttpRequest, run_id: Id, body: Why) -> Status[BillRunRow]:
    """Payers that changed since the approval are left out and reported."""
    return Status(202, _begin(request, bill_run.begin_issue, operations.start_issue, run_id, body))


@router.post("/{run_id}/discard", response={200: Out[BillRunRow], **PROBLEMS}, summary="Throw it away")
def discard(request: HttpRequest, run_id: Id, body: Why) -> BillRunRow:
    return perform(request, operations.discard_bill_run, why=body.reason, run_id=run_id)


@router.post("/{run_id}/hold-payer", response={200: Out[BillRunRow], **PROBLEMS}, summary="Leave a payer out")
def hold_payer(request: HttpRequest, run_id: Id, body: PayerHold) -> BillRunRow:
    return perform(request, operations.hold_payer, run_id=run_id, payer_id=body.payer_id, reason=body.reason)


@router.post("/{run_id}/release-payer", response={200: Out[BillRunRow], **PROBLEMS}, summary="Take a payer in again")
def release_payer(request: HttpRequest, run_id: Id, body: PayerRelease) -> BillRunRow:
    return perform(request, operations.release_payer, run_id=run_id, payer_id=body.payer_id)


@router.post(
    "/{run_id}/findings/{finding_id}/clear", response={200: Out[FindingRow], **PROBLEMS}, summary="Let a finding pass"
)
def clear_finding(request: HttpRequest, run_id: Id, finding_id: Id, body: Clearance) -> FindingRow:
    return perform(request, operations.clear_finding, run_id=run_id, finding_id=finding_id, clearance=body.clearance)


def _begin(
    request: HttpRequest, begin: Callable[..., BillRunRow], verb: Callable[..., Any], run_id: int, body: Why
) -> BillRunRow:
    """Begin a stage as the user of the token, and call a worker for its shards. A repeat finds nothing left to do."""
    holder_of(request).require_scope(verb_name(verb))
    act: Act = act_of(request, reason=body.reason)
    with one_transaction():
        run = begin(act=act, run_id=run_id)
        queue.configure_task(TASK).defer(run_id=run_id, actor=act.actor)
    return run


def _permitted(request: HttpRequest, run_id: int) -> BillRunRow:
    """A run over every entity is seen by those whose role covers every entity."""
    require(request, "bill_run.view")
    run = queries.get_bill_run(run_id)
    allowed = entities(request, "bill_run.view")
    if allowed is not None and run.legal_entity_id not in allowed:
        raise queries.run_not_found(run_id)
    return run


def preview_shape(found: bill_run.AccountPreview) -> PreviewShape:
    """A previewed bill on the wire."""
    return PreviewShape.model_validate(
        {
            "as_of": found.as_of,
            "documents": [_previewed(document) for document in found.documents],
            "findings": list(found.findings),
        }
    )


def _previewed(document: PreviewDocument) -> dict[str, Any]:
    lines = [priced(PreviewLineShape, line, document.currency) for line in document.lines]
    amounts = {name: getattr(document, f"{name}_minor") for name in ("net", "tax", "total")}
    return {
        "payer_id": document.payer_id,
        "split_key": document.split_key,
        "purchase_order": document.purchase_order,
        "cost_center": document.cost_center,
        "kind": document.kind,
        "lines": lines,
        **{name: MoneyShape.minor(minor, document.currency) for name, minor in amounts.items()},
    }
