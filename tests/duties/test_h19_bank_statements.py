"""H19: Import bank statements (CSV profiles, OFX, MT940, CAMT) without duplicates, propose EFT matches with a reason,
keep the rest in a suspense queue.
"""

import pytest
from tests.duties.people import on, say, type_in

from billwright.interfaces.cli import bank, match
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.models import OwnBankAccount
from billwright.receivables.queries import untied
from billwright.receivables.tests.builders import make_ana, make_item, reload
from billwright.workflow.bank_inbox.tests.builders import IBAN, mt940

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H19")]


def test_h19_a_statement_comes_twice_and_its_money_is_proposed_or_waits(tmp_path):
    ana = make_ana()
    OwnBankAccount.objects.create(
        legal_entity_id=ana.legal_entity_id, label="Current", holder="Karoo", iban=IBAN, currency_id="ZAR"
    )
    item = make_item(ana, "115.00")
    known, unknown = ("260310", "115.00", f"thanks {item.invoice.number.lower()}"), ("260311", "70.00", "cash")
    file = tmp_path / "march.sta"
    with on("2026-03-20"):
        for content in (mt940(known), mt940(known, unknown, number="2")):
            file.write_text(content)
            say(bank.app, "import", str(file), "--receive")
            say(bank.app, "import", str(file), "--receive")
        say(match.app, "run", "--propose")
        proposed, waiting = type_in(match.app, "queue")
        assert (proposed["items"][0]["number"], proposed["evidence"][0]["kind"]) == (item.invoice.number, "NUMBER")
        assert (waiting["left"]["amount_minor"], waiting["reason"]) == (7000, "NO_PAYER")
        say(match.app, "accept", proposed["match_id"])
    assert reload(item).open_minor == 0
    assert control_balance(legal_entity_id=ana.legal_entity_id, role=LedgerRole.SUSPENSE) == {"ZAR": -7000}
    assert not untied()
