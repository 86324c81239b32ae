from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from billwright.catalog.tests.builders import make_product
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money
from billwright.kernel.states import IllegalTransition
from billwright.kernel.tests.builders import make_act
from billwright.rating import operations, queries
from billwright.rating.models import PendingCharge
from billwright.rating.operations import NewAdjustment, NewOneOff
from billwright.subscriptions.tests.builders import make_account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 31)


@pytest.fixture
def account():
    make_product()
    return make_account()


def propose(account, amount="-50.00", *, reason="goodwill", currency="ZAR", **values):
    adjustment = NewAdjustment(
        account_id=account.pk, product=values.pop("product", "hosting"), amount=Money.of(amount, currency),
        text="Goodwill", bill_from=TODAY, **values,
    )  # fmt: skip
    return operations.propose_adjustment(act=make_act(reason=reason), adjustment=adjustment)


def test_an_adjustment_waits_for_approval_and_then_for_a_run(account):
    proposed = propose(account)
    assert (proposed.state, proposed.approved_by) == ("PROPOSED", "")
    approved = operations.approve_adjustment(act=make_act(), charge_id=proposed.id)
    assert (approved.state, str(approved.amount)) == ("READY", "-50.00 ZAR")


def test_a_discarded_adjustment_is_never_billed(account):
    proposed = propose(account)
    operations.discard_charge(act=make_act(), charge_id=proposed.id)
    with pytest.raises(IllegalTransition):
        operations.approve_adjustment(act=make_act(), charge_id=proposed.id)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": " "}, "charge.reason"),
        ({"amount": "0.00"}, "charge.zero"),
        ({"currency": "EUR"}, "charge.currency"),
        ({"product": "unknown"}, "product.not_found"),
        ({"service_to": TODAY}, "charge.period"),
        ({"subscription_id": 0}, "subscription.not_found"),
    ],
)
def test_a_wrong_adjustment_is_refused(account, values, code):
    with pytest.raises((Refusal, NotFound)) as refused:
        propose(account, **values)
    assert refused.value.code == code


def test_the_parent_pays_the_one_off_of_its_child(account):
    child = make_account(number="CHILD", parent=account)
    one_off = NewOneOff(
        account_id=child.pk, product="hosting", text="Set-up", unit_price=Decimal("99.995"), bill_from=TODAY
    )
    charge = operations.add_one_off(act=make_act(), one_off=one_off)
    assert (charge.payer_id, charge.state, str(charge.amount)) == (account.pk, "READY", "100.00 ZAR")
    assert [row.id for row in queries.list_charges(account_id=child.pk)] == [charge.id]


def test_the_database_refuses_a_charge_of_nothing(account):
    charge = propose(account)
    with pytest.raises(IntegrityError, match="charge_is_not_zero"), transaction.atomic():
        PendingCharge.objects.filter(id=charge.id).update(amount_minor=0)
