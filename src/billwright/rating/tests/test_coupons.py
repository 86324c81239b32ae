"""Coupons: made once, redeemed while they are valid and fit, and refused otherwise."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.tests.builders import make_plan, make_product
from billwright.kernel.errors import Refusal
from billwright.kernel.tests.builders import make_act
from billwright.rating import operations, queries
from billwright.rating.operations import NewCoupon
from billwright.subscriptions.tests.builders import make_account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 31)


@pytest.fixture
def account():
    make_product()
    make_plan()
    return make_account()


def make_coupon(**values):
    terms = {"code": "welcome", "name": "Welcome", "valid_from": TODAY, "percent": Decimal(10)} | values
    return operations.create_coupon(act=make_act(), coupon=NewCoupon(**terms))


def redeem(account, *, on=TODAY, code="Welcome"):
    return operations.redeem_coupon(act=make_act(), code=code, account_id=account.pk, on=on)


def test_what_is_redeemed_is_a_discount_of_the_same_terms(account):
    coupon = make_coupon(periods=3, charges=(), uses_max=2)
    given = redeem(account)
    assert (given.name, given.percent, given.periods, given.code) == ("Welcome", Decimal(10), 3, "WELCOME")
    assert queries.get_coupon(coupon.id).use_count == 1
    assert queries.search_discounts(coupon_id=coupon.id) == [given]


@pytest.mark.parametrize(
    ("terms", "on", "code"),
    [
        ({"valid_from": date(2026, 2, 1)}, TODAY, "coupon.not_yet"),
        ({"ends_before": date(2026, 2, 1)}, date(2026, 2, 1), "coupon.expired"),
        ({"percent": None, "amount": Decimal(5), "currency": "EUR"}, TODAY, "coupon.currency"),
        # The account subscribes to no plan at all.
        ({"plan": "basic"}, TODAY, "coupon.other_plan"),
        ({"charges": ("fee",)}, TODAY, "coupon.other_plan"),
    ],
)
def test_a_coupon_that_does_not_hold_is_refused(account, terms, on, code):
    make_coupon(**terms)
    with pytest.raises(Refusal) as refused:
        redeem(account, on=on)
    assert (refused.value.code, queries.list_discounts(account.pk)) == (code, [])


def test_uses_are_counted_and_a_use_that_never_held_comes_back(account):
    make_coupon(uses_max=1, once_per_customer=False)
    first = redeem(account)
    with pytest.raises(Refusal, match="as often as it may"):
        redeem(account)
    operations.end_discount(act=make_act(), discount_id=first.id, ends_before=first.starts_on)
    assert redeem(account).id != first.id


def test_a_customer_redeems_it_once_and_a_closed_one_never(account):
    coupon = make_coupon()
    redeem(account)
    with pytest.raises(Refusal, match="has used"):
        redeem(account)
    operations.close_coupon(act=make_act(), coupon_id=coupon.id)
    with pytest.raises(Refusal, match="is closed"):
        redeem(account)
    assert len(queries.list_discounts(account.pk)) == 1


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ({"code": "two words"}, "coupon.code"),
        ({"percent": None}, "discount.percent_or_amount"),
        ({"uses_max": 0}, "coupon.uses"),
        ({"ends_before": TODAY}, "agreement.ends"),
        ({"name": " "}, "agreement.unnamed"),
    ],
)
def test_a_coupon_that_cannot_be_is_refused(account, terms, code):
    with pytest.raises(Refusal) as refused:
        make_coupon(**terms)
    assert (refused.value.code, queries.list_coupons()) == (code, [])


def test_a_code_is_never_used_twice(account):
    make_coupon()
    with pytest.raises(Refusal, match="already there"):
        make_coupon(code="WELCOME")


def test_an_unknown_code_is_refused(account):
    with pytest.raises(Refusal, match="no coupon NOPE"):
        redeem(account, code="NOPE")
