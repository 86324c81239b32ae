"""H52: Flag fraudulent or suspicious account/payment activity (chargeback history, many cards, refund to a new account)
and hold action.
"""

from datetime import UTC, datetime

import pytest
from tests.duties.people import on, person, type_in
from tests.gateways.fault_run import simulated_world

from billwright.access.states import Role
from billwright.interfaces.cli import fraud, payments, refund
from billwright.interfaces.jobs.gateways import work_all_gateways
from billwright.kernel.errors import Refusal
from billwright.payments.models import StoredMethod
from billwright.payments.states import PaymentMethod
from billwright.receivables.tests.builders import make_ana, make_cash, reload

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H52")]
IBAN = "DE89 3704 0044 0532 0130 00"


def ask(account, amount, *words):
    cash = make_cash(account, amount)
    source = ("--account", account.number, "--cash", cash.pk, "--reason", "Paid twice", "--route", "TO_ACCOUNT")
    return type_in(refund.app, "ask", amount, *source, "--to", IBAN, "--holder", "Ana Botha", *words)


def make_method(account, number, kind=PaymentMethod.CARD):
    at = datetime(2026, 3, 1, tzinfo=UTC)
    StoredMethod.objects.create(
        legal_entity_id=account.legal_entity_id,
        account_id=account.id,
        kind=kind,
        provider="" if kind == PaymentMethod.DIRECT_DEBIT else "stripe",
        sealed=b"x",
        fingerprint=f"{kind}{number}",
        label=f"•••• {number}",
        holder="Ana Botha",
        currency="ZAR",
        valid_from=at.date(),
        changed_at=at,
        recorded_by="user:1",
        recorded_at=at,
    )


def test_h52_a_refund_to_a_new_account_is_held_until_another_person_clears_it():
    ana, agnes, fred = make_ana(), person("agnes", Role.CASH_APPLIER), person("fred", Role.FINANCE_MANAGER)
    # A wallet is no bank account: that it was left lately says nothing of bank details.
    make_method(ana, 1, kind=PaymentMethod.WALLET)
    with on("2026-03-05"):
        order = ask(ana, "60.00", "--as", "agnes")
        [flag] = fred.api("get", "/fraud-flags")["data"]
        assert (flag["kind"], flag["subject"]) == ("REFUND_TO_NEW_ACCOUNT", f"refund_order:{order['id']}")
        assert "No money came from" in fred.reads("refund", order["id"])
        refused = fred.sends("refund-approve", order["id"], expecting=409)
        assert "This is held" in refused.content.decode()
        agnes.sends("fraud-flag-clear", flag["id"], expecting=403, reason="It is mine")
        fred.sends("fraud-flag-clear", flag["id"], reason="Called the customer back on the known number")
        fred.sends("refund-approve", order["id"])
    assert type_in(refund.app, "show", order["id"])["state"] == "APPROVED"


def test_h52_many_cards_and_changed_details_by_thresholds_of_the_company():
    ana = make_ana()
    for number in range(4):
        make_method(ana, number)
    make_method(ana, "bank", kind=PaymentMethod.DIRECT_DEBIT)
    threshold = ("--entity", "KAROO", "--more-than", "0", "--days", "730")
    type_in(fraud.app, "rule", "REFUND_TO_NEW_ACCOUNT", *threshold, "--off")
    with on("2026-03-05"):
        order = ask(ana, "60.00")
        kinds = {row["kind"]: row for row in type_in(fraud.app, "list")}
        assert set(kinds) == {"MANY_CARDS", "DETAILS_CHANGED"}
        assert kinds["MANY_CARDS"]["why"] == "4 cards were left with this account within 30 days."
        type_in(fraud.app, "clear", kinds["MANY_CARDS"]["id"], "--reason", "A family", "--as", person_named("lea"))
        type_in(fraud.app, "confirm", kinds["DETAILS_CHANGED"]["id"], "--reason", "Not theirs", "--as", "lea")
        with pytest.raises(Refusal) as refused:
            type_in(refund.app, "approve", order["id"], "--as", "lea")
    assert refused.value.code == "fraud.held"


def test_h52_after_a_chargeback_no_money_goes_back_but_by_an_order_that_another_person_saw():
    ana, fred, lea = make_ana(), person("fred", Role.FINANCE_MANAGER), person("lea", Role.FINANCE_MANAGER)
    cash = make_cash(ana, "60.00")
    with simulated_world(ana, kinds=("hosted_page",), shares={}) as world, on("2026-03-05"):
        [gateway_id] = world.gateways
        world.debit(gateway_id, "CARD-1", 50_000)
        simulated = world.gateways[gateway_id]
        simulated.charge_back(*simulated.ledger.by_key.values())
        world.deliver(gateway_id, faulty=False)
        work_all_gateways(0)
        order = ask(ana, "40.00", "--as", "fred")
        seen = {row["kind"]: row for row in type_in(fraud.app, "list")}
        assert seen["CHARGEBACK_HISTORY"]["why"] == "1 chargeback on this account within 365 days."
        # Neither while the flags stand nor once they are cleared is there a way round the order, at any door.
        book = {"amount": "60.00", "value_date": "2026-03-05", "method": "BANK_TRANSFER", "reason": "Paid twice"}
        assert "This is held" in fred.sends("cash-refund", cash.pk, expecting=422, **book).content.decode()
        for flag in seen.values():
            lea.sends("fraud-flag-clear", flag["id"], reason="Called the customer back on the known number")
        words = ("60.00", "--account", ana.number, "--cash", cash.pk, "--value-date", "2026-03-05", "--reason", "Twice")
        with pytest.raises(Refusal) as direct:
            type_in(payments.app, "refund", *words)
        lea.sends("refund-approve", order["id"])
    assert (direct.value.code, reload(cash).open_minor) == ("fraud.held", 6000)
    assert type_in(refund.app, "show", order["id"])["state"] == "APPROVED"


def person_named(name):
    return person(name, Role.FINANCE_MANAGER).name
