"""S20: Reconcile gateway and portal payouts to bank deposits: gross, fees, refunds, chargebacks per payout, with the
unexplained remainder as a work item.

A simulated gateway takes three payments, gives one back in part and loses one to a chargeback; the bank pays ten rand
less than the gateway says.
"""

import pytest
from tests.duties.people import on, person, type_in
from tests.gateways.fault_run import simulated_world

from billwright.access.states import Role
from billwright.interfaces.cli import bank, gateway, report
from billwright.interfaces.jobs.gateways import settle_payouts, work_all_gateways
from billwright.kernel.errors import Refusal
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.models import OwnBankAccount
from billwright.payments.operations import payouts
from billwright.payments.queries.gateways import get_gateway
from billwright.receivables.tests.builders import make_ana, make_item, reload

pytestmark = [pytest.mark.django_db, pytest.mark.duty("S20")]

STATEMENT = """\
Account,62001
Date,SERVICE FEE,Amount,DESCRIPTION,REFERENCE,Balance,CHEQUE NUMBER
2026/02/12,0.00,{amount},PAYOUT {key},,{amount},0
"""


def balance(account, role):
    return control_balance(legal_entity_id=account.legal_entity_id, role=role).get("ZAR", 0)


def paid_day(world, gateway_id):
    """Three payments, a refund in part, a chargeback, and the payout of what is left."""
    simulated = world.gateways[gateway_id]
    for number, amount in enumerate((50_000, 30_000, 20_000)):
        world.debit(gateway_id, f"DAY-{number}", amount)
    payments = list(simulated.ledger.by_key.values())
    simulated.refund(payments[0], reference="by hand", amount_minor=5_000)
    simulated.charge_back(payments[2])
    key = simulated.pay_out(on=world.at.date())
    world.deliver(gateway_id, faulty=False)
    return simulated.ledger.payouts[key]


def test_s20_a_payout_is_explained_but_for_what_the_bank_did_not_pay(tmp_path):
    ana = make_ana()
    invoice = make_item(ana, "1000.00", due="2026-01-31")
    account = OwnBankAccount.objects.create(
        legal_entity_id=ana.legal_entity_id, label="Payouts", holder="Us", account_number="62001", currency_id="ZAR"
    )
    cashier, finance = person("cleo", Role.CASH_APPLIER), person("fin", Role.FINANCE_MANAGER)
    with simulated_world(ana, kinds=("hosted_page",), shares={}) as world:
        [gateway_id] = world.gateways
        settings = {"settings": get_gateway(gateway_id).settings, "bank_account_id": account.pk}
        with on("2026-02-10"):
            finance.api("post", f"/gateways/{gateway_id}/change", settings)
            payout = paid_day(world, gateway_id)
            assert payout.net_minor == 100_000 - 5_000 - 20_000 - 2_900 - 1_500
            work_all_gateways(0)
        [told] = cashier.api("get", "/payouts")["data"]
        sums = {name: told[name]["amount"] for name in ("gross", "refunds", "chargebacks", "fees", "net", "remainder")}
        assert sums == {
            "gross": "1000.00", "refunds": "-50.00", "chargebacks": "-200.00", "fees": "44.00", "net": "706.00",
            "remainder": "0.00",
        }  # fmt: skip
        assert told["state"] == "REPORTED"
        assert reload(invoice).open_minor == 25_000
        file = tmp_path / "statement.csv"
        file.write_text(STATEMENT.format(amount="696.00", key=payout.key))
        with on("2026-02-12"):
            type_in(bank.app, "import", file, "--account", "62001")
            settle_payouts(0)
            [open_work] = type_in(gateway.app, "payouts", "--state", "UNEXPLAINED")
            assert (open_work["deposit"]["amount_minor"], open_work["remainder"]["amount_minor"]) == (69_600, -1_000)
            assert "SIMULATOR" in cashier.reads("gateway-payout", open_work["id"])
            cashier.sends("gateway-payout-assign", open_work["id"])
            given = {"reason": "The bank kept a fee for the transfer", "is_charge": "on", "on": "2026-02-12"}
            cashier.sends("gateway-payout-resolve", open_work["id"], expecting=403, **given)
            finance.sends("gateway-payout-resolve", open_work["id"], **given)
    [ended] = type_in(gateway.app, "payouts")
    assert (ended["state"], ended["owner"], ended["resolved_by"]) == ("RESOLVED", cashier.actor, finance.actor)
    roles = (LedgerRole.BANK_CLEARING, LedgerRole.BANK, LedgerRole.BANK_CHARGES)
    assert [balance(ana, role) for role in roles] == [0, 69_600, 2_900 + 1_500 + 1_000]
    assert type_in(report.app, "reconcile")["ties"] is True


def test_s20_a_webhook_that_never_came_is_told_by_the_payout():
    ana = make_ana()
    with simulated_world(ana, kinds=("stripe",), shares={}) as world, on("2026-02-10"):
        [gateway_id] = world.gateways
        world.debit(gateway_id, "DAY-1", 50_000)
        simulated = world.gateways[gateway_id]
        [payment] = simulated.ledger.by_key.values()
        simulated.refund(payment, reference="by hand", amount_minor=5_000)
        simulated.pay_out(on=world.at.date())
        simulated.told.clear()
        assert balance(ana, LedgerRole.BANK_CLEARING) == 50_000
        assert settle_payouts(0) > 0
        [payout] = type_in(gateway.app, "payouts")
    assert (payout["refunds"]["amount_minor"], payout["remainder"]["amount_minor"]) == (-5_000, 0)
    assert balance(ana, LedgerRole.BANK_CLEARING) == 45_000 - 1_450
    assert balance(ana, LedgerRole.UNALLOCATED_CASH) == -45_000


def test_s20_a_chargeback_has_its_evidence_and_its_deadline():
    ana = make_ana()
    make_item(ana, "500.00")
    cashier = person("cleo", Role.CASH_APPLIER)
    with simulated_world(ana, kinds=("hosted_page",), shares={}) as world, on("2026-02-10"):
        [gateway_id] = world.gateways
        world.debit(gateway_id, "DAY-1", 50_000)
        simulated = world.gateways[gateway_id]
        [payment] = simulated.ledger.by_key.values()
        simulated.charge_back(payment)
        world.deliver(gateway_id, faulty=False)
        work_all_gateways(0)
        [row] = cashier.api("get", "/chargebacks")["data"]
        assert (row["amount"]["amount"], row["deadline"], row["state"]) == ("500.00", "2026-02-17", "OPEN")
        assert "2026" in cashier.reads("gateway-chargeback", row["id"])
        evidence = cashier.opens("gateway-evidence", row["id"]).content
        assert evidence.startswith(b"PK")
        assert b"summary.txt" in evidence
        assert b"documents/" in evidence
        cashier.sends("gateway-chargeback-contest", row["id"])
        simulated.decide(payment, is_won=True)
        world.deliver(gateway_id, faulty=False)
        work_all_gateways(0)
        [row] = cashier.api("get", "/chargebacks")["data"]
    assert (row["state"], row["evidence_file_id"] is not None) == ("WON", True)
    assert balance(ana, LedgerRole.RECEIVABLES) == 0


def test_s20_a_payout_that_is_refused_stops_no_other(monkeypatch):
    ana = make_ana()
    with simulated_world(ana, kinds=("hosted_page",), shares={}) as world, on("2026-02-10"):
        [gateway_id] = world.gateways
        for number in range(3):
            world.debit(gateway_id, f"DAY-{number}", 50_000)
            world.gateways[gateway_id].pay_out(on=world.at.date())
        world.gateways[gateway_id].told.clear()
        first, *others = sorted(world.gateways[gateway_id].ledger.payouts)

        def settled(name, is_refused):
            real = getattr(payouts, name)

            def one(**given):
                if is_refused(given):
                    raise Refusal("period.none_open", "No period is open.")
                return real(**given)

            with monkeypatch.context() as patch:
                patch.setattr(payouts, name, one)
                return settle_payouts(0)

        settled("add_payout", lambda given: given["payout"].payout_key == first)
        assert {row["payout_key"] for row in type_in(gateway.app, "payouts")} == set(others)
        assert settle_payouts(0) == 2 + 1
        [newest, *_] = type_in(gateway.app, "payouts")
        assert settled("end_payout", lambda given: given["payout_id"] == newest["id"]) == 2
