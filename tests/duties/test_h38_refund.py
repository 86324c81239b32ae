"""H38: Refund in full or part to source or bank, limited by authority, never more than was received, with proof."""

import io
import re
from contextlib import contextmanager
from datetime import date

import pytest
from django.urls import reverse
from tests.duties.people import on, person, say, type_in

from billwright.access.states import Role
from billwright.access.tests.builders import make_limit
from billwright.files.queries import read_content
from billwright.interfaces.cli import bank, fraud, payments, receivables, refund
from billwright.kernel import outbox
from billwright.kernel.clock import now
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.payments.models import RefundOrder
from billwright.payments.ports.refunds import (
    SourceAnswer,
    SourceOutcome,
    credit_transfer_files,
    refunds_to_source,
    wire_refunds,
)
from billwright.receivables.models import UnallocatedCash
from billwright.receivables.tests.builders import make_ana, make_item
from billwright.workflow.bank_inbox.tests.builders import mt940
from billwright.workflow.collecting.tests.builders import ANA_IBAN, OWN_IBAN, make_company, make_payer

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H38")]
IBAN = "DE89 3704 0044 0532 0130 00"


def receive(account, amount, *words, key="BANK-1"):
    asked = (amount, "--key", key, "--value-date", "2026-02-10", "--account", account.number)
    return type_in(payments.app, "receive", *asked, *words)


def left_of(account):
    return [piece["left"]["amount_minor"] for piece in type_in(receivables.app, "cash", account.number)]


def ask(account, cash_id, amount, *words):
    destination = ("--route", "TO_ACCOUNT", "--to", IBAN, "--holder", "Ana Botha")
    where = ("--account", account.number, "--cash", cash_id, "--reason", "Paid twice")
    return type_in(refund.app, "ask", amount, *where, *destination, *words)


class Gateway:
    """Takes refunds, and says what it was told to say."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def took(self, payment_id):
        return True

    def send_back(self, *, payment_id, amount, reference, reason):
        self.asked.append((str(amount), reference))
        return SourceOutcome(answer=self.answer, reference="re_1", message="Card closed")


@contextmanager
def gateway(answer):
    before, now_wired = refunds_to_source(), Gateway(answer)
    wire_refunds(to_source=now_wired, files=credit_transfer_files())
    yield now_wired
    wire_refunds(to_source=before, files=credit_transfer_files())


def test_h38_asked_by_one_approved_by_another_and_booked_with_its_proof():
    ana, agent, lead = make_ana(), person("agnes", Role.SERVICE_DESK_AGENT), person("lea", Role.TEAM_LEAD)
    finance = person("fred", Role.FINANCE_MANAGER)
    cash_id = receive(ana, "100.00")["cash_id"]
    form = {"amount": "60.00", "route": "TO_ACCOUNT", "holder": "Ana Botha", "reason": "Paid twice"}
    with on("2026-02-20"):
        agent.sends("refund-ask-cash", cash_id, expecting=422, account_number="DE89 3704 0044 0532 0130 01", **form)
        agent.sends("refund-ask-cash", cash_id, account_number=IBAN, **form)
        [order] = agent.api("get", "/refund-orders")["data"]
        assert (order["state"], order["destination"]) == ("REQUESTED", "DE89 •••• 3000")
        assert IBAN.replace(" ", "") not in agent.reads("refund", order["id"])
        # The rules have not seen this bank account before: another person has looked.
        [flag] = finance.api("get", "/fraud-flags")["data"]
        finance.sends("fraud-flag-clear", flag["id"], reason="Called the customer back")
        # Within her limit the team lead may; above it the page says who.
        make_limit(Role.TEAM_LEAD, "refund_order.approve", amount_minor=5000)
        refused = lead.sends("refund-approve", order["id"], expecting=403)
        assert "above your authority limit" in refused.content.decode()
        finance.sends("refund-approve", order["id"])
        proof = io.BytesIO(b"%PDF paid out")
        proof.name = "confirmation.pdf"
        finance.sends("refund-paid-out", order["id"], value_date="2026-02-20", reference="ABSA 77", proof=proof)
    done = RefundOrder.objects.get(pk=order["id"])
    assert (done.state, done.refund.number, done.refund.amount_minor) == ("DONE", "RF-000001", 6000)
    assert "confirmation.pdf" in finance.reads("refund", order["id"])
    assert left_of(ana) == [4000]


def test_h38_an_unapplied_credit_note_offers_it_on_its_page():
    ana, agent = make_ana(), person("agnes", Role.SERVICE_DESK_AGENT)
    owed, credit = make_item(ana, "80.00"), make_item(ana, "-50.00")
    door = reverse("web:refund-ask-credit", args=[credit.pk])
    assert door in agent.reads("invoice", credit.invoice_id)
    assert "refund-order" not in agent.reads("invoice", owed.invoice_id)
    form = {"route": "TO_ACCOUNT", "holder": "Ana Botha", "account_number": IBAN, "reason": "Cancelled"}
    agent.sends("refund-ask-credit", credit.pk, expecting=422, amount="50.01", **form)
    agent.sends("refund-ask-credit", credit.pk, amount="50.00", **form)
    [order] = agent.api("get", "/refund-orders")["data"]
    assert (order["credit_item_id"], order["amount"]["amount"]) == (credit.pk, "50.00")


def test_h38_never_more_than_is_left_nor_twice_nor_by_the_same_person():
    ana = make_ana()
    finance = person("fred", Role.FINANCE_MANAGER)
    cash_id = receive(ana, "100.00")["cash_id"]
    first = ask(ana, cash_id, "60.00", "--as", "fred")
    with pytest.raises(Refusal) as above:
        ask(ana, cash_id, "40.01")
    type_in(refund.app, "cancel", first["id"], "--reason", "A slip")
    first = ask(ana, cash_id, "50.00", "--as", "fred")
    with pytest.raises(Refusal) as again:
        ask(ana, cash_id, "50.00")
    with pytest.raises(NotAllowed) as alone:
        type_in(refund.app, "approve", first["id"], "--as", finance.name)
    with pytest.raises(Refusal) as unapproved:
        type_in(refund.app, "to-source", first["id"], "--value-date", "2026-02-20")
    codes = [refused.value.code for refused in (above, again, alone, unapproved)]
    assert codes == [
        "refund_order.exceeds_left",
        "refund_order.looks_repeated",
        "access.same_person",
        "state.illegal_transition",
    ]
    assert ask(ana, cash_id, "50.00", "--again")["state"] == "REQUESTED"


def test_h38_to_the_card_it_came_from_and_back_when_the_card_is_closed():
    ana, day = make_ana(), ("--value-date", "2026-02-20")
    cash_id = receive(ana, "100.00", "--method", "CARD")["cash_id"]
    source = ("--account", ana.number, "--cash", cash_id, "--reason", "Cancelled", "--route", "TO_GATEWAY")
    for amount, answer, state, left in (
        ("30.00", SourceAnswer.ACCEPTED, "DONE", [7000]),
        ("70.00", SourceAnswer.DECLINED, "FAILED", [7000]),
    ):
        with gateway(answer) as stripe:
            order = type_in(refund.app, "ask", amount, *source)
            type_in(refund.app, "approve", order["id"])
            type_in(refund.app, "to-source", order["id"], *day)
            with on("2026-02-21"):
                outbox.deliver_waiting(at=now())
            assert stripe.asked == [(f"{amount} ZAR", order["end_to_end"])]
        assert type_in(refund.app, "show", order["id"])["state"] == state
        assert left_of(ana) == left
    # What came back is a receipt of the day on which the gateway said no.
    back = RefundOrder.objects.get(state="FAILED").came_back
    assert (back.value_date, back.amount_minor, back.source) == (date(2026, 2, 21), 7000, "refund-came-back")


def test_h38_to_the_bank_account_it_came_from_in_a_file_for_the_bank(tmp_path):
    company, ours = make_company()
    ana, statement, send = make_payer(company), tmp_path / "march.sta", ("--from", ours.pk, "--on", "2026-03-13")
    came = ("260310", "100.00", f"/IBAN/{ANA_IBAN}/NAME/Ana Botha/REMI/deposit")
    statement.write_text(mt940(came, iban=OWN_IBAN, currency="EUR"))
    with on("2026-03-12"):
        say(bank.app, "import", str(statement), "--receive")
        waiting = UnallocatedCash.objects.get()
        type_in(receivables.app, "move", waiting.pk, f"{ana.number}=100.00", "--reason", "Hers")
        [cash] = type_in(receivables.app, "cash", ana.number)
        source = ("--account", ana.number, "--cash", cash["cash_id"], "--reason", "Paid twice", "--route", "TO_SOURCE")
        order = type_in(refund.app, "ask", "60.00", *source)
        # Nobody typed where it goes: the bank's statement told, and no rule looks twice at that.
        assert (order["destination"], type_in(fraud.app, "list")) == ("NL91 •••• 4300", [])
        with pytest.raises(Refusal) as unapproved:
            type_in(refund.app, "file", order["id"], *send)
        type_in(refund.app, "approve", order["id"])
        [sent] = type_in(refund.app, "file", order["id"], *send)
        file = read_content(sent["sent_file_id"]).decode()
    assert unapproved.value.code == "state.illegal_transition"
    for element, told in (("InstdAmt", "60.00"), ("EndToEndId", order["end_to_end"]), ("Nm", "Ana Botha")):
        assert re.search(f"<{element}[^>]*>{told}</{element}>", file)
    assert re.findall("<IBAN>(.*)</IBAN>", file) == [OWN_IBAN, ANA_IBAN]
    # In the books it waits in clearing until the statement shows it; then somebody says that it arrived.
    assert control_balance(legal_entity_id=company.id, role=LedgerRole.BANK_CLEARING) == {"EUR": -6000}
    assert left_of(ana) == [4000]
    assert type_in(refund.app, "confirm", order["id"], "--reference", "NL 7")["state"] == "DONE"
