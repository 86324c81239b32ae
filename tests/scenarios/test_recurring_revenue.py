"""Monthly recurring revenue: what counts, normalised to a month, and movements that explain every change."""

from datetime import date
from decimal import Decimal

import pytest

from billwright.catalog.states import IntervalUnit, PriceModel
from billwright.kernel.errors import Refusal
from billwright.rating.models import Discount
from billwright.reporting.mrr import Movement, MrrQuestion, Unit, mrr_months, mrr_report, mrr_units
from billwright.subscriptions.models import BillingMark, SubscriptionItem
from billwright.workflow.bill_run.tests.builders import cancel, day, make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db
COLUMNS = ("opening", "new", "expansion", "contraction", "churn", "reactivation", "closing")


@pytest.fixture
def karoo():
    return make_world()


def ask(entity, first="2026-01", last="2026-03", by=Unit.SUBSCRIPTION):
    return MrrQuestion(legal_entity_ids=(entity.pk,), first=day(f"{first}-01"), last=day(f"{last}-01"), by=by)


def table(entity, **asked):
    """Every month as a row of whole units of currency."""
    return [
        tuple(str(getattr(month, column).decimal) for column in COLUMNS) for month in mrr_months(ask(entity, **asked))
    ]


def closing(entity, month="2026-01"):
    return str(mrr_months(ask(entity, month, month))[0].closing.decimal)


def test_years_and_days_are_normalised_to_a_month(karoo):
    make_plan("yearly", price="1200.00", every=12)
    make_plan("weekly", price="7.00", every=7, unit=IntervalUnit.DAY)
    ana = make_account("ANA")
    subscribe(ana, plan="yearly")
    assert closing(karoo) == "100.00"
    subscribe(ana, plan="weekly")
    # 7.00 / 7 x 365.25 / 12 = 30.4375
    assert closing(karoo) == "130.44"


def test_seats_count_and_one_off_charges_do_not(karoo):
    make_plan("seats", price="10.00", model=PriceModel.PER_UNIT)
    make_plan("setup", price="500.00", unit=IntervalUnit.ONCE)
    ana = make_account("ANA")
    subscribe(ana, plan="seats", quantity="3")
    subscribe(ana, plan="setup")
    assert closing(karoo) == "30.00"


def test_a_trial_is_worth_nothing_before_it_ends(karoo):
    make_plan()
    subscription = subscribe(make_account("ANA"))
    SubscriptionItem.objects.filter(subscription_id=subscription.id).update(free_until="2026-02-10")
    assert table(karoo) == [("0.00", "100.00", "0.00", "0.00", "0.00", "0.00", "100.00"),
                            ("100.00", "0.00", "0.00", "0.00", "0.00", "0.00", "100.00")]  # fmt: skip


def test_percentages_without_an_end_are_taken_off_and_others_are_not(karoo):
    make_plan()
    ana = make_account("ANA")
    subscribe(ana)
    common = {"account": ana, "starts_on": "2026-01-01", "entered_by": "user:0", "entered_at": "2026-01-01T00:00Z"}
    Discount.objects.create(name="loyal", percent=Decimal(10), **common)
    Discount.objects.create(name="partner", percent=Decimal(50), position=1, **common)
    Discount.objects.create(name="welcome", percent=Decimal(50), periods=3, **common)
    assert closing(karoo) == "45.00"


def change(subscription, on, *, quantity):
    """The items as a change of quantity leaves them."""
    item = SubscriptionItem.objects.filter(subscription_id=subscription.id).latest("id")
    SubscriptionItem.objects.filter(id=item.id).update(effective_to=on)
    item.pk, item.effective_from, item.quantity = None, date.fromisoformat(on), Decimal(quantity)
    item.save(force_insert=True)
    BillingMark.objects.create(payer_id=item.payer_id, item=item, billed_through=item.effective_from)


def test_every_change_has_its_name(karoo):
    make_plan("seats", price="10.00", model=PriceModel.PER_UNIT)
    ana, boris = make_account("ANA"), make_account("BORIS")
    first = subscribe(ana, plan="seats", quantity="2", starts_on="2026-01-10")
    second = subscribe(boris, plan="seats", quantity="5", starts_on="2026-01-10")
    change(first, "2026-02-10", quantity="3")
    change(second, "2026-02-10", quantity="1")
    cancel(second, ends_before="2026-03-15", as_of="2026-03-15")
    change(first, "2026-04-10", quantity="0.000001")
    change(first, "2026-05-10", quantity="4")
    assert table(karoo, last="2026-05") == [
        ("0.00", "70.00", "0.00", "0.00", "0.00", "0.00", "70.00"),
        ("70.00", "0.00", "10.00", "-40.00", "0.00", "0.00", "40.00"),
        ("40.00", "0.00", "0.00", "0.00", "-10.00", "0.00", "30.00"),
        ("30.00", "0.00", "0.00", "0.00", "-30.00", "0.00", "0.00"),
        ("0.00", "0.00", "0.00", "0.00", "0.00", "40.00", "40.00"),
    ]


def test_by_account_a_second_subscription_is_an_expansion(karoo):
    make_plan()
    ana = make_account("ANA")
    subscribe(ana)
    subscribe(ana, starts_on="2026-02-15")
    assert table(karoo, last="2026-02")[1][1:3] == ("100.00", "0.00")
    assert table(karoo, last="2026-02", by=Unit.ACCOUNT)[1][1:3] == ("0.00", "100.00")


def test_an_account_that_comes_back_does_so_in_whichever_months_are_asked(karoo):
    make_plan()
    ana = make_account("ANA")
    cancel(subscribe(ana, starts_on="2026-01-10"), ends_before="2026-02-15", as_of="2026-02-15")
    subscribe(ana, starts_on="2026-04-10")
    came_back = ("0.00", "0.00", "0.00", "0.00", "0.00", "100.00", "100.00")
    assert table(karoo, last="2026-04", by=Unit.ACCOUNT)[-1] == came_back
    assert table(karoo, first="2026-04", last="2026-04", by=Unit.ACCOUNT) == [came_back]
    asked = ask(karoo, last="2026-04", by=Unit.ACCOUNT)
    assert mrr_report(asked) == (mrr_months(asked), mrr_units(asked))
    assert [one.movement for one in mrr_units(asked)] == [Movement.REACTIVATION]


def test_a_figure_opens_its_subscriptions(karoo):
    make_plan()
    make_plan("big", price="900.00")
    ana = make_account("ANA")
    subscribe(ana)
    subscribe(ana, plan="big", starts_on="2026-02-15")
    found = mrr_units(ask(karoo, "2026-02", "2026-02"))
    assert [(str(one.change.decimal), one.movement, one.account_number) for one in found] == [
        ("900.00", "new", "ANA"), ("0.00", "", "ANA"),
    ]  # fmt: skip
    assert [one.movement for one in mrr_units(ask(karoo, "2026-02", "2026-02"), movement=Movement.CHURN)] == []


def test_months_out_of_order_are_refused(karoo):
    with pytest.raises(Refusal, match="out of order"):
        mrr_months(ask(karoo, "2026-02", "2026-01"))
