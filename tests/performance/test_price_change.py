"""A price change over 100,000 contracts: previewed in under 10 s, and carried out by one statement."""

import time
from decimal import Decimal

import pytest
from tests.performance.previews import CONTRACT_COUNT, PRICE_CHANGE_SECONDS_MAX, make_contracts

from billwright.catalog.tests.builders import make_act, price
from billwright.subscriptions import operations
from billwright.workflow.price_change import preview_price_change

pytestmark = [pytest.mark.django_db, pytest.mark.soak]


def test_a_price_change_over_a_hundred_thousand_contracts(record_property):
    charge = make_contracts(CONTRACT_COUNT)
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
    assert preview_seconds < PRICE_CHANGE_SECONDS_MAX
