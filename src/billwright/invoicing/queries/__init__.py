"""Reads of invoicing."""

from billwright.invoicing.queries.documents import (
    creditable_of,
    credited_amounts,
    documents_of_periods,
    documents_of_shard,
    find_document_by_number,
    get_document,
    get_invoice,
    get_invoices,
    installments_of,
    item_services,
    list_creditable,
    list_documents,
    search_documents,
)

__all__ = [
    "creditable_of",
    "credited_amounts",
    "documents_of_periods",
    "documents_of_shard",
    "find_document_by_number",
    "get_document",
    "get_invoice",
    "get_invoices",
    "installments_of",
    "item_services",
    "list_creditable",
    "list_documents",
    "search_documents",
]
