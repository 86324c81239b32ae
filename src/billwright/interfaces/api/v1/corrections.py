"""Credit notes and debit notes: an issued document is only corrected by another one."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import Field

from billwright.interfaces.api.doors import perform
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason, Text
from billwright.interfaces.api.v1.invoices import Versioned
from billwright.interfaces.api.wire import Day, In, LongText, Out
from billwright.invoicing import operations
from billwright.invoicing.rows import CreditLine, InvoiceRow, NewCorrection, NewLine
from billwright.workflow import documents
from billwright.workflow.documents.issue import IssuedRow

router = Router()


class CorrectionHead(Closed):
    """The head of a document that corrects another. `reason` is printed on it."""

    document_date: Day
    reason_code: Annotated[Text, Field(max_length=40, examples=["BILLING_ERROR"])]
    reason: Reason = ""
    text: LongText = ""

    def to(self, invoice_id: int) -> NewCorrection:
        return NewCorrection(
            invoice_id=invoice_id,
            document_date=self.document_date,
            reason_code=self.reason_code,
            reason=self.reason,
            text=self.text,
        )


class CreditNote(CorrectionHead):
    """What is credited of which line; without lines all that is left of the document."""

    lines: Annotated[list[In[CreditLine]], Field(max_length=5000)] = []


class DebitNote(CorrectionHead):
    """What is claimed in addition."""

    lines: Annotated[list[In[NewLine]], Field(min_length=1, max_length=5000)]


@router.post(
    "/invoices/{invoice_id}/credit-notes", response={201: Out[InvoiceRow], **PROBLEMS}, summary="Draft a credit note"
)
def draft_credit_note(request: HttpRequest, invoice_id: Id, note: CreditNote) -> Status[InvoiceRow]:
    row = perform(request, operations.draft_credit_note, correction=note.to(invoice_id), lines=tuple(note.lines))
    return Status(201, row)


@router.post(
    "/invoices/{invoice_id}/debit-notes", response={201: Out[InvoiceRow], **PROBLEMS}, summary="Draft a debit note"
)
def draft_debit_note(request: HttpRequest, invoice_id: Id, note: DebitNote) -> Status[InvoiceRow]:
    row = perform(request, operations.draft_debit_note, correction=note.to(invoice_id), lines=tuple(note.lines))
    return Status(201, row)


@router.post("/credit-notes/{invoice_id}/issue", response={200: Out[IssuedRow], **PROBLEMS}, summary="Issue it")
def issue_credit_note(request: HttpRequest, invoice_id: Id, seen: Versioned) -> IssuedRow:
    """It is allocated to the document that it corrects, as far as that is open; authority limits apply."""
    return perform(request, documents.issue_credit_note, why=seen.reason, invoice_id=invoice_id, version=seen.version)


@router.post("/debit-notes/{invoice_id}/issue", response={200: Out[IssuedRow], **PROBLEMS}, summary="Issue it")
def issue_debit_note(request: HttpRequest, invoice_id: Id, seen: Versioned) -> IssuedRow:
    return perform(request, documents.issue_debit_note, why=seen.reason, invoice_id=invoice_id, version=seen.version)
