"""Previews of agreements, the progress of a commitment, and an order with a coupon."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.operations import NewPrice
from billwright.catalog.states import PriceModel
from billwright.kernel.errors import Refusal
from billwright.rating.operations import NewCoupon, NewDiscount, NewSpendLimit, create_coupon, set_spend_limit
from billwright.rating.queries import list_discounts
from billwright.subscriptions.operations import (
    NewSubscription,
    PriceRamp,
    PriceStep,
    agree_price_ramp,
    change_price,
)
from billwright.subscriptions.queries import list_items, list_subscriptions
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
    preview_price_ramp,
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
    # January is topped up when it is over.
    found = preview_spend_limit(act=make_act(), limit=limit(ana), as_of=day("2026-01-01"))
    assert found.difference_minor == 0
    found = preview_spend_limit(act=make_act(), limit=limit(ana), as_of=day("2026-02-01"))
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


def ramp(running, **values):
    terms = {
        "plan_charge_id": list_items(running.id)[0].plan_charge_id,
        "subscription_id": running.id,
        "steps": (PriceStep(day("2026-02-01"), Decimal(80)), PriceStep(day("2026-03-01"), Decimal(90))),
        "list_price_from": day("2026-04-01"),
    } | values
    return PriceRamp(**terms)


def agree(asked, as_of="2026-01-15"):
    return agree_price_ramp(act=make_act(), ramp=asked, as_of=day(as_of))


def nets():
    return [net for _account, _kind, net, *_rest in documents()]


def test_each_month_is_billed_at_its_agreed_price_then_at_the_list_price(ana):
    running = subscribe(ana)
    bill("2026-01-01")
    found = preview_price_ramp(act=make_act(), ramp=ramp(running), as_of=day("2026-01-15"))
    assert (found.reckoned_on, found.difference_minor) == (date(2026, 2, 1), -2300)
    agree(ramp(running))
    for month in ("2026-02-01", "2026-03-01", "2026-04-01"):
        bill(month)
    assert nets() == [10000, 8000, 9000, 10000]
    # Back at the list price, the subscription follows the list again.
    new = NewPrice(currency="ZAR", valid_from=day("2026-05-01"), unit_price=Decimal(110))
    change_price(act=make_act(), plan_charge_id=ramp(running).plan_charge_id, price=new)
    bill("2026-05-01")
    assert nets()[-1] == 11000


def test_a_later_list_price_leaves_the_agreed_ones_alone_and_holds_after_them(ana):
    running = subscribe(ana)
    agree(ramp(running))
    new = NewPrice(currency="ZAR", valid_from=day("2026-02-15"), unit_price=Decimal(120))
    change_price(act=make_act(), plan_charge_id=ramp(running).plan_charge_id, price=new)
    for month in ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"):
        bill(month)
    assert nets() == [10000, 8000, 9000, 12000]


def test_prices_of_an_account_reach_all_its_subscriptions_and_repair_what_is_billed(ana):
    running = subscribe(ana)
    subscribe(ana)
    bill("2026-02-01")
    agree(ramp(running, subscription_id=None, account_id=ana.pk, list_price_from=None), as_of="2026-02-10")
    bill("2026-03-01")
    bill("2026-05-01")
    # February and January by list, then February put right and March, then April and May at the last step.
    assert nets() == [40000, 2 * (8000 - 10000) + 2 * 9000, 4 * 9000]


@pytest.mark.parametrize(
    ("values", "code", "row"),
    [
        ({"steps": ()}, "ramp.empty", None),
        ({"account_id": 1}, "ramp.owner", None),
        ({"list_price_from": date(2026, 3, 1)}, "ramp.order", 3),
        ({"steps": (PriceStep(date(2026, 2, 1), Decimal(-1)),)}, "price.negative", 1),
        ({"steps": (PriceStep(date(2026, 2, 1)),)}, "ramp.one_way", 1),
    ],
)
def test_a_ramp_that_cannot_be_is_refused(ana, values, code, row):
    running = subscribe(ana)
    with pytest.raises(Refusal) as refused:
        agree(ramp(running, **values))
    assert (refused.value.code, refused.value.row) == (code, row)
    assert {item.unit_price for item in list_items(running.id)} == {Decimal(100)}


def test_planned_prices_are_not_planned_again(ana):
    running = subscribe(ana)
    agree(ramp(running))
    with pytest.raises(Refusal, match="older one would rewrite history"):
        agree(ramp(running, steps=(PriceStep(day("2026-02-15"), Decimal(70)),), list_price_from=None))
