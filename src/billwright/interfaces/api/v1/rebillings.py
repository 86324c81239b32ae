"""Credit and rebill: what a document had wrong is credited, what is right is billed, the chain is kept."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Status

from billwright.interfaces.api.doors import act_of, one_transaction, perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason
from billwright.interfaces.api.v1.explanations import Document, document_of
from billwright.interfaces.api.wire import Day, In, Out
from billwright.invoicing.queries.rebillings import RebillingRow, rebillings_of
from billwright.kernel.acts import Act
from billwright.workflow import rebilling
from billwright.workflow.rebilling import NewRebill

router = Router()


class Rebill(Closed):
    """What was wrong, from when on, and what is right."""

    asked: In[NewRebill]
    reason: Reason


class UndoRebill(Closed):
    """The date of the documents that take it back."""

    document_date: Day
    reason: Reason


@router.post(
    "/invoices/{document}/rebill", response={201: Out[RebillingRow], **PROBLEMS}, summary="Credit and rebill a document"
)
def rebill(request: HttpRequest, document: Document, body: Rebill) -> Status[RebillingRow]:
    """The agreement is put right from the true date on, or the document issued anew; authority limits apply."""
    head = document_of(request, document)
    return Status(201, perform(request, rebilling.rebill, why=body.reason, invoice_id=head.id, asked=body.asked))


@router.post(
    "/invoices/{document}/rebill/preview",
    response={200: Out[RebillingRow], **PROBLEMS},
    summary="Preview a credit and rebill",
)
def preview(request: HttpRequest, document: Document, body: Rebill) -> RebillingRow:
    """Credits, replacements, difference, and what the look afterwards would find. Nothing is written."""
    head = document_of(request, document)
    require(request, "invoice.rebill", legal_entity_id=head.legal_entity_id)
    act = act_of(request, reason=body.reason)
    with one_transaction():
        return rebilling.preview_rebill(
            act=Act(actor=act.actor, at=act.at, reason=act.reason), invoice_id=head.id, asked=body.asked
        )


@router.get(
    "/invoices/{document}/rebillings",
    response={200: list[Out[RebillingRow]], **PROBLEMS},
    summary="The chains that a document is part of",
)
def list_rebillings(request: HttpRequest, document: Document) -> list[RebillingRow]:
    """Original, credits and replacements, whichever of them is asked for."""
    return rebillings_of(document_of(request, document).id)


@router.post("/rebillings/{rebilling_id}/undo", response={201: Out[RebillingRow], **PROBLEMS}, summary="Take it back")
def undo(request: HttpRequest, rebilling_id: Id, body: UndoRebill) -> Status[RebillingRow]:
    """By the inverse act: what was before is agreed and billed again, by new documents."""
    return Status(
        201,
        perform(
            request,
            rebilling.undo_rebill,
            why=body.reason,
            rebilling_id=rebilling_id,
            document_date=body.document_date,
        ),
    )
