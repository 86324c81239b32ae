"""Builders of receivables: documents written straight into the books, so that money has something to settle."""

from __future__ import annotations

import itertools
from datetime import date

from billwright.accounts.tests.builders import make_account, make_customer
from billwright.invoicing.models import Invoice
from billwright.invoicing.states import InvoiceState, Origin
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import EntryDraft, Side, post_entry
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.ledger.tests.builders import make_books
from billwright.org.states import DocumentKind
from billwright.org.terms import lay_parts, stored
from billwright.payments.operations import begin_receipts, finish_receipts
from billwright.payments.rows import Receipt
from billwright.receivables.models import OpenItem, UnallocatedCash
from billwright.receivables.operations import NewCash, add_open_items, begin_cash
from billwright.receivables.states import ClaimClass

_numbers = itertools.count(1)


def make_ana(code="KAROO", **entity):
    """Ana pays late; her account is kept in the books of an invented entity."""
    return make_account(make_books(code, **entity), make_customer("Ana Botha"))


def make_boris(entity):
    """Boris pays by card, and sometimes for Ana."""
    return make_account(entity, make_customer("Boris Petrov"))


def make_item(
    account,
    total="115.00",
    *,
    due="2026-02-01",
    dated="2026-01-02",
    claim_class=ClaimClass.PRINCIPAL,
    at="2026-01-02T08:00:00",
    parts=(),
    number="",
):
    """An issued invoice (a credit note, if negative) of the account and its open item: the first, if due in parts."""
    amount = Money.of(total, account.currency)
    is_credit = amount.amount_minor < 0
    kind = DocumentKind.CREDIT_NOTE if is_credit else DocumentKind.INVOICE
    number = number or f"{'CN' if is_credit else 'IN'}-{next(_numbers):06d}"
    day = date.fromisoformat(dated)
    laid = lay_parts(parts, document_date=day, total=amount) if parts else ()
    document = Invoice.objects.create(
        kind=kind,
        state=InvoiceState.ISSUED,
        origin=Origin.MANUAL,
        legal_entity_id=account.legal_entity_id,
        account_id=account.id,
        number=number,
        currency=account.currency,
        document_date=day,
        due_date=laid[-1].due_date if laid else date.fromisoformat(due),
        payment_parts=stored(parts) if len(laid) > 1 else None,
        accounting_date=day,
        net_minor=amount.amount_minor,
        total_minor=amount.amount_minor,
        entry_id=_posted(account, amount, number, day, at),
    )
    assert add_open_items(act=make_act(at=at), invoice_ids=[document.pk]) == max(1, len(laid))
    if claim_class != ClaimClass.PRINCIPAL:
        OpenItem.objects.filter(invoice=document).update(claim_class=claim_class)
    return OpenItem.objects.get(invoice=document, part_no=1)


def _posted(account, amount, number, day, at):
    """The entry of a document: what is owed came from before our books."""
    return post_entry(
        act=make_act(at=at),
        draft=EntryDraft(
            legal_entity_id=account.legal_entity_id,
            kind=EntryKind.CREDIT_NOTE if amount.amount_minor < 0 else EntryKind.INVOICE,
            document_date=day,
            accounting_date=day,
            entry_key=f"document:{number}",
            sides=(
                Side(role=LedgerRole.RECEIVABLES, amount=amount, billing_account_id=account.id),
                Side(role=LedgerRole.MIGRATION_CLEARING, amount=-amount),
            ),
        ),
    )


def make_cash(account=None, amount="100.00", *, on="2026-02-10", at="2026-02-11T09:00:00", legal_entity_id=None):
    """Money that waits on an account (none: in suspense of an entity): a receipt of one piece."""
    receipt = Receipt(
        source="test",
        source_key=f"C{next(_numbers)}",
        amount=Money.of(amount, account.currency if account else "ZAR"),
        value_date=date.fromisoformat(on),
        account_id=account.id if account else None,
        legal_entity_id=legal_entity_id,
    )
    act = make_act(at=at)
    [recorded] = finish_receipts(act=act, begun=begin_receipts(act=act, receipts=[receipt]))
    piece = NewCash(
        payment_id=recorded.payment_id,
        account_id=recorded.account_id,
        legal_entity_id=recorded.legal_entity_id,
        amount=recorded.amount,
        value_date=recorded.value_date,
        accounting_date=recorded.accounting_date,
    )
    cash_ids = begin_cash(act=make_act(at=at), pieces=[piece])
    return UnallocatedCash.objects.get(pk=cash_ids[recorded.payment_id])


def reload(row):
    return type(row).objects.get(pk=row.pk)
