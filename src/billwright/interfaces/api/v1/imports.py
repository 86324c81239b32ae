"""Imports of a book: store a file and a mapping, try them, let a worker take the book over, fetch the error file."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from procrastinate.contrib.django import app as queue
from procrastinate.exceptions import AlreadyEnqueued
from pydantic import Field

from billwright.files import operations, queries
from billwright.files.rows import FileRow, ImportJobRow, MappingRow
from billwright.files.states import ImportKind, RetentionClass
from billwright.interfaces.api.doors import act_of, perform, require_everywhere
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Rows,
    Text,
    file_answer,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Out
from billwright.kernel.errors import NotFound, Refusal
from billwright.workflow.book_import import import_book, read_mapping
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.tie_out import TieOutLine

router = Router()
# The job by which the worker takes a book over; its name is the contract with it.
TASK = "take_over_book"
FAULTS_SHOWN = 200
MappingName = Annotated[Text, Field(min_length=1, max_length=80)]


class NewMapping(Closed):
    """How the columns of a file become ours, as YAML."""

    name: MappingName
    kind: ImportKind
    text: Annotated[Text, Field(min_length=1, max_length=100_000)]


class Order(Closed):
    """Which stored file is taken over as what, by which saved mapping."""

    file_id: Id
    kind: ImportKind
    mapping_name: MappingName


class TryShape(Schema):
    """What would become of a file; nothing was written. `faults` are the first 200."""

    state: str
    row_count: int
    created_count: int
    repeated_count: int
    skipped_count: int
    faults: list[Out[Fault]]
    tie_out: list[Out[TieOutLine]]


class OrderTaken(Schema):
    """The file is in the queue; the import shows in the list once a worker has begun."""

    file_id: int
    mapping_name: str


@router.post("/files", response={201: Out[FileRow], **PROBLEMS}, summary="Store a file")
def store_file(request: HttpRequest, file: File[UploadedFile]) -> Status[FileRow]:
    """As a form with one part `file`."""
    row = perform(
        request,
        operations.store_file,
        name=(file.name or "upload")[:200],
        media_type=(file.content_type or "application/octet-stream")[:100],
        content=file.read(),
        retention_class=RetentionClass.WORKING_FILE,
    )
    return Status(201, row)


@router.get("/mappings", response={200: list[Out[MappingRow]], **PROBLEMS}, summary="Saved mappings")
def list_mappings(request: HttpRequest, kind: ImportKind | None = None) -> list[MappingRow]:
    require_everywhere(request, "import.view")
    return queries.list_mappings(kind=kind)


@router.post("/mappings", response={201: Out[MappingRow], **PROBLEMS}, summary="Save a mapping")
def save_mapping(request: HttpRequest, body: NewMapping) -> Status[MappingRow]:
    """A text that is not the mapping it is called is refused with its line."""
    mapping = read_mapping(body.text)
    if (mapping.name, mapping.import_kind) != (body.name, body.kind):
        raise Refusal(
            "mapping.other_name",
            _("The text is the mapping %(name)s for %(kind)s.") % {"name": mapping.name, "kind": mapping.kind},
            field="name",
            cure=_("Give the name and the kind that stand in the text."),
        )
    return Status(201, perform(request, operations.save_mapping, **body.model_dump()))


@router.post("/try", response={200: TryShape, **PROBLEMS}, summary="Try a file: nothing is written")
def try_import(request: HttpRequest, order: Order) -> TryShape:
    _may_import(request)
    file, mapping = queries.get_import_file(order.file_id), queries.get_mapping(order.mapping_name)
    report = import_book(
        act=act_of(request),
        kind=order.kind,
        file_name=file.name,
        content=queries.read_content(file.id),
        mapping_text=mapping.text,
        dry_run=True,
    )
    return TryShape(
        state=report.state,
        row_count=report.row_count,
        created_count=report.created_count,
        repeated_count=report.repeated_count,
        skipped_count=report.skipped_count,
        faults=list(report.faults[:FAULTS_SHOWN]),
        tie_out=list(report.tie_out),
    )


@router.post("", response={202: OrderTaken, **PROBLEMS}, summary="Let a worker take the book over")
def start_import(request: HttpRequest, order: Order) -> Status[OrderTaken]:
    """Ordered twice while it waits, it runs once; a row that is in is not written again."""
    _may_import(request)
    act = act_of(request)
    file, mapping = queries.get_import_file(order.file_id), queries.get_mapping(order.mapping_name)
    with suppress(AlreadyEnqueued), transaction.atomic():
        queue.configure_task(TASK, queueing_lock=f"{TASK}:{file.id}:{mapping.id}").defer(
            file_id=file.id, kind=order.kind.value, mapping_name=mapping.name, actor=act.actor
        )
    return Status(202, OrderTaken(file_id=file.id, mapping_name=mapping.name))


@router.get("", response={200: Page[Out[ImportJobRow]], **PROBLEMS}, summary="List imports, the newest first")
def list_imports(request: HttpRequest, asked: Query[PageQuery]) -> Rows[ImportJobRow]:
    require_everywhere(request, "import.view")
    rows = queries.list_jobs(before_id=position_of(asked.cursor), limit=asked.limit + 1)
    return page_of(rows, asked)


@router.get("/{import_id}", response={200: Out[ImportJobRow], **PROBLEMS}, summary="One import and its tie-out")
def get_import(request: HttpRequest, import_id: Id) -> ImportJobRow:
    require_everywhere(request, "import.view")
    return queries.get_job(import_id)


@router.get(
    "/{import_id}/errors",
    response={200: None, **PROBLEMS},
    openapi_extra=file_answer("text/csv"),
    summary="The refused rows, to be corrected and fed again",
)
def get_errors(request: HttpRequest, import_id: Id) -> HttpResponse:
    require_everywhere(request, "import.view")
    job = queries.get_job(import_id)
    if job.error_file_id is None:
        raise NotFound("import.no_errors", _("No row of this import was refused."), field="import_id")
    return HttpResponse(queries.read_content(job.error_file_id), content_type="text/csv")


def _may_import(request: HttpRequest) -> None:
    require_everywhere(request, "import.run")
