"""Explaining a document of a world while the world still stands."""

from __future__ import annotations

from billwright.invoicing.queries import list_documents
from billwright.invoicing.states import InvoiceState
from billwright.kernel.errors import NotFound
from billwright.org.states import DocumentKind
from billwright.workflow.explanations import Explanation, explain_document
from billwright.workflow.scenarios.world import Stage

DOCUMENTS_MAX = 10_000


def explain_in_world(stage: Stage, document: str, *, line_no: int | None = None, language: str = "") -> Explanation:
    """A document by its name, its number, or its place among the invoices in the order of issue, from 1.

    Raises NotFound `scenario.no_such_document`, and what `explain_document` raises.
    """
    return explain_document(_invoice_id(stage, document), line_no=line_no, language=language)


def _invoice_id(stage: Stage, document: str) -> int:
    named = {name: id_ for id_, name in stage.names.documents.items()}
    if document in named:
        return named[document]
    found = sorted(list_documents(state=InvoiceState.ISSUED, limit=DOCUMENTS_MAX), key=lambda row: row.id)
    invoices = [row.id for row in found if row.kind == DocumentKind.INVOICE]
    if document.isdecimal() and 0 < int(document) <= len(invoices):
        return invoices[int(document) - 1]
    for row in found:
        if row.number == document:
            return row.id
    raise NotFound(
        "scenario.no_such_document",
        f"The world has no document {document}.",
        field="invoice",
        cure=f"Name one of {', '.join(named) or 'its documents: it made none'}, or a place from 1 to {len(invoices)}.",
    )
