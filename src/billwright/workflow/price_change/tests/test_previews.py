"""A preview says what the change then does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.rows import TierRow
from billwright.catalog.states import PriceModel
from billwright.catalog.tests.builders import make_act, make_charge, make_plan, make_product, price
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.money import Money
from billwright.subscriptions import operations, queries
from billwright.subscriptions.tests.builders import make_account, make_subscription
from billwright.workflow.price_change import preview_price_change

pytestmark = pytest.mark.django_db
JULY = "2026-07-01"


def seats(months=1):
    make_product()
    charge = make_charge(code="seat", model=PriceModel.PER_UNIT, months=months, prices=(price("10"),))
    return make_plan(charges=(charge,)).charges[0].id


def test_it_lists_who_is_hit_from_which_day_and_what_it_comes_to_a_month():
    charge_id = seats(months=3)
    ana = make_subscription(make_account(), quantity="6")
    boris = make_subscription(make_account(number="BORIS"), quantity="3", starts_on="2026-09-01")
    found = preview_price_change(plan_charge_id=charge_id, price=price("12", valid_from=JULY))
    assert [(one.subscription_id, one.takes_it_from.isoformat()) for one in found.contracts] == [
        (ana.id, JULY),
        (boris.id, "2026-09-01"),
    ]
    assert (found.before, found.after) == (Money.of("30", "ZAR"), Money.of("36", "ZAR"))
    assert found.difference == Money.of("6", "ZAR")
    assert (found.account_count, found.unvalued_count, found.billed_beyond_count) == (2, 0, 0)


def test_the_change_reaches_exactly_whom_the_preview_lists():
    charge_id = seats()
    ana = make_subscription(make_account(), quantity="2")
    make_subscription(make_account(number="BORIS"), ends_before="2026-06-01")
    new = price("12", valid_from=JULY)
    found = preview_price_change(plan_charge_id=charge_id, price=new)
    operations.change_price(act=make_act(), plan_charge_id=charge_id, price=new)
    reached = [one for one in queries.list_items(ana.id) if one.unit_price == 12]
    assert [one.subscription_id for one in found.contracts] == [ana.id]
    assert [(one.effective_from, one.effective_to) for one in reached] == [(date(2026, 7, 1), None)]


def test_a_negotiated_price_keeps_the_book_out_and_reaches_its_account_only():
    charge_id = seats()
    ana, boris = make_account(), make_account(number="BORIS")
    make_subscription(ana)
    make_subscription(boris)
    mine = replace(price("8", valid_from="2026-03-01"), scope=f"account:{ana.id}")
    found = preview_price_change(plan_charge_id=charge_id, price=mine)
    assert [one.account_number for one in found.contracts] == ["ANA"]
    operations.change_price(act=make_act(), plan_charge_id=charge_id, price=mine)
    book = preview_price_change(plan_charge_id=charge_id, price=price("12", valid_from=JULY))
    assert [one.account_number for one in book.contracts] == ["BORIS"]


def test_nobody_hit_is_said_so():
    found = preview_price_change(plan_charge_id=seats(), price=price("12", valid_from=JULY))
    assert (found.subscription_count, found.contracts, found.after) == (0, (), Money.zero("ZAR"))


def test_a_preview_refuses_what_the_change_would_refuse():
    charge_id = seats()
    with pytest.raises(Conflict, match="already there"):
        preview_price_change(plan_charge_id=charge_id, price=price("12"))
    with pytest.raises(Refusal, match="not negative"):
        preview_price_change(plan_charge_id=charge_id, price=price("-1", valid_from=JULY))


def test_tiers_are_valued_too():
    make_product()
    tiers = (TierRow(Decimal(5), Decimal(10)), TierRow(None, Decimal(8)))
    first = replace(price("0"), tiers=tiers)
    charge = make_plan(charges=(make_charge(model=PriceModel.GRADUATED, prices=(first,)),)).charges[0]
    make_subscription(make_account(), quantity="7")
    new = replace(first, valid_from=date(2026, 7, 1), tiers=(TierRow(None, Decimal(9)),))
    found = preview_price_change(plan_charge_id=charge.id, price=new)
    assert (found.before, found.after) == (Money.of("66", "ZAR"), Money.of("63", "ZAR"))
