"""Credit notes and debit notes of an account that refer to no document: a bonus, a fee, a settlement of many."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.invoicing.models import Invoice
from billwright.invoicing.operations.drafts import entered_lines, head_of, named_subject, set_due, tax_choices
from billwright.invoicing.operations.writing import LineDraft, write_content
from billwright.invoicing.queries.documents import invoice_row
from billwright.invoicing.rows import InvoiceRow, NewInvoice
from billwright.invoicing.states import LineKind, Origin
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.org.states import DocumentKind

ENTERED = 3


@verb("credit_note.draft_alone", subject=named_subject)
def draft_credit_note_alone(*, act: Act, draft: NewInvoice) -> InvoiceRow:
    """Write a credit note to no document, its lines entered as positive amounts with the tax of its day.

    Once issued it is an unapplied credit of the account. Raises what `draft_invoice` raises, and Refusal
    `credit.not_positive`.
    """
    return _draft(draft, DocumentKind.CREDIT_NOTE)


@verb("debit_note.draft_alone", subject=named_subject)
def draft_debit_note_alone(*, act: Act, draft: NewInvoice) -> InvoiceRow:
    """Write a debit note to no document. Raises what `draft_invoice` raises, and Refusal `debit.not_positive`."""
    return _draft(draft, DocumentKind.DEBIT_NOTE)


def _draft(draft: NewInvoice, kind: DocumentKind) -> InvoiceRow:
    account = accounts.get_account(draft.account_id)
    choices = tax_choices(account, on=draft.document_date)
    lines, components = entered_lines(account, draft.lines, choices, on=draft.document_date, kind=LineKind.MANUAL)
    is_credit = kind == DocumentKind.CREDIT_NOTE
    head = head_of(account, draft)
    if is_credit:
        head["due_date"] = draft.document_date
    note = Invoice.objects.create(kind=kind, origin=Origin.MANUAL, **head)
    write_content(note, [_turned(line) for line in lines] if is_credit else lines, components, choices)
    if (note.total_minor >= 0) if is_credit else (note.total_minor <= 0):
        raise Refusal(
            "credit.not_positive" if is_credit else "debit.not_positive",
            _("A credit note lowers what is owed and a debit note raises it: enter positive amounts."),
            field="lines",
            cure=_("Write a document of the other kind instead."),
        )
    if not is_credit and draft.due_date is None:
        set_due(note, accounts.terms_of(account))
    note_change(after={"total": note.total_minor, "lines": len(lines)}, effective_on=draft.document_date)
    return invoice_row(note)


def _turned(line: LineDraft) -> LineDraft:
    """A line as a credit: entered, since its price times its quantity is what is taken off."""
    return replace(line, formula=ENTERED, amount=-line.amount, discount=-line.discount)
