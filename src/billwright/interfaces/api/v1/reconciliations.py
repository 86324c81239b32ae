"""Account reconciliation: our books beside a customer's own statement or remittance."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from billwright.accounts.queries import get_accounts
from billwright.interfaces.api.doors import entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    members_of,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Day, In, Out
from billwright.receivables.queries import reconciliations as queries
from billwright.receivables.reconciliation_rows import (
    Columns,
    FileOfTheirs,
    KindTotal,
    ReconciledLine,
    ReconciliationRow,
)
from billwright.receivables.states import DifferenceKind, ReconciliationState, TheirContent
from billwright.ui.downloads import XLSX_TYPE
from billwright.workflow import reconciliations as workbench

router = Router()


class ReconciliationList(PageQuery):
    """Filters of the list."""

    customer_id: Id | None = None
    account_id: Id | None = None
    legal_entity_id: Id | None = None
    state: ReconciliationState | None = None


class NewReconciliation(Closed):
    """Accounts of one customer, of any company and currency, and what the customer sent about them."""

    account_ids: Annotated[list[Id], Field(min_length=1, max_length=200)]
    content: TheirContent
    as_of: Day
    since: Day | None = None
    timing_days: Annotated[int, Field(ge=0, le=90)] = 5
    title: Annotated[Text, Field(max_length=120)] = ""


class DifferenceList(PageQuery):
    """Findings of one kind, or all of them."""

    kind: DifferenceKind | None = None


class WhyTheyDiffer(Closed):
    """Why findings differ: those named, or all of a kind that nobody has explained."""

    text: Annotated[Text, Field(min_length=1, max_length=200)]
    finding_ids: Annotated[list[Id], Field(max_length=2000)] = []
    kind: DifferenceKind | None = None


class ReconciliationSignOff(Closed):
    """What whoever signs wants kept."""

    note: Annotated[Text, Field(max_length=400)] = ""


class ReconciliationGivenUp(Closed):
    """Why it is given up."""

    reason: Reason


class ComparisonShape(Schema):
    """A comparison: both balances by kind, and the papers it is made from."""

    reconciliation: Out[ReconciliationRow]
    totals: list[Out[KindTotal]]
    files: list[Out[FileOfTheirs]]


@router.get("", response={200: Page[Out[ReconciliationRow]], **PROBLEMS}, summary="List reconciliations, newest first")
def list_reconciliations(request: HttpRequest, asked: Query[ReconciliationList]) -> Rows[ReconciliationRow]:
    """Those of which every account may be seen."""
    rows = queries.list_reconciliations(
        customer_id=asked.customer_id,
        account_id=asked.account_id,
        legal_entity_ids=entities(request, "payment.view", asked.legal_entity_id),
        state=asked.state or "",
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked)


@router.post("", response={201: Out[ReconciliationRow], **PROBLEMS}, summary="Begin a comparison")
def start_reconciliation(request: HttpRequest, body: NewReconciliation) -> Status[ReconciliationRow]:
    row = perform(request, workbench.start_reconciliation, **members_of(body))
    return Status(201, row)


def _permitted(request: HttpRequest, reconciliation_id: int) -> ReconciliationRow:
    require(request, "payment.view")
    row = queries.get_reconciliation(reconciliation_id)
    for account in get_accounts(set(row.account_ids)).values():
        require(request, "payment.view", legal_entity_id=account.legal_entity_id)
    return row


@router.get("/{reconciliation_id}", response={200: ComparisonShape, **PROBLEMS}, summary="One comparison")
def get_reconciliation(
    request: HttpRequest, reconciliation_id: Id
) -> dict[str, ReconciliationRow | list[KindTotal] | list[FileOfTheirs]]:
    return {
        "reconciliation": _permitted(request, reconciliation_id),
        "totals": queries.total_findings(reconciliation_id),
        "files": queries.list_their_files(reconciliation_id),
    }


@router.get(
    "/{reconciliation_id}/findings", response={200: Page[Out[ReconciledLine]], **PROBLEMS}, summary="Its findings"
)
def list_findings(request: HttpRequest, reconciliation_id: Id, asked: Query[DifferenceList]) -> Rows[ReconciledLine]:
    """In the order in which they were made: their lines first, then what only we have."""
    _permitted(request, reconciliation_id)
    rows = queries.list_findings(
        reconciliation_id, kind=asked.kind or "", after_id=position_of(asked.cursor) or 0, limit=asked.limit + 1
    )
    return page_of(rows, asked)


@router.get(
    "/{reconciliation_id}/workbook",
    response={200: None, **PROBLEMS},
    openapi_extra={"responses": {200: {"content": {XLSX_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}},
    summary="As a spreadsheet",
)
def get_workbook(request: HttpRequest, reconciliation_id: Id) -> HttpResponse:
    _permitted(request, reconciliation_id)
    require(request, "export.run")
    return HttpResponse(workbench.reconciliation_workbook(reconciliation_id), content_type=XLSX_TYPE)


@router.post("/{reconciliation_id}/papers", response={201: Out[FileOfTheirs], **PROBLEMS}, summary="Take a paper in")
def add_paper(
    request: HttpRequest,
    reconciliation_id: Id,
    file: File[UploadedFile],
    account_id: Annotated[int | None, Form()] = None,
) -> Status[FileOfTheirs]:
    """CSV, XLSX or a PDF with text, as a form with one part `file`; it is read and compared at once.

    `account_id` says whose it is where no column does. Columns not confirmed before wait for it.
    """
    row = perform(
        request,
        workbench.add_their_paper,
        reconciliation_id=reconciliation_id,
        name=(file.name or "paper")[:200],
        content=file.read(),
        account_id=account_id,
    )
    return Status(201, row)


@router.post(
    "/{reconciliation_id}/papers/{their_file_id}/columns",
    response={200: Out[FileOfTheirs], **PROBLEMS},
    summary="Say how it is read",
)
def confirm_columns(request: HttpRequest, reconciliation_id: Id, their_file_id: Id, body: In[Columns]) -> FileOfTheirs:
    """It is read again; the columns are remembered for the customer's next paper with the same headings."""
    return perform(
        request,
        workbench.confirm_columns,
        reconciliation_id=reconciliation_id,
        their_file_id=their_file_id,
        columns=body,
    )


@router.delete(
    "/{reconciliation_id}/papers/{their_file_id}",
    response={200: Out[ReconciliationRow], **PROBLEMS},
    summary="Take a paper out",
)
def remove_paper(request: HttpRequest, reconciliation_id: Id, their_file_id: Id) -> ReconciliationRow:
    return perform(
        request, workbench.remove_their_paper, reconciliation_id=reconciliation_id, their_file_id=their_file_id
    )


@router.post(
    "/{reconciliation_id}/compare", response={200: Out[ReconciliationRow], **PROBLEMS}, summary="Compare again"
)
def compare_again(request: HttpRequest, reconciliation_id: Id) -> ReconciliationRow:
    """With our books as they are now; what was explained and still stands stays explained."""
    return perform(request, workbench.compare_again, reconciliation_id=reconciliation_id)


@router.post(
    "/{reconciliation_id}/explain", response={200: Out[ReconciliationRow], **PROBLEMS}, summary="Say why they differ"
)
def explain(request: HttpRequest, reconciliation_id: Id, body: WhyTheyDiffer) -> ReconciliationRow:
    return perform(
        request,
        workbench.explain,
        reconciliation_id=reconciliation_id,
        text=body.text,
        finding_ids=tuple(body.finding_ids),
        kind=body.kind or "",
    )


@router.post("/{reconciliation_id}/sign-off", response={200: Out[ReconciliationRow], **PROBLEMS}, summary="Sign off")
def sign_off(request: HttpRequest, reconciliation_id: Id, body: ReconciliationSignOff) -> ReconciliationRow:
    """Not by whoever started it; every difference is explained. The figures then never change."""
    return perform(request, workbench.sign_off, reconciliation_id=reconciliation_id, note=body.note)


@router.post("/{reconciliation_id}/discard", response={200: Out[ReconciliationRow], **PROBLEMS}, summary="Give it up")
def discard(request: HttpRequest, reconciliation_id: Id, body: ReconciliationGivenUp) -> ReconciliationRow:
    return perform(request, workbench.discard_reconciliation, why=body.reason, reconciliation_id=reconciliation_id)
