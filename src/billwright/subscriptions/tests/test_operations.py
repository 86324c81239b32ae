import itertools
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from billwright.catalog.tests.builders import make_act, make_charge, make_plan, make_product, price
from billwright.kernel import sql
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.states import IllegalTransition
from billwright.subscriptions import operations, queries
from billwright.subscriptions.models import BillingGrid, BillingMark, GridPeriod, Subscription, SubscriptionItem
from billwright.subscriptions.policies import GridKey, period_holding
from billwright.subscriptions.tests.builders import day, make_account, make_order, make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    make_product()
    make_plan()


def spans(subscription):
    """The items as text: from, to, quantity, price, billed through."""
    return [
        f"{item.effective_from} {item.effective_to} {item.quantity:.0f} {item.unit_price:.2f} {item.billed_through}"
        for item in queries.list_items(subscription.id)
    ]


def test_billing_waits_for_the_activation_and_starts_on_its_day():
    ordered = make_subscription(make_account(), starts_on=None)
    assert ordered.state == "PENDING"
    assert spans(ordered) == []
    active = operations.activate(act=make_act(), subscription_id=ordered.id, starts_on=day("2026-01-20"))
    assert active.state == "ACTIVE"
    assert spans(active) == ["2026-01-20 None 1 100.00 2026-01-20"]


def test_what_was_billed_elsewhere_is_marked_as_billed():
    subscription = make_subscription(make_account(), starts_on="2025-06-01", billed_to="2026-02-01")
    assert spans(subscription) == ["2025-06-01 None 1 100.00 2026-02-01"]


def test_a_known_later_price_starts_an_item_of_its_own():
    make_plan(code="pro", charges=(make_charge(prices=(price("10"), price("12", valid_from="2026-07-01"))),))
    subscription = make_subscription(make_account(), plan="pro")
    assert spans(subscription) == [
        "2026-01-10 2026-07-01 1 10.00 2026-01-10",
        "2026-07-01 None 1 12.00 2026-07-01",
    ]


def test_the_parent_pays_what_the_child_takes():
    parent = make_account(number="HEAD")
    make_subscription(make_account(number="CHILD", parent=parent))
    item = SubscriptionItem.objects.get()
    assert item.payer_id == parent.pk
    assert BillingMark.objects.get().payer_id == parent.pk


def test_a_plan_without_a_price_in_the_currency_is_refused_with_its_row():
    entity_account = make_account()
    orders = (make_order(entity_account), make_order(make_account(number="BORIS", currency="EUR")))
    with pytest.raises(Refusal) as refused, transaction.atomic():
        operations.subscribe_many(act=make_act(), rows=orders)
    assert (refused.value.code, refused.value.row) == ("plan.no_price", 2)
    assert Subscription.objects.count() == 0


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"plan": "unknown"}, "plan.not_found"),
        ({"quantity": "0"}, "quantity.not_positive"),
        ({"starts_on": "1999-12-31"}, "subscription.too_early"),
        ({"ends_before": "2026-01-10"}, "subscription.ends_before_start"),
        ({"starts_on": None, "billed_to": "2026-02-01"}, "subscription.not_started"),
    ],
)
def test_a_wrong_order_is_refused(order, code):
    with pytest.raises(Refusal) as refused:
        make_subscription(make_account(), **order)
    assert refused.value.code == code


def test_a_closed_account_takes_no_order():
    with pytest.raises(Refusal, match="closed"):
        make_subscription(make_account(state="CLOSED"))


def test_an_unknown_account_is_refused():
    account = make_account()
    account.pk = 0
    with pytest.raises(NotFound):
        make_subscription(account)


def test_a_number_is_given_once():
    make_subscription(make_account(), number="OLD-7")
    with pytest.raises(Conflict, match="already there"):
        make_subscription(make_account(number="BORIS"), number="OLD-7")


def test_a_thousand_orders_take_as_many_statements_as_one():
    accounts = [make_account(number=f"A{number}") for number in range(12)]
    operations.subscribe(act=make_act(), row=make_order(accounts[0]))

    def statements(rows):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            operations.subscribe_many(act=make_act(), rows=rows)
        return len(captured)

    many = tuple(make_order(accounts[number % 12]) for number in range(1000))
    assert statements(many) == statements(many[:1]) <= 20


def test_grid_periods_agree_with_an_own_calendar():
    keys = [
        GridKey("MONTH", 1, 31, 0),
        GridKey("MONTH", 3, 30, 2),
        GridKey("MONTH", 24, 29, 1),
        GridKey("DAY", 14, 1, 3),
    ]
    grids = operations.ensure_grids(keys, until=date(2030, 1, 1))
    for key, grid_id in grids.items():
        for asked in (date(2000, 2, 29), date(2023, 12, 31), date(2024, 2, 28), date(2028, 2, 29)):
            period = GridPeriod.objects.get(grid_id=grid_id, starts_on__lte=asked, ends_before__gt=asked)
            assert period_holding(key, asked).ends_before == period.ends_before
            assert (period.ends_before - period.starts_on).days == period.day_count


def test_extending_grids_leaves_no_gap_and_a_second_time_adds_nothing():
    key = GridKey("MONTH", 12, 31, 1)
    grid_id = operations.ensure_grids([key], until=date(2026, 1, 1))[key]
    assert operations.extend_grids(until=date(2040, 5, 1)) > 0
    assert operations.extend_grids(until=date(2040, 5, 1)) == 0
    with connection.cursor() as cursor:
        step = sql.step("billwright.subscriptions", "fill_grid_periods")
        BillingGrid.objects.update(filled_until=date(2035, 1, 1))
        assert step.run(cursor, {"grid_ids": [grid_id], "until": date(2041, 1, 1)}) == 0
    periods = list(GridPeriod.objects.filter(grid_id=grid_id).order_by("starts_on"))
    for earlier, later in itertools.pairwise(periods):
        assert earlier.ends_before == later.starts_on


def test_canceled_at_the_end_of_the_period():
    subscription = make_subscription(make_account())
    ending = operations.cancel(act=make_act(reason="moves"), subscription_id=subscription.id, as_of=day("2026-01-20"))
    assert (ending.state, ending.ends_before, ending.cancel_reason) == ("ENDING", day("2026-02-01"), "moves")
    assert spans(ending) == ["2026-01-10 2026-02-01 1 100.00 2026-01-10"]


def test_canceled_for_a_past_day_it_has_ended():
    subscription = make_subscription(make_account())
    ended = operations.cancel(
        act=make_act(), subscription_id=subscription.id, as_of=day("2026-03-01"), ends_before=day("2026-02-10")
    )
    assert ended.state == "ENDED"


def test_a_cancellation_before_the_start_is_refused():
    subscription = make_subscription(make_account())
    with pytest.raises(Refusal, match="before it starts"):
        operations.cancel(
            act=make_act(), subscription_id=subscription.id, as_of=day("2026-01-20"), ends_before=day("2026-01-01")
        )


def test_a_pending_order_is_withdrawn():
    ordered = make_subscription(make_account(), starts_on=None)
    assert operations.cancel(act=make_act(), subscription_id=ordered.id, as_of=day("2026-01-06")).state == "ENDED"
    with pytest.raises(IllegalTransition):
        operations.activate(act=make_act(), subscription_id=ordered.id, starts_on=day("2026-01-07"))


def test_keep_is_the_inverse_of_cancel():
    make_plan(code="pro", charges=(make_charge(prices=(price("10"), price("12", valid_from="2026-07-01"))),))
    subscription = make_subscription(make_account(), plan="pro")
    operations.cancel(act=make_act(), subscription_id=subscription.id, as_of=day("2026-01-20"))
    kept = operations.keep(act=make_act(), subscription_id=subscription.id, as_of=day("2026-01-20"))
    assert (kept.state, kept.ends_before) == ("ACTIVE", None)
    served = [span for span in spans(kept) if span.split()[0] != span.split()[1]]
    assert served == ["2026-01-10 2026-07-01 1 10.00 2026-01-10", "2026-07-01 None 1 12.00 2026-07-01"]


def test_another_quantity_ends_one_item_and_starts_another():
    make_plan(code="seats", charges=(make_charge(code="seat", model="PER_UNIT", prices=(price("10.00"),)),))
    subscription = make_subscription(make_account(), plan="seats")
    changed = operations.change_quantity(
        act=make_act(),
        subscription_id=subscription.id,
        quantity=Decimal(3),
        as_of=day("2026-02-15"),
        effective_on=day("2026-02-15"),
    )
    assert changed.quantity == 3
    assert spans(changed) == ["2026-01-10 2026-02-15 1 10.00 2026-01-10", "2026-02-15 None 3 10.00 2026-02-15"]


def test_a_flat_charge_runs_on_at_another_quantity():
    subscription = make_subscription(make_account())
    operations.change_quantity(
        act=make_act(), subscription_id=subscription.id, quantity=Decimal(3), as_of=day("2026-02-15"),
        effective_on=day("2026-02-15"),
    )  # fmt: skip
    assert spans(subscription) == ["2026-01-10 None 1 100.00 2026-01-10"]


def test_a_change_outside_the_service_is_refused():
    subscription = make_subscription(make_account())
    with pytest.raises(Refusal, match="not in service"):
        operations.change_quantity(
            act=make_act(), subscription_id=subscription.id, quantity=Decimal(3), as_of=day("2026-02-15"),
            effective_on=day("2026-01-09"),
        )  # fmt: skip


def test_two_people_cannot_overwrite_each_other():
    subscription = make_subscription(make_account())
    operations.cancel(act=make_act(), subscription_id=subscription.id, as_of=day("2026-01-20"), version=1)
    with pytest.raises(Conflict, match="meanwhile"):
        operations.keep(act=make_act(), subscription_id=subscription.id, as_of=day("2026-01-20"), version=1)


def test_a_price_change_reaches_running_subscriptions_only():
    charge = make_plan(code="pro").charges[0]
    running = make_subscription(make_account(), plan="pro")
    ended = make_subscription(make_account(number="BORIS"), plan="pro", ends_before="2026-03-01")
    operations.change_price(act=make_act(), plan_charge_id=charge.id, price=price("120", valid_from="2026-04-01"))
    assert spans(running)[-1] == "2026-04-01 None 1 120.00 2026-04-01"
    assert len(spans(ended)) == 1


def test_the_daily_job_ends_what_is_due_once():
    make_subscription(make_account(), ends_before="2026-02-01")
    assert operations.end_due(act=make_act(), as_of=day("2026-01-31")) == 0
    assert operations.end_due(act=make_act(), as_of=day("2026-02-01")) == 1
    assert operations.end_due(act=make_act(), as_of=day("2026-02-01")) == 0


def test_a_hold_is_in_force_until_it_is_released():
    account = make_account()
    hold = operations.place_billing_hold(
        act=make_act(), account_id=account.pk, reason="contract unclear", valid_from=day("2026-01-10")
    )
    assert [row.id for row in queries.list_billing_holds(account_id=account.pk, on=day("2026-02-01"))] == [hold.id]
    operations.release_billing_hold(act=make_act(), billing_hold_id=hold.id)
    assert queries.list_billing_holds(account_id=account.pk, on=day("2026-02-01")) == []
    with pytest.raises(Conflict):
        operations.release_billing_hold(act=make_act(), billing_hold_id=hold.id)


def test_next_renewals_say_day_and_amount():
    make_plan(code="seats", charges=(make_charge(code="seat", model="PER_UNIT", months=3, prices=(price("31.00"),)),))
    account = make_account()
    make_subscription(account, plan="seats", quantity="2", starts_on="2026-01-10")
    (renewal,) = queries.next_renewals(account_ids=[account.pk], until=day("2026-02-01"))
    # 81 of the 90 days of January to March, at 2 x 31.00.
    assert (renewal.due_on, renewal.service_to, renewal.amount_minor) == (day("2026-01-10"), day("2026-04-01"), 5580)
    assert queries.next_renewals(account_ids=[account.pk], until=day("2026-01-10")) == []


def test_subscriptions_are_never_deleted(as_owner):
    make_subscription(make_account())
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), as_owner():
        SubscriptionItem.objects.all()._raw_delete("default")


def test_the_database_refuses_an_illegal_state():
    subscription = make_subscription(make_account())
    with pytest.raises(DatabaseError, match="[Ii]nvalid|transition"), transaction.atomic():
        Subscription.objects.filter(id=subscription.id).update(state="PENDING")
