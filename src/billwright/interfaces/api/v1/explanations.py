"""Why a document says what it says: its derivation, in words and figures, and whether it recomputes."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router

from billwright.interfaces.api.doors import require
from billwright.interfaces.api.shapes import PROBLEMS
from billwright.interfaces.api.wire import Out
from billwright.invoicing.queries import find_document_by_number, get_invoice
from billwright.invoicing.queries.documents import not_found
from billwright.invoicing.rows import InvoiceRow
from billwright.workflow.bill_compare import Comparison, compare_documents
from billwright.workflow.explanations import Explanation, explain_document

router = Router()
ID_DIGITS_MAX = 18
Document = Annotated[str, Path(description="Its number as printed, or its id.", max_length=40)]


@router.get(
    "/invoices/{document}/explanation",
    response={200: Out[Explanation], **PROBLEMS},
    summary="Explain every number of an issued document",
)
def explain(
    request: HttpRequest,
    document: Document,
    line: int | None = None,
    language: Literal["en", "af", "bg", "de", "hi"] | None = None,
) -> Explanation:
    """From the clause to the ledger, line by line; `mismatches` is empty when the derivation gives the same cents."""
    return explain_document(document_of(request, document).id, line_no=line, language=language or "")


@router.get(
    "/invoices/{document}/comparison",
    response={200: Out[Comparison], **PROBLEMS},
    summary="Compare a document with the last invoice of its account, or with another",
)
def compare(
    request: HttpRequest,
    document: Document,
    other: Annotated[str, Query(description="Number or id of the other document.", max_length=40)] = "",
    language: Literal["en", "af", "bg", "de", "hi"] | None = None,
) -> Comparison:
    """The causes add up to the difference; `answer` is ready for the customer."""
    other_id = document_of(request, other).id if other else None
    return compare_documents(document_of(request, document).id, other_id=other_id, language=language or "")


def document_of(request: HttpRequest, document: str) -> InvoiceRow:
    """A document by number or id that the caller may see. Raises NotFound, NotAllowed."""
    require(request, "invoice.view")
    row = find_document_by_number(document)
    if row is None:
        if not document.isdecimal() or len(document) > ID_DIGITS_MAX:
            raise not_found()
        row = get_invoice(int(document))
    require(request, "invoice.view", legal_entity_id=row.legal_entity_id)
    return row
