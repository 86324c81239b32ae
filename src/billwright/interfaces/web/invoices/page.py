"""One document: as printed on the left, where it comes from and what became of it on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from billwright.access.queries import display_names
from billwright.accounts.queries import get_account
from billwright.accounts.rows import AccountRow
from billwright.comms.queries import list_messages
from billwright.interfaces.web.access.approvals import words_of as act_words
from billwright.interfaces.web.context import address_of
from billwright.interfaces.web.entities import day_at, may_in, require_in
from billwright.interfaces.web.invoices.derivation import derivations_of
from billwright.interfaces.web.invoices.words import (
    CORRECTION_REASONS,
    HOLD_REASONS,
    KINDS,
    MESSAGES,
    ORIGINS,
    POLICIES,
    REBILL_CAUSES,
    standing,
    words_of,
)
from billwright.interfaces.web.messages.masking import masked
from billwright.invoicing.queries import creditable_of, get_document, get_invoice
from billwright.invoicing.queries.rebillings import rebillings_of
from billwright.invoicing.rows import CorrectionRow, DocumentRow, InvoiceRow
from billwright.invoicing.states import INVOICE, InvoiceState
from billwright.kernel.money import Money
from billwright.kernel.trail import TrailRow, trail_of
from billwright.ledger.queries import EntryRow, get_entry
from billwright.org.states import DocumentKind
from billwright.receivables.queries import list_document_items, list_holds, list_settlements
from billwright.receivables.queries.settlements import SettlementRow
from billwright.receivables.rows import ItemRow
from billwright.workflow.documents import PlannedReminder, reminders_of

TRAIL_MAX = 30
# The verb that issues a draft of each kind.
ISSUE_VERBS = {
    DocumentKind.INVOICE: "invoice.issue",
    DocumentKind.CREDIT_NOTE: "credit_note.issue",
    DocumentKind.DEBIT_NOTE: "debit_note.issue",
}


def document_for(request: HttpRequest, invoice_id: int, right: str = "invoice.view") -> InvoiceRow:
    """The head of a document whose company's documents the person may see. Raises NotFound, NotAllowed."""
    found = get_invoice(invoice_id)
    require_in(request, right, found.legal_entity_id)
    return found


@require_GET
def invoice(request: HttpRequest, invoice_id: int) -> HttpResponse:
    """The whole case of one document on one screen."""
    document = get_document(invoice_id)
    head = document.invoice
    require_in(request, "invoice.view", head.legal_entity_id)
    today = day_at(request, head.legal_entity_id)
    account = get_account(head.account_id)
    items = list_document_items(head.id)
    open_ = sum((item.open for item in items), Money.zero(head.currency)) if items else None
    next_due = min((item.due_date for item in items if item.open), default=head.due_date)
    words, tone = standing(head.state, open_=open_, due_date=next_due, today=today)
    context = {
        "document": document,
        "invoice": head,
        "account": account,
        "account_url": address_of("web:account", head.account_id),
        "run_url": address_of("web:bill-run", head.run_id) if head.run_id else "",
        "kind": words_of(KINDS, head.kind),
        "origin": words_of(ORIGINS, head.origin),
        "reason": words_of(CORRECTION_REASONS, head.reason_code) if head.reason_code else "",
        "standing": words,
        "tone": tone,
        "open": open_,
        "settled": head.total - open_ if open_ is not None else None,
        "derivations": derivations_of(document),
        "entry": _entry(request, head),
        "settlements": [_Settlement(row, head.id) for row in _settlements(items)],
        "holds": _holds(items, today),
        "parts": _parts(head, items),
        "chain": _chain(document),
        "rebillings": [(row, words_of(REBILL_CAUSES, row.cause)) for row in rebillings_of(head.id)],
        "messages": [(row, *MESSAGES[row.state]) for row in masked(request, list_messages(about=f"invoice:{head.id}"))],
        "reminders": _reminders(head, account, today) if open_ else [],
        "trail": _trail(request, head),
        "refundable": next((item for item in items if item.open.amount_minor < 0), None),
        **_offered(request, document, open_),
    }
    return render(request, "web/invoices/invoice.html", context)


def _entry(request: HttpRequest, head: InvoiceRow) -> EntryRow | None:
    if head.entry_id is None or not may_in(request, "ledger.view", head.legal_entity_id):
        return None
    return get_entry(head.entry_id)


def _settlements(items: Sequence[ItemRow]) -> list[SettlementRow]:
    ids = [item.open_item_id for item in items]
    return list_settlements(ids) if ids else []


def _parts(head: InvoiceRow, items: Sequence[ItemRow]) -> list[tuple[int, date, Money, Money | None]]:
    """Number, day, amount and what is open of each part; of a draft nothing is owed. Empty: due in one sum."""
    opens = {item.part_no: item.open for item in items}
    return [
        (number, part.due_date, part.amount, opens.get(number))
        for number, part in enumerate(head.installments, start=1)
    ]


class _Settlement:
    """An allocation seen from this document: what stands on the other side."""

    def __init__(self, row: SettlementRow, invoice_id: int) -> None:
        self.row = row
        self.policy = words_of(POLICIES, row.policy)
        if row.payment_id is not None:
            self.name, self.url = row.payment_number, address_of("web:payment", row.payment_id)
        elif row.credit_invoice_id == invoice_id:
            self.name, self.url = row.claim_number, address_of("web:invoice", row.claim_invoice_id)
        elif row.credit_invoice_id is None:
            self.name, self.url = str(self.policy), ""
        else:
            self.name, self.url = row.credit_number, address_of("web:invoice", row.credit_invoice_id)


def _reminders(head: InvoiceRow, account: AccountRow, today: date) -> list[PlannedReminder]:
    """Those that have not left; what has left stands among the messages."""
    return [one for one in reminders_of(head, account=account, as_of=today) if one.message_id is None]


def _holds(items: Sequence[ItemRow], today: date) -> list[tuple[str, Any]]:
    held = list_holds(open_item_ids=[item.open_item_id for item in items], as_of=today) if items else []
    return [(words_of(HOLD_REASONS, hold.reason), hold) for hold in held]


@dataclass(frozen=True, slots=True)
class _Link:
    """One document of the chain of corrections."""

    id: int
    kind: str
    number: str
    document_date: date
    total: Money
    current: bool


def _chain(document: DocumentRow) -> list[_Link]:
    """The original, this document and what corrects it, in the order of time; empty without any correction."""
    head = document.invoice
    this = CorrectionRow(head.id, head.kind, head.number, head.document_date, head.total)
    found = [*([document.original] if document.original else []), this, *document.corrections]
    if len(found) < 2:
        return []
    return [
        _Link(one.id, words_of(KINDS, one.kind), one.number, one.document_date, one.total, current=one.id == head.id)
        for one in found
    ]


def _trail(request: HttpRequest, head: InvoiceRow) -> list[tuple[TrailRow, str, str]]:
    if not may_in(request, "audit.view", head.legal_entity_id):
        return []
    rows = trail_of([f"invoice:{head.id}"], limit=TRAIL_MAX)
    names = display_names({row.actor for row in rows})
    return [(row, act_words(row.verb), names[row.actor]) for row in rows]


def _offered(request: HttpRequest, document: DocumentRow, open_: Money | None) -> dict[str, bool]:
    """Which acts are legal in this state and allowed to this person."""
    head = document.invoice

    def may(code: str) -> bool:
        return may_in(request, code, head.legal_entity_id)

    offered = INVOICE.offered(head.state)
    is_claim = head.state == InvoiceState.ISSUED and head.kind != DocumentKind.CREDIT_NOTE
    may_credit = is_claim and may("credit_note.draft")
    return {
        "may_issue": "issue" in offered and may(ISSUE_VERBS[head.kind]),
        "may_discard": "discard" in offered and may("invoice.discard"),
        "may_change": head.state == InvoiceState.DRAFT
        and head.kind == DocumentKind.INVOICE
        and may("invoice.replace_draft"),
        "may_send": head.state == InvoiceState.ISSUED and may("document.send_copy"),
        "may_credit": may_credit and any(line.amount_left_minor for line in creditable_of(head.id, document.lines)),
        "may_rebill": is_claim and may("invoice.rebill"),
        "may_undo_rebill": may("invoice.undo_rebill"),
        "may_ask_refund": may("refund_order.request"),
        "may_debit": is_claim and may("debit_note.draft"),
        "may_link": is_claim and bool(open_) and may("payment_link.create") and may("payment.view"),
        "may_hold": open_ is not None and open_.amount_minor > 0 and may("hold.place"),
        "may_release": may("hold.release"),
    }
