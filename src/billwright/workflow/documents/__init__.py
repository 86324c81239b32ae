"""Documents from draft to mailbox: issued, opened as items, allocated where they credit, mailed, printed, sent again.

Each verb is one transaction: document, journal entry, open item, allocation and queued mail stand or fall together.
"""

from billwright.workflow.documents.issue import (
    IssuedRow,
    invoice_at_once,
    issue_credit_note,
    issue_debit_note,
    issue_invoice,
)
from billwright.workflow.documents.mail import queue_documents, queue_documents_of_shard, send_copy
from billwright.workflow.documents.previews import (
    DocumentPreview,
    applied_by,
    preview_credit_note,
    preview_debit_note,
    preview_invoice,
)
from billwright.workflow.documents.prints import DOCUMENT_FILES, document_pdf, file_name
from billwright.workflow.documents.receipts import send_receipt
from billwright.workflow.documents.reminders import PlannedReminder, reminder_stage, reminders_of, send_reminders

__all__ = [
    "DOCUMENT_FILES",
    "DocumentPreview",
    "IssuedRow",
    "PlannedReminder",
    "applied_by",
    "document_pdf",
    "file_name",
    "invoice_at_once",
    "issue_credit_note",
    "issue_debit_note",
    "issue_invoice",
    "preview_credit_note",
    "preview_debit_note",
    "preview_invoice",
    "queue_documents",
    "queue_documents_of_shard",
    "reminder_stage",
    "reminders_of",
    "send_copy",
    "send_receipt",
    "send_reminders",
]
