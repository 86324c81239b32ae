"""Invoices, and every other document in the same list: drafts, issue, print, copies by mail."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, permitted
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Reason,
    Rows,
    Text,
    dated_position_of,
    file_answer,
    page_of,
)
from billwright.interfaces.api.wire import Amount, Day, In, Number, Out, priced
from billwright.invoicing import operations, queries
from billwright.invoicing.rows import CorrectionRow, InvoiceRow, NewInvoice
from billwright.invoicing.states import InvoiceState
from billwright.org.states import DocumentKind
from billwright.receivables.queries import open_amounts
from billwright.workflow import documents
from billwright.workflow.documents.issue import IssuedRow

router = Router()


class InvoiceList(PageQuery):
    """Filters of the list; everything given must hold. `kind` tells invoices from credit and debit notes."""

    account_id: Id | None = None
    legal_entity_id: Id | None = None
    kind: DocumentKind | None = None
    state: InvoiceState | None = None
    run_id: Id | None = None
    dated_from: Day | None = None
    dated_before: Day | None = None


class LineShape(Schema):
    """A line with what its amount follows from; amounts signed as the customer owes them."""

    line_no: int
    account_id: int
    item_id: int | None
    charge_id: int | None
    kind: str
    text: str
    service_from: Day
    service_to: Day
    price_id: int | None
    formula: int
    quantity: Number
    unit_price: Number
    days: int | None
    base_days: int | None
    amount: MoneyShape
    discount: MoneyShape
    net: MoneyShape
    tax: MoneyShape
    tax_code: str
    tax_percent: Number
    tax_point: Day
    revenue_account_id: int
    deferred: bool
    clause: str
    usage_count: int
    credits_invoice_id: int | None
    credits_line_no: int | None
    cost_center: str
    product_code: str


class TaxLineShape(Schema):
    """The tax of a document by code and component."""

    tax_code: str
    component: str
    percent: Number
    net: MoneyShape
    tax: MoneyShape


class DocumentShape(Schema):
    """A whole document: head, what is still open of it, lines, taxes, and the parties as frozen on it."""

    invoice: Out[InvoiceRow]
    open: Amount | None
    lines: list[LineShape]
    taxes: list[TaxLineShape]
    seller: dict[str, str]
    buyer: dict[str, str]
    original: Out[CorrectionRow] | None
    corrections: list[Out[CorrectionRow]]


class CreditableShape(Schema):
    """How much of a line may still be credited, before and after its discount."""

    line_no: int
    text: str
    amount_left: MoneyShape
    net_left: MoneyShape


class Versioned(Closed):
    """The version of the draft that was looked at."""

    version: Id
    reason: Reason = ""


class DraftReplacement(Versioned):
    """A draft written anew."""

    draft: In[NewInvoice]


class CopyOrder(Closed):
    """Where a copy goes; empty: the account's mailbox for bills."""

    to_address: Annotated[Text, Field(max_length=254)] = ""


class CopyQueued(Schema):
    """Where the copy was queued for."""

    to_address: str


@router.get("", response={200: Page[Out[InvoiceRow]], **PROBLEMS}, summary="List documents, the newest first")
def list_invoices(request: HttpRequest, asked: Query[InvoiceList]) -> Rows[InvoiceRow]:
    allowed = entities(request, "invoice.view", asked.legal_entity_id)
    rows = queries.list_documents(
        account_id=asked.account_id,
        legal_entity_ids=allowed,
        kind=asked.kind,
        state=asked.state,
        run_id=asked.run_id,
        dated_from=asked.dated_from,
        dated_before=asked.dated_before,
        after=dated_position_of(asked.cursor),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked, position=lambda row: (row.document_date.isoformat(), row.id))


@router.post("", response={201: Out[InvoiceRow], **PROBLEMS}, summary="Write a draft")
def draft_invoice(request: HttpRequest, draft: Body[In[NewInvoice]]) -> Status[InvoiceRow]:
    return Status(201, perform(request, operations.draft_invoice, draft=draft))


@router.post("/issue-at-once", response={201: Out[IssuedRow], **PROBLEMS}, summary="Write and issue in one act")
def issue_at_once(request: HttpRequest, draft: Body[In[NewInvoice]]) -> Status[IssuedRow]:
    return Status(201, perform(request, documents.invoice_at_once, draft=draft))


@router.get("/{invoice_id}", response={200: DocumentShape, **PROBLEMS}, summary="One document with its lines")
def get_invoice(request: HttpRequest, invoice_id: Id) -> DocumentShape:
    _permitted(request, invoice_id)
    whole = queries.get_document(invoice_id)
    currency = whole.invoice.currency
    return DocumentShape.model_validate(
        {
            "invoice": whole.invoice,
            "open": open_amounts([invoice_id]).get(invoice_id),
            "lines": [priced(LineShape, line, currency) for line in whole.lines],
            "taxes": [priced(TaxLineShape, tax, currency) for tax in whole.taxes],
            "seller": whole.seller,
            "buyer": whole.buyer,
            "original": whole.original,
            "corrections": list(whole.corrections),
        }
    )


@router.put("/{invoice_id}", response={200: Out[InvoiceRow], **PROBLEMS}, summary="Write a draft anew")
def replace_draft(request: HttpRequest, invoice_id: Id, body: DraftReplacement) -> InvoiceRow:
    return perform(
        request,
        operations.replace_draft,
        why=body.reason,
        invoice_id=invoice_id,
        version=body.version,
        draft=body.draft,
    )


@router.post("/{invoice_id}/issue", response={200: Out[IssuedRow], **PROBLEMS}, summary="Issue a draft invoice")
def issue_invoice(request: HttpRequest, invoice_id: Id, seen: Versioned) -> IssuedRow:
    return perform(request, documents.issue_invoice, why=seen.reason, invoice_id=invoice_id, version=seen.version)


@router.post("/{invoice_id}/discard", response={200: Out[InvoiceRow], **PROBLEMS}, summary="Throw a draft away")
def discard_draft(request: HttpRequest, invoice_id: Id, seen: Versioned) -> InvoiceRow:
    """A draft of any kind; it took no number."""
    return perform(request, operations.discard_draft, why=seen.reason, invoice_id=invoice_id, version=seen.version)


@router.get(
    "/{invoice_id}/pdf",
    response={200: None, **PROBLEMS},
    openapi_extra=file_answer("application/pdf"),
    summary="Print a document, marked as a copy or as a draft",
)
def print_invoice(request: HttpRequest, invoice_id: Id) -> HttpResponse:
    _permitted(request, invoice_id)
    response = HttpResponse(documents.document_pdf(invoice_id), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{documents.file_name(invoice_id)}"'
    return response


@router.post("/{invoice_id}/send-copy", response={202: CopyQueued, **PROBLEMS}, summary="Mail a copy")
def send_copy(request: HttpRequest, invoice_id: Id, order: CopyOrder) -> Status[CopyQueued]:
    address = perform(request, documents.send_copy, invoice_id=invoice_id, to_address=order.to_address)
    return Status(202, CopyQueued(to_address=address))


@router.get(
    "/{invoice_id}/creditable",
    response={200: list[CreditableShape], **PROBLEMS},
    summary="What of each line may still be credited",
)
def list_creditable(request: HttpRequest, invoice_id: Id) -> list[CreditableShape]:
    currency = _permitted(request, invoice_id).currency
    return [priced(CreditableShape, row, currency) for row in queries.list_creditable(invoice_id)]


def _permitted(request: HttpRequest, invoice_id: int) -> InvoiceRow:
    return permitted(request, "invoice.view", queries.get_invoice, invoice_id)
