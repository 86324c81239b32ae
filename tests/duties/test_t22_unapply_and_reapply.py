"""T22: Unapply and re-apply payments by reversal entries; nothing is overwritten; closed periods respected."""

from datetime import date

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments, receivables
from billwright.invoicing.models import Invoice
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import AccountingPeriod, JournalEntry
from billwright.ledger.operations import close_period, start_closing_period
from billwright.receivables.tests.builders import make_ana, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T22")]


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def open_of(account):
    rows = type_in(receivables.app, "items", account.number, "--as-of", "2026-03-01")
    return {row["document_number"]: row["open"]["amount_minor"] for row in rows}


def number_of(item):
    return Invoice.objects.get(pk=item.invoice_id).number


def test_t22_unapply_and_reapply_by_reversal_in_an_open_period():
    ana = make_ana()
    right, wrong = make_item(ana, "100.00"), make_item(ana, "100.00")
    receive(ana, "100.00", "--for", number_of(wrong))
    period = AccountingPeriod.objects.get(legal_entity_id=ana.legal_entity_id, starts_on=date(2026, 2, 1))
    start_closing_period(act=make_act(), period_id=period.pk)
    close_period(act=make_act(), period_id=period.pk)
    [standing] = type_in(receivables.app, "allocations", ana.number)
    [undone] = type_in(receivables.app, "unallocate", standing["allocation_id"])
    assert (undone["reverses_id"], undone["accounting_date"]) == (standing["allocation_id"], "2026-03-01")
    assert JournalEntry.objects.get(pk=undone["entry_id"]).reverses_id == standing["entry_id"]
    type_in(receivables.app, "allocate", number_of(right), "--cash", standing["cash_id"])
    assert open_of(ana) == {number_of(wrong): 10000}
