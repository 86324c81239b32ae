"""T21: Split one receipt across several accounts (BANs), including parent-pays-for-children and payments by a third
party.
"""

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments, receivables, report
from billwright.invoicing.models import Invoice
from billwright.org.queries import get_legal_entity
from billwright.receivables.tests.builders import make_ana, make_boris, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T21")]


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def open_of(account):
    rows = type_in(receivables.app, "items", account.number, "--as-of", "2026-03-01")
    return {row["document_number"]: row["open"]["amount_minor"] for row in rows}


def number_of(item):
    return Invoice.objects.get(pk=item.invoice_id).number


def boris_beside(ana):
    return make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))


def test_t21_a_parent_pays_for_two_accounts_with_one_receipt():
    ana = make_ana()
    boris = boris_beside(ana)
    of_ana, of_boris = make_item(ana, "60.00"), make_item(boris, "40.00")
    receive(ana, "120.00", "--for", number_of(of_ana), "--for", number_of(of_boris))
    assert (open_of(ana), open_of(boris)) == ({}, {})
    [statement] = type_in(report.app, "statement", boris.number, "--as-of", "2026-02-28")
    assert [movement["amount"] for movement in statement["movements"]] == ["40.00", "-40.00"]
    assert type_in(report.app, "reconcile")["ties"] is True
