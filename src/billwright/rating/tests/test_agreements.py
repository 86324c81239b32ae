from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.tests.builders import make_plan, make_product
from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.tests.builders import make_act
from billwright.rating import operations, queries
from billwright.rating.operations import NewDiscount, NewSpendLimit
from billwright.subscriptions.tests.builders import make_account

pytestmark = pytest.mark.django_db
TODAY = date(2026, 1, 31)


@pytest.fixture
def account():
    make_product()
    make_plan()
    return make_account()


def discount(account, **values):
    given = {"name": "Loyal", "starts_on": TODAY, "percent": Decimal(10)} | values
    return NewDiscount(account_id=account.pk, **given)


def give(account, **values):
    return operations.give_discount(act=make_act(), discount=discount(account, **values))


def limit(account, **values):
    given = {"name": "Commitment", "starts_on": TODAY, "minimum": Decimal(100)} | values
    return operations.set_spend_limit(act=make_act(), limit=NewSpendLimit(account_id=account.pk, **given))


def test_a_discount_of_an_amount_is_in_the_accounts_currency(account):
    given = give(account, percent=None, amount=Decimal("12.5"), plan="basic", periods=3)
    assert (given.currency, given.amount, given.periods) == ("ZAR", Decimal("12.5"), 3)
    assert queries.list_discounts(account.pk) == [given]


def test_charges_are_named_by_code(account):
    assert len(give(account, charges=("fee",)).plan_charge_ids) == 1
    with pytest.raises(NotFound, match="no charge calls"):
        give(account, charges=("fee", "calls"))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"percent": None}, "discount.percent_or_amount"),
        ({"amount": Decimal(5)}, "discount.percent_or_amount"),
        ({"percent": Decimal(0)}, "discount.percent"),
        ({"percent": Decimal(101)}, "discount.percent"),
        ({"percent": None, "amount": Decimal("-1")}, "discount.amount"),
        ({"percent": None, "amount": Decimal("NaN")}, "discount.amount"),
        ({"percent": None, "amount": Decimal("0.0000000000001")}, "discount.amount"),
        ({"periods": 0}, "discount.periods"),
        ({"ends_before": TODAY}, "agreement.ends"),
        ({"name": " "}, "agreement.unnamed"),
    ],
)
def test_what_is_no_discount_is_refused(account, values, code):
    with pytest.raises(Refusal) as refused:
        give(account, **values)
    assert refused.value.code == code
    assert queries.list_discounts(account.pk) == []


def test_a_discount_ends_before_a_day(account):
    given = give(account)
    ended = operations.end_discount(act=make_act(), discount_id=given.id, ends_before=date(2026, 3, 1))
    assert ended == replace(given, ends_before=date(2026, 3, 1))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"minimum": None}, "spend_limit.none"),
        ({"minimum": Decimal(-1)}, "spend_limit.amount"),
        ({"maximum": Decimal(99)}, "spend_limit.crossed"),
    ],
)
def test_what_is_no_commitment_is_refused(account, values, code):
    with pytest.raises(Refusal) as refused:
        limit(account, **values)
    assert refused.value.code == code


def test_a_commitment_stands_until_it_is_ended(account):
    agreed = limit(account, maximum=Decimal(200))
    operations.end_spend_limit(act=make_act(), spend_limit_id=agreed.id, ends_before=date(2026, 3, 1))
    assert [one.ends_before for one in queries.list_spend_limits(account.pk)] == [date(2026, 3, 1)]
