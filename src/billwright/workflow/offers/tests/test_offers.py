"""Previews of agreements, the progress of a commitment, and an order with a coupon."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.states import PriceModel
from billwright.kernel.errors import Refusal
from billwright.rating.operations import NewCoupon, NewDiscount, NewSpendLimit, create_coupon, set_spend_limit
from billwright.rating.queries import list_discounts
from billwright.subscriptions.operations import NewSubscription
from billwright.subscriptions.queries import list_subscriptions
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)
from billwright.workflow.offers import (
    preview_discount,
    preview_spend_limit,
    spend_limit_progress,
    subscribe_with_coupon,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    make_world()
    make_plan(model=PriceModel.PER_UNIT)
    return make_account("ANA")


def discount(account, **values):
    terms = {"name": "Loyal", "starts_on": day("2026-01-15"), "percent": Decimal(10)} | values
    return NewDiscount(account_id=account.pk, **terms)


def test_a_discount_is_previewed_on_the_next_bill_and_nothing_is_given(ana):
    subscribe(ana)
    bill("2026-01-01")
    found = preview_discount(act=make_act(), discount=discount(ana), as_of=day("2026-01-15"))
    assert (found.reckoned_on, found.before_minor, found.after_minor) == (date(2026, 2, 1), 11500, 10350)
    assert list_discounts(ana.pk) == []
    with pytest.raises(Refusal, match="more than 0"):
        preview_discount(act=make_act(), discount=discount(ana, percent=Decimal(0)), as_of=day("2026-01-15"))


def limit(account, **values):
    terms = {"name": "Volume", "starts_on": day("2026-01-01"), "minimum": Decimal(250)} | values
    return NewSpendLimit(account_id=account.pk, **terms)


def test_a_commitment_is_previewed_and_its_progress_told(ana):
    subscribe(ana)
    found = preview_spend_limit(act=make_act(), limit=limit(ana), as_of=day("2026-01-01"))
    assert found.difference_minor == 17250
    made = set_spend_limit(act=make_act(), limit=limit(ana))
    (before,) = spend_limit_progress(act=make_act(), spend_limit_id=made.id, as_of=day("2026-01-10"))
    assert (str(before.billed), str(before.unbilled), before.percent) == ("0.00 ZAR", "100.00 ZAR", 40)
    bill("2026-01-01")
    (after,) = spend_limit_progress(act=make_act(), spend_limit_id=made.id, as_of=day("2026-01-10"))
    assert (str(after.billed), str(after.unbilled), str(after.missing)) == ("100.00 ZAR", "0.00 ZAR", "150.00 ZAR")
    assert (after.period_from, after.period_to) == (date(2026, 1, 1), date(2026, 2, 1))


def order(account, code):
    row = NewSubscription(
        account_id=account.pk, plan="basic", ordered_on=day("2026-01-01"), starts_on=day("2026-01-01")
    )
    return subscribe_with_coupon(act=make_act(), row=row, code=code, on=day("2026-01-01"))


def test_an_order_with_a_coupon_is_billed_with_its_discount_or_not_made_at_all(ana):
    coupon = NewCoupon(code="START", name="Start", valid_from=day("2026-01-01"), percent=Decimal(50), periods=1)
    create_coupon(act=make_act(), coupon=coupon)
    order(ana, "start")
    bill("2026-01-01")
    bill("2026-02-01")
    assert [net for _account, _kind, net, *_rest in documents()] == [5000, 10000]
    with pytest.raises(Refusal, match="has used"):
        order(ana, "start")
    with pytest.raises(Refusal, match="no coupon"):
        order(ana, "nope")
    assert len(list_subscriptions(account_ids=[ana.pk])) >= 1
