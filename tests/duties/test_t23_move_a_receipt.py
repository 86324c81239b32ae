"""T23: Move a mis-posted payment to the right account with both sides visible."""

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments, receivables, report
from billwright.org.queries import get_legal_entity
from billwright.receivables.tests.builders import make_ana, make_boris

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T23")]


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def boris_beside(ana):
    return make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))


def test_t23_a_receipt_on_the_wrong_account_gets_to_the_right_one():
    ana = make_ana()
    boris = boris_beside(ana)
    cash_id = receive(ana, "100.00")["cash_id"]
    [piece] = type_in(receivables.app, "move", cash_id, f"{boris.number}=100.00", "--reason", "Boris paid it")
    assert piece["account_id"] == boris.id
    both = type_in(report.app, "statement", ana.number, boris.number, "--as-of", "2026-02-28")
    assert [[movement["amount"] for movement in row["movements"]] for row in both] == [
        ["-100.00", "100.00"],
        ["-100.00"],
    ]


def test_t23_a_receipt_in_the_books_of_the_wrong_company_gets_to_the_right_one_and_back():
    ana, abroad = make_ana(), make_ana("VELD")
    cash_id = receive(ana, "100.00")["cash_id"]
    [piece] = type_in(receivables.app, "move", cash_id, f"{abroad.number}=100.00", "--reason", "For our sister")
    [pair] = type_in(report.app, "between-companies", "--as-of", "2026-02-28")
    assert [pair[name]["amount_minor"] for name in ("in_one", "in_other", "difference")] == [-10000, 10000, 0]
    both = type_in(report.app, "statement", ana.number, abroad.number, "--as-of", "2026-02-28")
    assert [[movement["amount"] for movement in row["movements"]] for row in both] == [
        ["-100.00", "100.00"],
        ["-100.00"],
    ]
    type_in(receivables.app, "move", piece["cash_id"], f"{ana.number}=100.00", "--reason", "Ours after all")
    [pair] = type_in(report.app, "between-companies", "--as-of", "2026-02-28")
    assert [pair[name]["amount_minor"] for name in ("in_one", "in_other")] == [0, 0]
    assert type_in(report.app, "reconcile")["ties"]
