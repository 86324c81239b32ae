"""What a document would come to before anybody writes it: the real operation, rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from billwright.invoicing import operations, queries
from billwright.invoicing.rows import (
    CreditLine,
    DocumentRow,
    InvoiceRow,
    NewCorrection,
    NewInvoice,
    NewLine,
)
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.transactions import rolled_back
from billwright.org.states import DocumentKind
from billwright.receivables.queries.items import open_amounts


@dataclass(frozen=True, slots=True)
class DocumentPreview:
    """A document that does not exist. `applied`: what a credit note would settle of its original at once."""

    document: DocumentRow
    applied: Money


def preview_invoice(*, act: Act, draft: NewInvoice) -> DocumentPreview:
    """What an invoice would come to. Writes nothing; raises what `draft_invoice` raises."""
    return _reckoned(lambda: operations.draft_invoice(act=act, draft=draft))


def preview_credit_note(*, act: Act, correction: NewCorrection, lines: tuple[CreditLine, ...] = ()) -> DocumentPreview:
    """What a credit note would come to. Writes nothing; raises what `draft_credit_note` raises."""
    return _reckoned(lambda: operations.draft_credit_note(act=act, correction=correction, lines=lines))


def preview_debit_note(*, act: Act, correction: NewCorrection, lines: tuple[NewLine, ...]) -> DocumentPreview:
    """What a debit note would come to. Writes nothing; raises what `draft_debit_note` raises."""
    return _reckoned(lambda: operations.draft_debit_note(act=act, correction=correction, lines=lines))


def applied_by(invoice: InvoiceRow) -> Money:
    """What a credit note would settle of its original when it is issued now; nothing for other documents."""
    if invoice.kind != DocumentKind.CREDIT_NOTE or invoice.corrects_id is None:
        return Money.zero(invoice.currency)
    open_ = open_amounts([invoice.corrects_id]).get(invoice.corrects_id, Money.zero(invoice.currency))
    return min(open_, -invoice.total)


def _reckoned(write: Callable[[], InvoiceRow]) -> DocumentPreview:
    with rolled_back():
        written = write()
        document, applied = queries.get_document(written.id), applied_by(written)
    return DocumentPreview(document, applied)
