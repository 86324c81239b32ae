"""H38: Refund in full or part to source or bank, limited by authority, never more than was received, with proof.

Played here as far as it goes: back to the bank. The row is marked when money can go back to a card.
"""

import pytest
from tests.duties.people import type_in

from billwright.interfaces.cli import payments
from billwright.kernel.errors import Refusal
from billwright.receivables.tests.builders import make_ana

pytestmark = pytest.mark.django_db


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def test_h38_a_refund_in_part_and_never_more_than_was_received():
    ana = make_ana()
    cash_id = receive(ana, "100.00")["cash_id"]
    words = ("--account", ana.number, "--cash", cash_id, "--value-date", "2026-02-20", "--reason", "Paid twice")
    proof = type_in(payments.app, "refund", "60.00", *words)
    assert (proof["number"], proof["amount"]["amount_minor"]) == ("RF-000001", 6000)
    with pytest.raises(Refusal) as refused:
        type_in(payments.app, "refund", "40.01", *words)
    assert refused.value.code == "refund.exceeds_left"
