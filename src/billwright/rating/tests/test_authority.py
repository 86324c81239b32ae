"""Four eyes over an adjustment: never the proposer, and only within the approver's limit (duty H39)."""

from datetime import date

import pytest

from billwright.access.states import Role
from billwright.access.tests.builders import act_of, make_limit, make_user
from billwright.catalog.tests.builders import make_product
from billwright.kernel.errors import NotAllowed
from billwright.kernel.money import Money
from billwright.rating import operations
from billwright.rating.operations import NewAdjustment
from billwright.subscriptions.tests.builders import make_account

pytestmark = pytest.mark.django_db


def propose(user, amount):
    adjustment = NewAdjustment(
        account_id=make_account().pk, product="hosting", amount=Money.of(amount, "ZAR"), text="Goodwill",
        bill_from=date(2026, 1, 31),
    )  # fmt: skip
    return operations.propose_adjustment(act=act_of(user, reason="late repair"), adjustment=adjustment)


@pytest.fixture
def ana():
    make_product()
    make_limit(Role.BILLING_SPECIALIST, "adjustment.approve", 100_00)
    return make_user("ana", Role.BILLING_SPECIALIST)


def test_the_proposer_does_not_approve(ana):
    proposed = propose(ana, "-50.00")
    with pytest.raises(NotAllowed) as refused:
        operations.approve_adjustment(act=act_of(ana), charge_id=proposed.id)
    assert "another person" in refused.value.message


def test_a_colleague_approves_within_the_limit_and_not_above(ana):
    boris = make_user("boris", Role.BILLING_SPECIALIST)
    within = propose(ana, "-100.00")
    assert operations.approve_adjustment(act=act_of(boris), charge_id=within.id).approved_by == boris.actor


def test_above_the_limit_a_colleague_is_refused_and_the_finance_manager_is_not(ana):
    boris, clara = make_user("boris", Role.BILLING_SPECIALIST), make_user("clara", Role.FINANCE_MANAGER)
    above = propose(ana, "-100.01")
    with pytest.raises(NotAllowed, match="above your authority limit"):
        operations.approve_adjustment(act=act_of(boris), charge_id=above.id)
    assert operations.approve_adjustment(act=act_of(clara), charge_id=above.id).state == "READY"


def test_a_service_desk_agent_proposes_and_does_not_approve(ana):
    agent = make_user("dora", Role.SERVICE_DESK_AGENT)
    proposed = propose(ana, "-1.00")
    with pytest.raises(NotAllowed):
        operations.approve_adjustment(act=act_of(agent), charge_id=proposed.id)
