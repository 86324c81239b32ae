from datetime import date

import pytest

from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import EntryDraft, Side, post_entry
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import get_legal_entity
from billwright.receivables.models import OpenItem
from billwright.receivables.operations import allocate, move_cash, unallocate
from billwright.receivables.rows import AllocationPart, CashShare
from billwright.receivables.tests.builders import make_ana, make_boris, make_cash, make_item
from billwright.reporting.reconciliation import DifferenceKind, reconcile

pytestmark = pytest.mark.django_db


def zar(amount):
    return Money.of(amount, "ZAR")


def busy_account():
    """Ana with an invoice, a credit note, money of her own, money moved to Boris, and one allocation undone."""
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    item, credit, cash = make_item(ana, "100.00"), make_item(ana, "-30.00"), make_cash(ana, "80.00")
    parts = [
        AllocationPart(open_item_id=item.pk, cash_id=cash.pk, amount=zar("20.00")),
        AllocationPart(open_item_id=item.pk, credit_item_id=credit.pk),
    ]
    rows = allocate(act=make_act(), parts=parts)
    unallocate(act=make_act(), allocation_ids=[rows[0].allocation_id])
    move_cash(act=make_act(), cash_id=cash.pk, shares=[CashShare(account_id=boris.id, amount=zar("10.00"))])
    return ana


def test_a_busy_account_ties():
    ana = busy_account()
    report = reconcile([ana.id])
    [account] = report.accounts
    assert report.ties
    assert (account.documents, account.items) == (zar("70.00"), zar("70.00"))
    assert (account.open_items, account.control) == (zar("70.00"), zar("70.00"))
    assert (account.unallocated, account.cash_ledger) == (zar("70.00"), zar("70.00"))
    assert reconcile().ties


def stray_entry(ana):
    return post_entry(
        act=make_act(),
        draft=EntryDraft(
            legal_entity_id=ana.legal_entity_id,
            kind=EntryKind.MANUAL,
            document_date=date(2026, 2, 1),
            accounting_date=date(2026, 2, 1),
            entry_key="journal:1",
            sides=(
                Side(role=LedgerRole.RECEIVABLES, amount=zar("7.00"), billing_account_id=ana.id),
                Side(role=LedgerRole.ROUNDING, amount=zar("-7.00")),
            ),
        ),
    )


@pytest.mark.unties
def test_the_entry_that_differs_is_named():
    ana = busy_account()
    entry_id = stray_entry(ana)
    report = reconcile()
    assert not report.ties
    [difference] = report.differences
    assert (difference.kind, difference.subject) == (DifferenceKind.ENTRY, f"entry:{entry_id}")
    assert (difference.ours, difference.theirs) == (zar("0.00"), zar("7.00"))


@pytest.mark.unties
def test_the_item_and_the_document_that_differ_are_named():
    ana = make_ana()
    item = make_item(ana, "100.00")
    OpenItem.objects.filter(pk=item.pk).update(amount_minor=9000, open_minor=8000)
    kinds = {difference.kind: difference.subject for difference in reconcile([ana.id]).differences}
    assert kinds == {DifferenceKind.ITEM: f"open_item:{item.pk}", DifferenceKind.DOCUMENT: f"invoice:{item.invoice_id}"}
