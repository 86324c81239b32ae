"""The bank inbox: files in, statements, entries, receipts; and what the rules of payment schemes say."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from billwright.interfaces.api.doors import act_of, entities, holder_of, perform, require
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
    page_of,
    position_of,
)
from billwright.interfaces.api.wire import Out
from billwright.kernel.clock import business_date
from billwright.kernel.errors import NotFound
from billwright.org.queries import list_all_bank_accounts
from billwright.payments.queries import bank as queries
from billwright.payments.rows import BankEntryRow, BankFileRow, BankStatementRow, StatementGap
from billwright.payments.rules import Answer, ask
from billwright.payments.states import BankEntryState, BankFileState
from billwright.workflow import bank_inbox
from billwright.workflow.payment_intake import ReceiptOut

router = Router()
EntryIds = Annotated[list[Id], Field(min_length=1, max_length=2000)]


class FileList(PageQuery):
    """Which files."""

    state: BankFileState | None = None


class EntryList(PageQuery):
    """Filters of the inbox; everything given must hold."""

    bank_account_id: Id | None = None
    statement_id: Id | None = None
    state: BankEntryState | None = None
    came_in: bool | None = None
    text: Annotated[Text, Field(max_length=120)] = ""


class FileShape(Schema):
    """A bank file and its statements."""

    file: Out[BankFileRow]
    statements: list[Out[BankStatementRow]]


class ChosenEntries(Closed):
    """Entries to be recorded as receipts, all or none."""

    bank_entry_ids: EntryIds


class LeftOut(Closed):
    """Entries to be left out of the work, with the reason."""

    bank_entry_ids: EntryIds
    reason: Reason


class Question(Schema):
    """The words of a question to the rules; a question takes some of them."""

    scheme: Annotated[Text, Field(max_length=40)]
    code: Annotated[Text, Field(max_length=20)] = ""
    attempts: Annotated[Text, Field(max_length=12)] = ""
    on: Annotated[Text, Field(max_length=10)] = ""
    first: Annotated[Text, Field(max_length=10)] = ""
    last: Annotated[Text, Field(max_length=10)] = ""
    mandated: Annotated[Text, Field(max_length=10)] = ""
    today: Annotated[Text, Field(max_length=12)] = ""
    what: Annotated[Text, Field(max_length=40)] = ""
    kind: Annotated[Text, Field(max_length=40)] = ""
    amount: Annotated[Text, Field(max_length=20)] = ""
    category: Annotated[Text, Field(max_length=40)] = ""
    new: Annotated[Text, Field(max_length=5)] = ""
    returned: Annotated[Text, Field(max_length=12)] = ""
    debits: Annotated[Text, Field(max_length=12)] = ""


def _own_accounts(request: HttpRequest) -> set[int]:
    """Our bank accounts that the caller may see. Raises NotAllowed where there is no right at all."""
    allowed = entities(request, "bank.view")
    return {account.id for account in list_all_bank_accounts(legal_entity_ids=allowed)}


def _whose(request: HttpRequest) -> dict[str, Any]:
    """Which bank files the caller may see: all, or those of accounts of his companies and those he took himself."""
    if entities(request, "bank.view") is None:
        return {}
    return {"bank_account_ids": _own_accounts(request), "taken_by": holder_of(request).actor}


@router.post("/bank-files", response={201: Out[BankFileRow], **PROBLEMS}, summary="Take a bank file in")
def take_bank_file(
    request: HttpRequest,
    file: File[UploadedFile],
    bank_account_id: Annotated[int | None, Form()] = None,
    profile: Annotated[str, Form(max_length=20_000)] = "",
) -> Status[BankFileRow]:
    """As a form with one part `file`. What is wrong with it sets it aside: `state` and `reason` say so.

    `bank_account_id` says whose account it is where a table does not name it; `profile` describes its columns.
    """
    row = perform(
        request,
        bank_inbox.take_bank_file,
        name=(file.name or "bank file")[:200],
        content=file.read(),
        bank_account_id=bank_account_id,
        profile=profile,
    )
    return Status(201, row)


@router.get("/bank-files", response={200: Page[Out[BankFileRow]], **PROBLEMS}, summary="List bank files, newest first")
def list_bank_files(request: HttpRequest, asked: Query[FileList]) -> Rows[BankFileRow]:
    rows = queries.list_bank_files(
        **_whose(request), state=asked.state or "", before_id=position_of(asked.cursor), limit=asked.limit + 1
    )
    return page_of(rows, asked)


@router.get("/bank-files/{file_id}", response={200: FileShape, **PROBLEMS}, summary="A bank file and its statements")
def get_bank_file(request: HttpRequest, file_id: Id) -> dict[str, BankFileRow | list[BankStatementRow]]:
    own = _own_accounts(request)
    statements = [one for one in queries.list_statements(file_id=file_id) if one.bank_account_id in own]
    return {"file": queries.get_bank_file(file_id, **_whose(request)), "statements": statements}


@router.get(
    "/bank-entries", response={200: Page[Out[BankEntryRow]], **PROBLEMS}, summary="List bank entries, newest first"
)
def list_bank_entries(request: HttpRequest, asked: Query[EntryList]) -> Rows[BankEntryRow]:
    own = _own_accounts(request)
    rows = queries.list_bank_entries(
        bank_account_ids=own if asked.bank_account_id is None else own & {asked.bank_account_id},
        statement_id=asked.statement_id,
        state=asked.state or "",
        text=asked.text,
        came_in=asked.came_in,
        before=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.value_date.isoformat(), row.id))


@router.get("/bank-gaps", response={200: list[Out[StatementGap]], **PROBLEMS}, summary="Where statements are missing")
def list_gaps(request: HttpRequest) -> list[StatementGap]:
    return queries.list_gaps(bank_account_ids=_own_accounts(request))


@router.post(
    "/bank-entries/receive", response={201: list[Out[ReceiptOut]], **PROBLEMS}, summary="Record entries as receipts"
)
def receive_entries(request: HttpRequest, body: ChosenEntries) -> Status[tuple[ReceiptOut, ...]]:
    """Of money that came in and is new; in suspense until the payer is known."""
    answer = perform(request, bank_inbox.receive_entries, bank_entry_ids=tuple(body.bank_entry_ids))
    return Status(201, answer)


@router.post("/bank-entries/ignore", response={200: list[Out[BankEntryRow]], **PROBLEMS}, summary="Leave entries out")
def ignore_entries(request: HttpRequest, body: LeftOut) -> tuple[BankEntryRow, ...]:
    return perform(request, bank_inbox.ignore_entries, why=body.reason, bank_entry_ids=tuple(body.bank_entry_ids))


@router.post("/bank-entries/reopen", response={200: list[Out[BankEntryRow]], **PROBLEMS}, summary="Take entries back")
def reopen_entries(request: HttpRequest, body: ChosenEntries) -> tuple[BankEntryRow, ...]:
    return perform(request, bank_inbox.reopen_entries, bank_entry_ids=tuple(body.bank_entry_ids))


# Behind the acts above, whose words it would take for an id.
@router.get("/bank-entries/{entry_id}", response={200: Out[BankEntryRow], **PROBLEMS}, summary="One bank entry")
def get_bank_entry(request: HttpRequest, entry_id: Id) -> BankEntryRow:
    own = _own_accounts(request)
    [entry] = queries.get_bank_entries([entry_id])
    if entry.bank_account_id not in own:
        raise NotFound("bank_entry.not_found", _("There is no such bank entry."), field="entry_id")
    return entry


@router.get("/rules/{question}", response={200: Out[Answer], **PROBLEMS}, summary="Ask the rule of a payment scheme")
def ask_rule(
    request: HttpRequest,
    question: Literal["retry", "return-code", "mandate", "deadline", "return-rate"],
    asked: Query[Question],
) -> Answer:
    """May a debit be tried again, what does a code mean, does a mandate hold, by when, how many may come back.

    `attempts` counts the first time too. `on` is the day that the question is about, today when it is left out.
    """
    require(request, "payment.view")
    words = {name: value for name, value in asked.model_dump().items() if value}
    return ask(question, words, today=business_date(act_of(request).at, "UTC"))
