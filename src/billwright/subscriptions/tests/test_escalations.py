"""Escalator clauses laid down as items: from the first price, at each anniversary, once."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billwright.accounts.queries import get_account
from billwright.catalog import operations as catalog
from billwright.catalog.queries import prices_by_id
from billwright.catalog.rows import Escalation
from billwright.catalog.states import PriceModel
from billwright.catalog.tests.builders import make_act, make_charge, make_plan, make_product, price
from billwright.subscriptions import operations, queries
from billwright.subscriptions.tests.builders import make_account, make_subscription

pytestmark = pytest.mark.django_db
BY_PERCENT = Escalation(percent=Decimal(10), decimals=2)
BY_INDEX = Escalation(index="CPI", decimals=2, cap=Decimal(6))


def escalating(escalation, *, starts_on="2024-03-31"):
    account = make_account()
    make_product()
    charge = replace(
        make_charge(model=PriceModel.PER_UNIT, prices=(price("100", valid_from="2020-01-01"),)), escalation=escalation
    )
    make_plan(charges=(charge,))
    return make_subscription(account, starts_on=starts_on)


def laid(subscription):
    items = [one for one in queries.list_items(subscription.id) if one.effective_to != one.effective_from]
    return [(one.effective_from.isoformat(), one.unit_price) for one in items]


def extend(as_of):
    return operations.extend_escalations(act=make_act(), as_of=date.fromisoformat(as_of))


def test_each_anniversary_takes_its_step_and_a_second_call_adds_nothing():
    subscription = escalating(BY_PERCENT)
    assert extend("2026-04-30") == 2
    assert laid(subscription) == [("2024-03-31", 100), ("2025-03-31", 110), ("2026-03-31", 121)]
    assert extend("2026-04-30") == 0


def test_a_step_is_laid_down_one_interval_ahead():
    subscription = escalating(BY_PERCENT)
    assert extend("2025-02-27") == 0
    assert extend("2025-02-28") == 0
    assert extend("2025-03-01") == 1
    assert laid(subscription)[-1] == ("2025-03-31", 110)


def test_a_change_planned_behind_an_anniversary_takes_the_step_too():
    subscription = escalating(BY_PERCENT)
    operations.change_quantity(
        act=make_act(),
        subscription_id=subscription.id,
        quantity=Decimal(2),
        effective_on=date(2025, 6, 1),
        as_of=date(2025, 1, 1),
    )
    extend("2025-04-01")
    assert [amount for day, amount in laid(subscription) if day >= "2025-03-31"] == [110] * len(
        [day for day, _ in laid(subscription) if day >= "2025-03-31"]
    )


def test_an_index_is_waited_for_capped_and_printed():
    catalog.create_price_index(act=make_act(), code="CPI", name="Consumer prices")
    publish = {"2024-02-01": "100", "2025-02-01": "109"}
    subscription = escalating(BY_INDEX)
    assert extend("2025-06-01") == 0
    values = tuple(catalog.IndexValue(date.fromisoformat(month), Decimal(one)) for month, one in publish.items())
    catalog.record_index_values(act=make_act(), code="CPI", values=values)
    assert extend("2025-06-01") == 1
    assert laid(subscription)[-1] == ("2025-03-31", 106)
    (risen,) = prices_by_id([queries.list_items(subscription.id)[-1].price_id]).values()
    assert (risen.says, risen.factor) == ("CPI 2025-02: 109, 2024-02: 100", Decimal("1.06"))


def test_a_run_of_one_entity_leaves_the_prices_of_others_alone():
    subscription = escalating(BY_PERCENT)
    entity_id = get_account(subscription.account_id).legal_entity_id
    day = date(2025, 3, 1)
    assert operations.extend_escalations(act=make_act(), as_of=day, legal_entity_id=entity_id + 1) == 0
    assert operations.extend_escalations(act=make_act(), as_of=day, legal_entity_id=entity_id) == 1
