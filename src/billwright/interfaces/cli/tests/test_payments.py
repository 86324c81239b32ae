"""The commands of money, as they are typed."""

import json

import pytest
from typer.testing import CliRunner

from billwright.comms.queries import list_messages
from billwright.interfaces.cli import payments, receivables
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import NotFound, Refusal
from billwright.org.queries import get_legal_entity
from billwright.receivables.tests.builders import make_ana, make_boris, make_item

pytestmark = pytest.mark.django_db


def type_in(app, *words):
    result = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def answer(app, *words):
    return json.loads(type_in(app, *words, "--json"))


def receive(ana, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", ana.number)
    return answer(payments.app, "receive", *asked, *words)


def number_of(item):
    return Invoice.objects.get(pk=item.invoice_id).number


def test_money_in_for_a_stated_document_and_again():
    ana = make_ana()
    make_item(ana, "100.00", due="2026-02-01")
    younger = make_item(ana, "50.00", due="2026-03-01")
    words = ("--for", f"{number_of(younger)}=20.00", "--policy", "STATED_BY_CUSTOMER")
    first = receive(ana, "70.00", *words)
    assert first["unallocated"] == {"amount_minor": 5000, "currency": "ZAR"}
    assert receive(ana, "70.00", *words)["repeated"] is True
    assert "RC-000001" in type_in(payments.app, "list", "--account", ana.number)


def test_allocate_undo_move_and_refund():
    ana = make_ana()
    boris = make_boris(get_legal_entity(legal_entity_id=ana.legal_entity_id))
    item = make_item(ana, "100.00")
    cash_id = receive(ana, "90.00", "--policy", "STATED_BY_CUSTOMER")["cash_id"]
    [row] = answer(receivables.app, "allocate", f"{number_of(item)}=30.00", "--cash", cash_id)
    [listed] = answer(receivables.app, "allocations", ana.number)
    assert listed["allocation_id"] == row["allocation_id"]
    answer(receivables.app, "unallocate", row["allocation_id"])
    answer(receivables.app, "move", cash_id, f"{boris.number}=10.00", "--reason", "His money")
    words = ("--value-date", "2026-02-20", "--reason", "Paid twice")
    answer(payments.app, "refund", "5.00", "--account", ana.number, "--cash", cash_id, *words)
    [left] = answer(receivables.app, "cash", ana.number)
    assert left["left"]["amount_minor"] == 7500
    [one] = answer(receivables.app, "items", ana.number, "--as-of", "2026-02-20")
    assert one["chaseable"]["amount_minor"] == 2500


def test_a_policy_decides_and_a_return_undoes():
    ana = make_ana()
    make_item(ana, "100.00")
    got = receive(ana, "60.00", "--policy", "STATED_BY_CUSTOMER")
    [row] = answer(receivables.app, "allocate", "--cash", got["cash_id"])
    assert row["amount"]["amount_minor"] == 6000
    type_in(payments.app, "return", got["payment_id"], "--value-date", "2026-02-20", "--reason", "No funds")
    assert answer(receivables.app, "allocations", ana.number) == []


def test_what_is_not_there_is_said():
    ana = make_ana()
    with pytest.raises(NotFound):
        type_in(receivables.app, "items", "NOBODY", "--as-of", "2026-02-20")
    with pytest.raises(NotFound):
        receive(ana, "1.00", "--for", "NOTHING")
    with pytest.raises(Refusal):
        type_in(receivables.app, "allocate")


def test_papers_are_written_to_files(tmp_path):
    ana = make_ana()
    make_item(ana, "100.00")
    got = receive(ana, "60.00")
    receipt, slip = tmp_path / "receipt.pdf", tmp_path / "slip.pdf"
    type_in(payments.app, "receipt", got["payment_id"], "--pdf", receipt)
    type_in(receivables.app, "slip", ana.number, "--as-of", "2026-02-20", "--pdf", slip)
    assert receipt.read_bytes().startswith(b"%PDF")
    assert slip.read_bytes().startswith(b"%PDF")


def test_a_receipt_is_mailed_to_an_address():
    ana = make_ana()
    got = receive(ana, "60.00")
    assert "ana@example.org" in type_in(payments.app, "send-receipt", got["payment_id"], "--to", "ana@example.org")
    [message] = list_messages(about=f"payment:{got['payment_id']}")
    assert message.subject.startswith(f"Receipt {got['number']}")


def test_a_document_is_held_and_released():
    ana = make_ana()
    number = number_of(make_item(ana, "100.00"))
    [placed] = answer(receivables.app, "hold", number, "--from", "2026-02-10", "--amount", "30.00", "--why", "DISPUTE")
    [one] = answer(receivables.app, "items", ana.number, "--as-of", "2026-02-20")
    assert one["chaseable"]["amount_minor"] == 7000
    [listed] = answer(receivables.app, "holds", ana.number, "--as-of", "2026-02-20")
    assert listed["hold_id"] == placed["hold_id"]
    assert number not in type_in(receivables.app, "release", placed["hold_id"], "--on", "2026-02-20")
    assert answer(receivables.app, "holds", ana.number, "--as-of", "2026-02-20") == []
