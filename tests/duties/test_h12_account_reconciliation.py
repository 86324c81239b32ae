"""H12: Reconcile an account: sum of documents = sub-ledger = control account, and when not, point at the transaction
that differs.
"""

from datetime import date

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments, report
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import EntryDraft, Side, post_entry
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.receivables.tests.builders import make_ana, make_item

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H12")]


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


@pytest.mark.unties
def test_h12_the_account_ties_and_when_not_the_entry_is_named():
    ana = make_ana()
    make_item(ana, "100.00")
    receive(ana, "30.00")
    assert type_in(report.app, "reconcile", ana.number)["ties"] is True
    amount = Money.of("7.00", "ZAR")
    sides = (
        Side(role=LedgerRole.RECEIVABLES, amount=amount, billing_account_id=ana.id),
        Side(role=LedgerRole.ROUNDING, amount=-amount),
    )
    draft = EntryDraft(
        legal_entity_id=ana.legal_entity_id,
        kind=EntryKind.MANUAL,
        document_date=date(2026, 2, 1),
        accounting_date=date(2026, 2, 1),
        entry_key="journal:1",
        sides=sides,
    )
    stray = post_entry(act=make_act(), draft=draft)
    answer = type_in(report.app, "reconcile", ana.number, exit_code=1)
    assert [difference["subject"] for difference in answer["differences"]] == [f"entry:{stray}"]
