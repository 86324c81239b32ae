"""Remittance advice: what payers say their money is for, line by line beside the books."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from billwright.interfaces.api.doors import entities, perform, permitted
from billwright.interfaces.api.shapes import PROBLEMS, Id, Page, PageQuery, Rows, page_of, position_of
from billwright.interfaces.api.wire import Out
from billwright.receivables import queries
from billwright.receivables.remittance_rows import AdviceRow
from billwright.workflow import cash_application

router = Router()


class AdviceList(PageQuery):
    """Which advice."""

    legal_entity_id: Id | None = None
    is_waiting: bool | None = None


@router.post("/remittances", response={201: Out[AdviceRow], **PROBLEMS}, summary="Take a remittance advice in")
def take_advice(
    request: HttpRequest,
    file: File[UploadedFile],
    legal_entity_id: Annotated[int, Form()],
    currency: Annotated[str, Form(max_length=3)] = "",
) -> Status[AdviceRow]:
    """As a form with one part `file`: REMADV, X12 820, CSV, XLSX, a mail, a PDF file or plain text.

    `currency` says what the amounts are in where the file does not. Each line's `standing` says what differs.
    """
    row = perform(
        request,
        cash_application.take_advice,
        name=(file.name or "remittance")[:200],
        content=file.read(),
        legal_entity_id=legal_entity_id,
        currency=currency or None,
    )
    return Status(201, row)


@router.get(
    "/remittances", response={200: Page[Out[AdviceRow]], **PROBLEMS}, summary="List remittance advice, newest first"
)
def list_advice(request: HttpRequest, asked: Query[AdviceList]) -> Rows[AdviceRow]:
    """With every line and how it stands; `is_waiting`: whether its receipt has not come yet."""
    rows = queries.list_advice(
        legal_entity_ids=entities(request, "match.view", asked.legal_entity_id),
        is_waiting=asked.is_waiting,
        before_id=position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.advice_id,))


@router.get("/remittances/{advice_id}", response={200: Out[AdviceRow], **PROBLEMS}, summary="One remittance advice")
def get_advice(request: HttpRequest, advice_id: Id) -> AdviceRow:
    return permitted(request, "match.view", queries.get_advice, advice_id)
