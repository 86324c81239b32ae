"""Writes of invoicing: drafts, corrections, issue. Bill runs have a module of their own."""

from billwright.invoicing.operations.corrections import draft_credit_note, draft_debit_note
from billwright.invoicing.operations.drafts import discard_draft, draft_invoice, replace_draft
from billwright.invoicing.operations.issuing import issue_documents
from billwright.invoicing.operations.notes import draft_credit_note_alone, draft_debit_note_alone
from billwright.invoicing.operations.sealing import seal_documents
from billwright.invoicing.operations.snapshots import keep_buyers, keep_sellers

__all__ = [
    "discard_draft",
    "draft_credit_note",
    "draft_credit_note_alone",
    "draft_debit_note",
    "draft_debit_note_alone",
    "draft_invoice",
    "issue_documents",
    "keep_buyers",
    "keep_sellers",
    "replace_draft",
    "seal_documents",
]
