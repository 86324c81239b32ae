"""Issuing one document: posted and numbered by invoicing, opened by receivables, queued for the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from billwright.accounts.queries import credit_use
from billwright.invoicing import operations as invoicing
from billwright.invoicing import queries
from billwright.invoicing.rows import InvoiceRow, NewInvoice
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.org.states import DocumentKind
from billwright.receivables import operations as receivables
from billwright.receivables.queries.items import open_claims, open_item_ids
from billwright.receivables.rows import AllocationPart
from billwright.receivables.states import AllocationPolicy
from billwright.workflow.documents.mail import queue_documents


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """An issued document, what of it was allocated at once, and whether it was queued for the customer.

    `open_item_id`: its item, of several the one due first.
    """

    invoice: InvoiceRow
    open_item_id: int
    allocated: Money
    is_queued: bool


def _subject(arguments: Mapping[str, object], _answer: object) -> str:
    return f"invoice:{arguments['invoice_id']}"


def _amount(arguments: Mapping[str, object]) -> Money:
    """What the authority limits are asked about: the total of the draft."""
    invoice_id = arguments["invoice_id"]
    assert isinstance(invoice_id, int)
    return abs(queries.get_invoice(invoice_id).total)


@verb("invoice.issue", subject=_subject, amount=_amount)
def issue_invoice(*, act: Act, invoice_id: int, version: int) -> IssuedRow:
    """Issue a draft invoice. From now on it is owed, frozen, and only credited or debited by another document.

    Raises NotFound, Conflict `invoice.changed`, IllegalTransition, Refusal `invoice.kind`, `series.missing`.
    """
    return _issue(invoice_id, version, DocumentKind.INVOICE, act=act)


@verb("debit_note.issue", subject=_subject, amount=_amount)
def issue_debit_note(*, act: Act, invoice_id: int, version: int) -> IssuedRow:
    """Issue a draft debit note. Raises what `issue_invoice` raises."""
    return _issue(invoice_id, version, DocumentKind.DEBIT_NOTE, act=act)


@verb("credit_note.issue", subject=_subject, amount=_amount)
def issue_credit_note(*, act: Act, invoice_id: int, version: int) -> IssuedRow:
    """Issue a draft credit note and allocate it: to what it corrects, then to what else is open, the oldest due first.

    By the convention `credit_use` it waits for the next invoice instead. What is left stays an unapplied credit of the
    account. Raises what `issue_invoice` raises, and Refusal
    `credit.exceeds_left` when another credit note came first.
    """
    return _issue(invoice_id, version, DocumentKind.CREDIT_NOTE, act=act)


@verb("invoice.issue_at_once", subject=lambda _arguments, answer: f"invoice:{answer.invoice.id}")
def invoice_at_once(*, act: Act, draft: NewInvoice) -> IssuedRow:
    """Write and issue a one-off invoice in one act; authority limits are asked about its total.

    Raises what `draft_invoice` and `issue_invoice` raise.
    """
    written = invoicing.draft_invoice(act=act.nested(), draft=draft)
    return issue_invoice(act=act.nested(), invoice_id=written.id, version=written.version)


def _issue(invoice_id: int, version: int, kind: DocumentKind, *, act: Act) -> IssuedRow:
    if queries.get_invoice(invoice_id).kind != kind:
        raise Refusal("invoice.kind", _("This is a document of another kind."), field="invoice_id")
    (invoice,) = invoicing.issue_documents(act=act, invoice_ids=[invoice_id], versions=[version])
    receivables.add_open_items(act=act, invoice_ids=[invoice_id])
    open_item_id = open_item_ids([invoice_id])[invoice_id][0]
    allocated = Money.zero(invoice.currency)
    # A credit that rounds to nothing settles nothing.
    settles = kind == DocumentKind.CREDIT_NOTE and bool(invoice.total)
    if settles and credit_use(invoice.account_id, on=invoice.document_date) == "open_first":
        corrects_id = invoice.corrects_id or 0
        own = open_item_ids([corrects_id]).get(corrects_id, ())
        claims = [*own, *(claim for claim in open_claims(invoice.account_id) if claim not in own)]
        allocated = _apply_credit(open_item_id, claims, invoice.currency, act=act)
    queued = queue_documents(act=act, invoice_ids=[invoice_id])
    note_change(after={"number": invoice.number, "total": str(invoice.total)}, effective_on=invoice.document_date)
    return IssuedRow(invoice, open_item_id, allocated, queued == 1)


def _apply_credit(credit_item_id: int, claims: Sequence[int], currency: str, *, act: Act) -> Money:
    rows = receivables.allocate_parts(
        act=act,
        parts=[AllocationPart(open_item_id=claim, credit_item_id=credit_item_id) for claim in claims],
        policy=AllocationPolicy.OLDEST_FIRST,
        as_far_as_possible=True,
    )
    return sum((row.amount for row in rows), Money.zero(currency))
