"""A price change over 100,000 contracts: previewed in under 10 s, and carried out by one statement."""

import time
from decimal import Decimal

import pytest
from django.db import connection

from billwright.catalog.states import PriceModel
from billwright.catalog.tests.builders import make_act, make_charge, make_plan, make_product, price
from billwright.subscriptions import operations
from billwright.subscriptions.tests.builders import make_account, make_subscription
from billwright.workflow.price_change import preview_price_change

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
CONTRACT_COUNT = 100_000
PREVIEW_SECONDS_MAX = 10

MULTIPLY = (
    """insert into subscriptions_subscription (
        number, account_id, plan_id, state, quantity, description, reference, ordered_on, starts_on, version, created_at
    ) select 'N-' || n, s.account_id, s.plan_id, s.state, 1 + n %% 997, '', '', s.ordered_on, s.starts_on,
        1, s.created_at
    from subscriptions_subscription as s cross join generate_series(2, %s) as n""",
    """insert into subscriptions_item (
        account_id, payer_id, subscription_id, plan_charge_id, price_id, grid_id, quantity, effective_from
    ) select i.account_id, i.payer_id, s.id, i.plan_charge_id, i.price_id, i.grid_id, s.quantity, i.effective_from
    from subscriptions_subscription as s cross join subscriptions_item as i where s.number like 'N-%'""",
    """insert into subscriptions_billing_mark (payer_id, item_id, billed_through, claim_no)
    select i.payer_id, i.id, i.effective_from, 0 from subscriptions_item as i
    where not exists (select from subscriptions_billing_mark as m where m.item_id = i.id)""",
)


def test_a_price_change_over_a_hundred_thousand_contracts(record_property):
    make_product()
    charge = make_plan(charges=(make_charge(model=PriceModel.PER_UNIT, prices=(price("10"),)),)).charges[0]
    make_subscription(make_account())
    with connection.cursor() as cursor:
        cursor.execute(MULTIPLY[0], [CONTRACT_COUNT])
        cursor.execute(MULTIPLY[1])
        cursor.execute(MULTIPLY[2])
        cursor.execute("analyze subscriptions_item, subscriptions_subscription, subscriptions_billing_mark")
    new = price("12", valid_from="2026-07-01")
    began = time.perf_counter()
    found = preview_price_change(plan_charge_id=charge.id, price=new)
    preview_seconds = time.perf_counter() - began
    assert found.subscription_count == CONTRACT_COUNT
    assert found.after.decimal == found.before.decimal * Decimal("1.2")
    began = time.perf_counter()
    operations.change_price(act=make_act(), plan_charge_id=charge.id, price=new)
    record_property("preview_seconds", preview_seconds)
    record_property("change_seconds", time.perf_counter() - began)
    print(f"preview {preview_seconds:.2f} s, change {time.perf_counter() - began:.2f} s")
    assert preview_seconds < PREVIEW_SECONDS_MAX
