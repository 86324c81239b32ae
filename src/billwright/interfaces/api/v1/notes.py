"""Notes on an account, and the structured status note on top of it."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from billwright.accounts import operations, queries
from billwright.accounts.operations.notes import StatusNoteDraft
from billwright.accounts.rows import NoteRow, StatusNoteRow
from billwright.interfaces.api.doors import account_of, entities, perform, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    Page,
    PageQuery,
    Rows,
    Text,
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import In, LongText, Out

router = Router()


class NewNote(Closed):
    """A remark; it is never changed, a correction is another note."""

    body: LongText


class StatusNotes(Closed):
    """Status notes for up to 2,000 accounts, all or none."""

    notes: Annotated[list[In[StatusNoteDraft]], Field(min_length=1, max_length=2000)]


@router.get("/accounts/{account_id}/notes", response={200: Page[Out[NoteRow]], **PROBLEMS}, summary="Notes")
def list_notes(request: HttpRequest, account_id: Id, asked: Query[PageQuery]) -> Rows[NoteRow]:
    account_of(request, "account.view", account_id)
    rows = queries.list_notes(account_id, before_id=position_of(asked.cursor), limit=asked.limit + 1)
    return page_of(rows, asked)


@router.post("/accounts/{account_id}/notes", response={201: Out[NoteRow], **PROBLEMS}, summary="Add a note")
def add_note(request: HttpRequest, account_id: Id, note: NewNote) -> Status[NoteRow]:
    return Status(201, perform(request, operations.add_note, account_id=account_id, body=note.body))


@router.get(
    "/accounts/{account_id}/status-notes",
    response={200: list[Out[StatusNoteRow]], **PROBLEMS},
    summary="Status notes, the present one first",
)
def list_status_notes(request: HttpRequest, account_id: Id) -> list[StatusNoteRow]:
    account_of(request, "account.view", account_id)
    return queries.list_status_notes(account_id)


@router.post("/status-notes", response={201: list[Out[StatusNoteRow]], **PROBLEMS}, summary="Put them on top")
def set_status_notes(request: HttpRequest, body: StatusNotes) -> Status[tuple[StatusNoteRow, ...]]:
    return Status(201, perform(request, operations.set_status_notes, drafts=tuple(body.notes)))


@router.get("/status-notes", response={200: list[Out[StatusNoteRow]], **PROBLEMS}, summary="Where all accounts stand")
def list_present_status_notes(request: HttpRequest, legal_entity_id: Id) -> list[StatusNoteRow]:
    require(request, "account.view", legal_entity_id=legal_entity_id)
    return queries.present_status_notes(legal_entity_id=legal_entity_id)


@router.get("/status-notes/search", response={200: Page[Out[StatusNoteRow]], **PROBLEMS}, summary="Search them")
def search_status_notes(
    request: HttpRequest, asked: Query[PageQuery], text: Annotated[Text, Field(min_length=2, max_length=80)]
) -> Rows[StatusNoteRow]:
    allowed = entities(request, "account.view")
    rows = queries.search_notes(
        text, legal_entity_ids=allowed, before_id=position_of(asked.cursor), limit=asked.limit + 1
    )
    return page_of(rows, asked)
