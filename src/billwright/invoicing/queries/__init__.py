"""Reads of invoicing."""

from billwright.invoicing.queries.documents import (
    credited_amounts,
    documents_of_shard,
    find_document_by_number,
    get_document,
    get_invoice,
    get_invoices,
    list_creditable,
    list_documents,
    list_due_soon,
    search_documents,
)

__all__ = [
    "credited_amounts",
    "documents_of_shard",
    "find_document_by_number",
    "get_document",
    "get_invoice",
    "get_invoices",
    "list_creditable",
    "list_documents",
    "list_due_soon",
    "search_documents",
]
