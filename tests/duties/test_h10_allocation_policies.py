"""H10: Allocate payments from every channel to one or many invoices, in full or in part, leaving over-payment as
visible unallocated credit; default order is a stated policy (oldest first / costs-interest-principal / customer-
instructed).
"""

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments, receivables
from billwright.invoicing.models import Invoice
from billwright.receivables.tests.builders import make_ana, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H10")]


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def open_of(account):
    rows = type_in(receivables.app, "items", account.number, "--as-of", "2026-03-01")
    return {row["document_number"]: row["open"]["amount_minor"] for row in rows}


def number_of(item):
    return Invoice.objects.get(pk=item.invoice_id).number


def test_h10_one_payment_for_many_invoices_and_the_rest_stays_visible():
    ana = make_ana()
    oldest, middle = make_item(ana, "50.00", due="2026-02-01"), make_item(ana, "80.00", due="2026-02-15")
    youngest = make_item(ana, "40.00", due="2026-03-15")
    first = receive(ana, "100.00", "--for", f"{number_of(youngest)}=30.00")
    assert first["unallocated"]["amount_minor"] == 0
    assert open_of(ana) == {number_of(middle): 6000, number_of(youngest): 1000}
    second = receive(ana, "90.00", "--policy", "COSTS_INTEREST_PRINCIPAL", key="BANK-2")
    assert (open_of(ana), second["unallocated"]["amount_minor"]) == ({}, 2000)
    [left] = type_in(receivables.app, "cash", ana.number)
    assert left["left"]["amount_minor"] == 2000
    assert number_of(oldest)
