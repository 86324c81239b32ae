"""Changes of subscriptions through their verbs: what is recorded, what is refused, what a day brings by itself."""

from decimal import Decimal

import pytest

from billwright.catalog.tests.builders import make_act, make_charge, make_plan, make_product, price
from billwright.kernel.errors import Refusal
from billwright.org.models import Convention
from billwright.subscriptions import operations, queries
from billwright.subscriptions.models import Subscription
from billwright.subscriptions.states import Unused
from billwright.subscriptions.tests.builders import day, make_account, make_order, make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    make_product()
    make_plan()
    make_plan(code="pro", charges=(make_charge(prices=(price("155.00"),)),))
    make_plan(code="seats", charges=(make_charge(code="seat", model="PER_UNIT", prices=(price("10.00"),)),))


def served(subscription):
    """The items that serve at least a day: from, to, quantity, price, share."""
    return [
        f"{item.effective_from} {item.effective_to} {item.quantity:.0f} {item.unit_price:.0f}"
        for item in queries.list_items(subscription.id)
        if item.effective_to is None or item.effective_to > item.effective_from
    ]


def change(verb, subscription, on, *, as_of=None, **asked):
    asked |= {"effective_on": day(on) if on else None, "as_of": day(as_of or on)}
    return verb(act=make_act(), subscription_id=subscription.id, **asked)


def test_another_plan_from_a_day_on():
    subscription = make_subscription(make_account())
    changed = change(operations.change_plan, subscription, "2026-01-20", plan="pro")
    assert changed.plan_code == "pro"
    assert served(changed) == ["2026-01-10 2026-01-20 1 100", "2026-01-20 None 1 155"]


def test_a_planned_change_is_listed_and_can_be_withdrawn():
    subscription = make_subscription(make_account())
    planned = change(operations.change_plan, subscription, "2026-03-01", as_of="2026-01-20", plan="pro")
    assert planned.plan_code == "basic"
    (scheduled,) = queries.list_changes(subscription.id, scheduled_only=True)
    assert (scheduled.kind, scheduled.plan_code, scheduled.effective_from) == ("PLAN", "pro", day("2026-03-01"))
    operations.withdraw_change(
        act=make_act(), subscription_id=subscription.id, change_id=scheduled.id, as_of=day("2026-02-01")
    )
    assert served(subscription) == ["2026-01-10 None 1 100"]
    assert queries.list_changes(subscription.id, scheduled_only=True) == []


def test_the_daily_job_shows_a_planned_change_when_its_day_has_come():
    subscription = make_subscription(make_account())
    change(operations.change_plan, subscription, "2026-03-01", as_of="2026-01-20", plan="pro")
    assert operations.enter_due(act=make_act(), as_of=day("2026-02-28")) == 0
    assert operations.enter_due(act=make_act(), as_of=day("2026-03-01")) == 1
    assert queries.get_subscription(subscription.id).plan_code == "pro"


def test_a_planned_change_keeps_what_changes_before_it():
    subscription = make_subscription(make_account(), plan="seats")
    change(operations.change_quantity, subscription, "2026-03-01", as_of="2026-01-20", quantity=Decimal(9))
    change(operations.change_quantity, subscription, "2026-02-01", as_of="2026-01-25", quantity=Decimal(4))
    assert served(subscription) == [
        "2026-01-10 2026-02-01 1 10",
        "2026-02-01 2026-03-01 4 10",
        "2026-03-01 None 9 10",
    ]


def test_a_change_on_the_day_of_another_replaces_it():
    subscription = make_subscription(make_account(), plan="seats")
    for quantity in (5, 3):
        change(operations.change_quantity, subscription, "2026-01-20", quantity=Decimal(quantity))
    assert served(subscription) == ["2026-01-10 2026-01-20 1 10", "2026-01-20 None 3 10"]


def test_at_the_end_of_the_period():
    subscription = make_subscription(make_account())
    change(operations.change_plan, subscription, None, as_of="2026-01-20", plan="pro")
    assert served(subscription) == ["2026-01-10 2026-02-01 1 100", "2026-02-01 None 1 155"]


def test_the_day_of_change_may_be_the_old_plans():
    account = make_account()
    Convention.objects.create(
        legal_entity_id=account.legal_entity_id,
        option="change_day",
        value="old_price",
        valid_from=day("2026-01-01"),
    )
    subscription = make_subscription(account)
    change(operations.change_plan, subscription, "2026-01-20", plan="pro")
    assert served(subscription) == ["2026-01-10 2026-01-21 1 100", "2026-01-21 None 1 155"]


def test_paused_and_resumed():
    subscription = make_subscription(make_account())
    paused = change(operations.pause, subscription, "2026-02-10")
    assert (paused.state, served(paused)) == ("PAUSED", ["2026-01-10 2026-02-10 1 100"])
    resumed = change(operations.resume, subscription, "2026-02-20")
    assert resumed.state == "ACTIVE"
    assert served(resumed) == ["2026-01-10 2026-02-10 1 100", "2026-02-20 None 1 100"]


def test_while_it_is_paused_a_contract_may_charge_a_share():
    subscription = make_subscription(make_account())
    change(operations.pause, subscription, "2026-02-10", percent=Decimal(25))
    shares = [(item.effective_from, item.share_percent) for item in queries.item_facts([subscription.id])]
    assert shares == [(day("2026-01-10"), 100), (day("2026-02-10"), 25)]


@pytest.mark.parametrize(
    ("verb", "asked", "code"),
    [
        (operations.resume, {}, "subscription.not_paused"),
        (operations.pause, {"percent": Decimal(101)}, "pause.percent"),
        (operations.change_plan, {"plan": "unknown"}, "plan.not_found"),
        (operations.change_plan, {"plan": "pro", "cycle_day": 32}, "subscription.cycle_day"),
        (operations.change_quantity, {"quantity": Decimal(10) ** 18}, "quantity.too_large"),
        (operations.change_quantity, {"quantity": Decimal("1.0000001")}, "quantity.decimals"),
    ],
)
def test_a_wrong_change_is_refused(verb, asked, code):
    subscription = make_subscription(make_account())
    with pytest.raises(Refusal) as refused:
        change(verb, subscription, "2026-02-10", **asked)
    assert refused.value.code == code
    assert served(subscription) == ["2026-01-10 None 1 100"]


def test_before_it_starts_and_after_it_ends_nothing_changes():
    subscription = make_subscription(make_account(), ends_before="2026-03-01")
    for on in ("2026-01-09", "2026-03-01"):
        with pytest.raises(Refusal) as refused:
            change(operations.change_plan, subscription, on, plan="pro")
        assert refused.value.code == "subscription.not_running"


def terms(subscription, **fields):
    Subscription.objects.filter(id=subscription.id).update(**fields)


def end(subscription, before, *, as_of, unused=Unused.CREDIT):
    return operations.cancel(
        act=make_act(), subscription_id=subscription.id, as_of=day(as_of), ends_before=day(before), unused=unused
    )


def test_within_its_term_and_notice_it_is_bound():
    subscription = make_subscription(make_account())
    terms(subscription, term_months=12, notice_days=30, term_ends=day("2027-01-10"))
    with pytest.raises(Refusal) as refused:
        end(subscription, "2026-06-01", as_of="2026-05-01")
    assert (refused.value.code, "2027-01-10" in str(refused.value.cure)) == ("subscription.within_term", True)
    assert end(subscription, "2027-01-10", as_of="2026-12-11").state == "ENDING"


def test_notice_that_comes_too_late_binds_for_the_next_term():
    subscription = make_subscription(make_account())
    terms(subscription, term_months=12, notice_days=30, term_ends=day("2027-01-10"))
    with pytest.raises(Refusal) as refused:
        end(subscription, "2027-01-10", as_of="2026-12-12")
    assert "2028-01-10" in str(refused.value.cure)


def test_a_term_renews_when_notice_can_no_longer_be_given():
    subscription = make_subscription(make_account())
    terms(subscription, term_months=12, notice_days=30, term_ends=day("2027-01-10"))
    assert operations.renew_terms(act=make_act(), as_of=day("2026-12-11")) == 0
    assert operations.renew_terms(act=make_act(), as_of=day("2026-12-12")) == 1
    assert operations.renew_terms(act=make_act(), as_of=day("2026-12-12")) == 0
    assert queries.get_subscription(subscription.id).term_ends == day("2028-01-10")


def test_an_add_on_ends_with_its_main_subscription():
    account = make_account()
    main = make_subscription(account)
    order = make_order(account, plan="seats")
    addon = operations.subscribe(act=make_act(), row=type(order)(**{**_fields(order), "addon_of": main.id}))
    end(main, "2026-02-10", as_of="2026-02-01")
    assert served(addon) == ["2026-01-10 2026-02-10 1 10"]
    with pytest.raises(Refusal) as refused:
        operations.subscribe(act=make_act(), row=type(order)(**{**_fields(order), "addon_of": main.id}))
    assert refused.value.code == "subscription.main_unknown"


def _fields(order):
    return {name: getattr(order, name) for name in order.__dataclass_fields__}


def test_planned_quantities_are_given_with_the_order():
    account = make_account()
    order = make_order(account, plan="seats")
    steps = ((day("2026-04-01"), Decimal(5)), (day("2026-07-01"), Decimal(10)))
    subscription = operations.subscribe(act=make_act(), row=type(order)(**{**_fields(order), "steps": steps}))
    assert served(subscription) == [
        "2026-01-10 2026-04-01 1 10",
        "2026-04-01 2026-07-01 5 10",
        "2026-07-01 None 10 10",
    ]
    assert len(queries.list_changes(subscription.id, scheduled_only=True)) == 2


def test_without_a_cycle_day_the_first_paid_day_of_the_account_makes_it():
    account = make_account(cycle_day=None)
    make_subscription(account, starts_on="2026-01-10")
    later = make_subscription(account, starts_on="2026-02-03")
    changed = change(operations.change_plan, later, "2026-02-20", plan="pro")
    assert {item.grid_id for item in queries.item_facts([later.id])} == {queries.item_facts([changed.id])[0].grid_id}
    (renewal, *_) = [
        row
        for row in queries.next_renewals(account_ids=[account.pk], until=day("2026-04-01"))
        if row.subscription_id == later.id
    ]
    assert renewal.service_to == day("2026-02-10")
