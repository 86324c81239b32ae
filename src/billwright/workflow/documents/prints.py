"""Printing documents: on asking, and as the files of a mail when it is sent."""

from __future__ import annotations

from billwright.comms.ports import MailFile
from billwright.invoicing.printed import printed_document
from billwright.invoicing.queries import get_invoice
from billwright.render import pdf
from billwright.render.documents import CopyMark
from billwright.workflow.documents.mail import COPY, PURPOSES, REMINDER

PDF = "application/pdf"


def document_pdf(invoice_id: int, *, mark: CopyMark = CopyMark.COPY) -> bytes:
    """The document as PDF: the same document and mark give the same bytes. Raises NotFound.

    The original leaves once, with the mail of its issue; every further print says that it is a copy.
    """
    return pdf.render_pdf(printed_document(invoice_id, mark=mark))


def file_name(invoice_id: int) -> str:
    """The name under which a document is saved; a draft goes by its id."""
    return pdf.file_name(get_invoice(invoice_id).number or f"draft-{invoice_id}")


class DocumentFiles:
    """Implements `comms.ports.MailFiles` for mail about documents."""

    def files_of(self, *, purpose: str, about: str) -> tuple[MailFile, ...]:
        """The PDF of `invoice:42`: the original with the mail of its issue, else a copy."""
        noun, _, key = about.partition(":")
        if noun != "invoice" or purpose not in {*PURPOSES.values(), COPY, REMINDER}:
            return ()
        mark = CopyMark.ORIGINAL if purpose in PURPOSES.values() else CopyMark.COPY
        invoice_id = int(key)
        return (MailFile(file_name(invoice_id), PDF, document_pdf(invoice_id, mark=mark)),)


DOCUMENT_FILES = DocumentFiles()
