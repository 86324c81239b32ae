"""Debits of tokens: what failed is tried again by the rules of its network, or by the account's next method."""

from datetime import date, timedelta

import pytest
from tests.gateways.fault_run import simulated_world

from billwright.connectors.payment_simulator import Faults, ledger
from billwright.kernel.tests.builders import make_act
from billwright.payments.models import Payment
from billwright.payments.operations.methods import add_token
from billwright.payments.queries.collections import get_collection, list_collections
from billwright.payments.queries.gateways import get_gateway
from billwright.payments.states import PaymentMethod
from billwright.receivables.tests.builders import make_ana, make_item, reload
from billwright.workflow.gateway_intake import collect_from_token, retry_tokens

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
