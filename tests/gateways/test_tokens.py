"""Debits of tokens: what failed is tried again by the rules of its network, or by the account's next method."""

from datetime import date, timedelta

import pytest
from django.db.transaction import atomic
from tests.duties.people import Person
from tests.gateways.fault_run import simulated_world

from billwright.access.operations.roles import set_limit
from billwright.access.states import Role
from billwright.connectors.payment_simulator import Faults, ledger
from billwright.kernel import clock
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.payments.collecting_rows import BankDetails
from billwright.payments.models import Collection, GatewayPayment, Payment
from billwright.payments.operations.methods import add_token
from billwright.payments.queries.collections import get_collection, list_collections
from billwright.payments.queries.gateways import get_gateway
from billwright.payments.states import BankDetailsKind, PaymentMethod
from billwright.receivables.tests.builders import make_ana, make_item, reload
from billwright.workflow.approvals import decide_approval, request_approval
from billwright.workflow.collecting import record_failure
from billwright.workflow.collecting.tests.builders import make_company, make_mandate, make_payer, submitted
from billwright.workflow.gateway_intake import begin_debit, charge_unasked, collect_from_token, retry_tokens
from billwright.workflow.gateway_intake.allowing import DebitNotAllowed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 2, 10)


def keep(account, gateway, token):
    return add_token(
        act=make_act(), account_id=account.id, kind=PaymentMethod.CARD, provider=gateway.name, token=token,
        label="card ending 4242", holder="Ana", valid_from=date(2026, 1, 1),
    )  # fmt: skip


@pytest.fixture
def declining(monkeypatch):
    """A world in which the first debit is declined with one code of Visa."""

    def made(account, code):
        monkeypatch.setattr(ledger, "DECLINES", (("visa", code, "No."),))
        return simulated_world(account, kinds=("hosted_page",), shares={ledger.FaultKind.DECLINE: 1.0})

    return made


def test_a_debit_without_funds_is_tried_again_and_paid_once(declining):
    ana = make_ana()
    item = make_item(ana, "115.00", due="2026-02-01")
    with declining(ana, "51") as world:
        [gateway_id] = world.gateways
        method = keep(ana, get_gateway(gateway_id), "tok-1")
        failed = collect_from_token(act=world.act(), stored_method_id=method.id, on=TODAY)
        assert (failed.state, failed.code, failed.kind, failed.plan) == ("FAILED", "51", "retry_later", "RETRY")
        assert reload(item).open_minor == 11_500
        world.gateways[gateway_id].ledger.faults = Faults(1, {})
        assert retry_tokens(act=world.act(), on=failed.retry_on - timedelta(days=1)) == 0
        assert retry_tokens(act=world.act(), on=failed.retry_on) == 1
        assert retry_tokens(act=world.act(), on=failed.retry_on) == 0
        world.deliver(gateway_id)
        world.work(gateway_id)
    first, second = list_collections(account_id=ana.id)
    assert (first.state, second.state, second.attempt_no) == ("FAILED", "PAID", 2)
    assert Payment.objects.get().pk == second.payment_id
    assert reload(item).open_minor == 0


@pytest.mark.parametrize("kind", ["stripe", "payfast_style"])
def test_a_decline_is_entered_whatever_the_gateway_says_of_it(kind):
    ana = make_ana()
    item = make_item(ana, "115.00", due="2026-02-01")
    with simulated_world(ana, kinds=(kind,), shares={ledger.FaultKind.DECLINE: 1.0}) as world:
        [gateway_id] = world.gateways
        method = keep(ana, get_gateway(gateway_id), "tok-1")
        failed = collect_from_token(act=world.act(), stored_method_id=method.id, on=TODAY)
    assert (failed.state, bool(failed.plan), reload(item).open_minor) == ("FAILED", True, 11_500)


def test_a_card_that_will_never_pay_is_left_for_the_next_one(declining):
    ana = make_ana()
    make_item(ana, "115.00", due="2026-02-01")
    with declining(ana, "14") as world:
        [gateway_id] = world.gateways
        first, second = (keep(ana, get_gateway(gateway_id), token) for token in ("tok-1", "tok-2"))
        failed = collect_from_token(act=world.act(), stored_method_id=first.id, on=TODAY)
        assert (failed.kind, failed.plan, failed.fallback_method_id) == ("never_again", "FALLBACK", second.id)
        world.gateways[gateway_id].ledger.faults = Faults(1, {})
        assert retry_tokens(act=world.act(), on=TODAY) == 1
        paid = list_collections(account_id=ana.id, state="PAID")
        assert [row.stored_method_id for row in paid] == [second.id]
        payment = world.gateways[gateway_id].ledger.by_reference[paid[0].end_to_end]
        world.gateways[gateway_id].charge_back(payment)
        world.deliver(gateway_id, faulty=False)
        world.work(gateway_id)
    taken_back = get_collection(paid[0].id)
    assert (taken_back.state, taken_back.kind, taken_back.plan) == ("RETURNED", "disputed", "ANSWER")


def test_a_card_takes_up_a_debit_order_that_failed(declining):
    entity, _bank = make_company("KAROO", scheme="za-eft", currency="ZAR", service_key="KEY", lead_days="2")
    ana = make_payer(entity)
    details = BankDetails(kind=BankDetailsKind.ZA, branch="250655", number="62001234567", account_type="1")
    make_mandate(ana, scheme="za-eft", details=details)
    item = make_item(ana, "115.00", due="2026-02-01", dated="2026-01-10")
    with declining(ana, "51") as world:
        [gateway_id] = world.gateways
        world.gateways[gateway_id].ledger.faults = Faults(1, {})
        card = keep(ana, get_gateway(gateway_id), "tok-1")
        run = submitted(entity, scheme="za-eft", day=date(2026, 2, 10), at="2026-02-05T09:00:00")
        [debit] = list_collections(run_id=run.id)
        failed = record_failure(act=make_act(at="2026-02-10T08:00:00"), collection_id=debit.id, code="12", on=TODAY)
        assert (failed.plan, failed.fallback_method_id) == ("FALLBACK", card.id)
        assert retry_tokens(act=world.act(), on=TODAY) == 1
        assert retry_tokens(act=world.act(), on=TODAY) == 0
        assert world.gateways[gateway_id].ledger.sums()["PAYMENT"] == 11_500
    paid = list_collections(account_id=ana.id, state="PAID")
    assert [(row.takes_up_id, row.stored_method_id) for row in paid] == [(debit.id, card.id)]
    assert reload(item).open_minor == 0


def test_no_debit_goes_beyond_the_limits_of_its_network(declining):
    ana = make_ana()
    make_item(ana, "115.00", due="2026-02-01")
    with declining(ana, "51") as world:
        [gateway_id] = world.gateways
        method = keep(ana, get_gateway(gateway_id), "tok-1")
        failed = collect_from_token(act=world.act(), stored_method_id=method.id, on=TODAY)
        # Fifteen more of the same card and amount within the month, each decided on by a person anew.
        asked = GatewayPayment.objects.get(reference=failed.end_to_end)
        for number in range(2, 17):
            again = Collection.objects.get(pk=failed.id)
            again.pk, again.end_to_end, again.resolved_at, again.plan = None, f"C-{number}", world.at, ""
            again.save(force_insert=True)
            asked.pk, asked.reference = None, again.end_to_end
            asked.save(force_insert=True)
        with pytest.raises(DebitNotAllowed) as refused, atomic():
            begin_debit(act=world.act(), stored_method_id=method.id, on=failed.retry_on, takes_up_id=failed.id)
        assert refused.value.earliest == TODAY + timedelta(days=30)
        assert retry_tokens(act=world.act(), on=failed.retry_on) == 0
        put_off = get_collection(failed.id)
        assert (put_off.plan, put_off.retry_on) == ("RETRY", TODAY + timedelta(days=30))
        assert len(world.gateways[gateway_id].ledger.by_reference) == 1


def test_debit_now_on_the_page_waits_for_a_second_person_above_the_limit(declining):
    ana = make_ana()
    item = make_item(ana, "115.00", due="2026-02-01")
    set_limit(
        act=make_act(), role=Role.CASH_APPLIER, verb_pattern="collection.collect_by_token", currency="ZAR",
        limit_minor=10_000, valid_from=date(2026, 1, 1),
    )  # fmt: skip
    carla, faisal = Person("carla", (Role.CASH_APPLIER,)), Person("faisal", (Role.FINANCE_MANAGER,))
    with declining(ana, "51") as world, clock.standing_at(world.at):
        [gateway_id] = world.gateways
        world.gateways[gateway_id].ledger.faults = Faults(1, {})
        method = keep(ana, get_gateway(gateway_id), "tok-1")
        assert "Debit now" in carla.reads("stored-method", method.id)
        carla.sends("stored-method-debit", method.id, amount="15.00")
        assert reload(item).open_minor == 10_000
        refused = carla.sends("stored-method-debit", method.id, amount="100.01", expecting=403)
        assert "above your authority limit" in refused.content.decode()
        with atomic():
            asked = request_approval(
                act=make_act(actor=carla.actor, at="2026-02-10T08:30:00", reason="He said so on the phone."),
                verb="collection.collect_by_token",
                arguments={"stored_method_id": method.id, "on": TODAY, "amount": Money(10_000, "ZAR")},
            )
            done = decide_approval(
                act=make_act(actor=faisal.actor, at="2026-02-10T09:00:00"), approval_id=asked.id, approve=True
            )
        assert done.state == "EXECUTED", done
        assert reload(item).open_minor == 10_000
        world.at += timedelta(minutes=90)
        assert charge_unasked(act=world.act(), gateway_id=gateway_id) == 1
        assert charge_unasked(act=world.act(), gateway_id=gateway_id) == 0
    assert reload(item).open_minor == 0
    assert "Paid" in faisal.reads("stored-method", method.id)


def test_a_program_keeps_a_token_of_the_accounts_own_gateway_and_debits_it():
    ana, boris = make_ana(), make_payer(make_company("OTHER", currency="ZAR")[0])
    make_item(ana, "115.00", due="2026-02-01")
    faisal = Person("faisal", (Role.FINANCE_MANAGER,))
    with simulated_world(ana, kinds=("hosted_page",), shares={}) as world, clock.standing_at(world.at):
        [gateway_id] = world.gateways
        given = {"provider": get_gateway(gateway_id).name, "token": "tok-7", "label": "card ending 4242"}
        door = f"/accounts/{ana.id}/stored-tokens"
        kept = faisal.api("post", door, {**given, "reason": "Agreed by telephone"}, status=201)
        assert (kept["label"], kept["holder"]) == ("SIMULATOR card ending 4242", ana.shown_name)
        assert "tok-7" not in str(kept)
        assert faisal.api("post", door, given, status=201)["id"] == kept["id"]
        paid = faisal.api("post", f"/stored-methods/{kept['id']}/debits", {}, status=201)
        assert (paid["state"], paid["amount"]["amount"]) == ("PAID", "115.00")
        for wrong, code in (
            ({"provider": "nobody"}, "stored_method.gateway"),
            ({"label": "4111 1111 1111 1111"}, "card_number.refused"),
        ):
            assert faisal.api("post", door, {**given, **wrong, "token": "tok-8"}, status=422)["code"] == code
        other = faisal.api("post", f"/accounts/{boris.id}/stored-tokens", given, status=422)
        assert other["code"] == "stored_method.gateway"
