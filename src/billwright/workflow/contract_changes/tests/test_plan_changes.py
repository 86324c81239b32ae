"""Upgrades and downgrades by rule: what they are, when they hold, and what is credited and charged."""

from decimal import Decimal

import pytest

from billwright.catalog.operations import NewChangeRule, set_change_rule
from billwright.catalog.states import ChangeEffect
from billwright.kernel.errors import Refusal
from billwright.org.models import LegalEntity
from billwright.subscriptions.queries import get_subscription
from billwright.workflow.bill_run import ChangeAsked, ChangeKind, preview_change
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    lines,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)
from billwright.workflow.contract_changes import change_plan_by_rule, decide_plan_change

pytestmark = pytest.mark.django_db
NOW, NO_CREDIT, PERIOD_END = ChangeEffect.NOW, ChangeEffect.NOW_WITHOUT_CREDIT, ChangeEffect.PERIOD_END


@pytest.fixture
def on_basic():
    """On basic at 100.00 a month, billed for January; pro costs 155.00, and 1500.00 if paid by the year."""
    make_world()
    make_plan("basic", "100.00")
    make_plan("pro", "155.00")
    make_plan("pro-year", "1500.00", every=12)
    subscription = subscribe(make_account("ANA"), plan="basic")
    bill("2026-01-01")
    return subscription


def rule(upgrade, downgrade, *, plan="", **more):
    whose = {"plan": plan} if plan else {"legal_entity_id": LegalEntity.objects.get().pk}
    new = NewChangeRule(valid_from=day("2025-01-01"), upgrade=upgrade, downgrade=downgrade, **whose, **more)
    set_change_rule(act=make_act(), rule=new)


def change(subscription, plan, *, on="2026-01-11", **more):
    return change_plan_by_rule(act=make_act(), subscription_id=subscription.id, plan=plan, as_of=day(on), **more)


def decide(subscription, plan, **more):
    return decide_plan_change(subscription_id=subscription.id, plan=plan, as_of=day("2026-01-11"), **more)


def test_an_upgrade_now_credits_the_old_and_charges_the_new_and_a_downgrade_waits(on_basic):
    rule(NOW, PERIOD_END)
    change(on_basic, "pro")
    bill("2026-01-11")
    assert lines()[1:] == [
        ("CORRECTION", "2026-01-11", "2026-02-01", -6774),
        ("RECURRING", "2026-01-11", "2026-02-01", 10500),
    ]
    change(on_basic, "basic", on="2026-01-21")
    assert get_subscription(on_basic.id).plan_code == "pro"
    bill("2026-01-21")
    bill("2026-02-01")
    assert lines()[3:] == [("RECURRING", "2026-02-01", "2026-03-01", 10000)]


def test_now_without_credit_the_new_plan_serves_and_its_fee_begins_where_the_old_ends(on_basic):
    rule(NO_CREDIT, NO_CREDIT)
    change(on_basic, "pro")
    assert get_subscription(on_basic.id).plan_code == "pro"
    bill("2026-01-11")
    bill("2026-02-01")
    assert lines() == [
        ("RECURRING", "2026-01-01", "2026-02-01", 10000),
        ("RECURRING", "2026-02-01", "2026-03-01", 15500),
    ]


def test_a_change_back_before_what_was_kept_ends_leaves_nothing_behind(on_basic):
    rule(NO_CREDIT, NO_CREDIT)
    change(on_basic, "pro")
    change(on_basic, "basic", on="2026-01-15", effect=NOW)
    bill("2026-01-20")
    bill("2026-02-01")
    assert lines() == [
        ("RECURRING", "2026-01-01", "2026-02-01", 10000),
        ("RECURRING", "2026-02-01", "2026-03-01", 10000),
    ]


def test_the_old_plan_rules_before_the_company_and_both_before_what_ships(on_basic):
    assert decide(on_basic, "pro").effect == PERIOD_END
    rule(NOW, PERIOD_END)
    assert decide(on_basic, "pro").effect == NOW
    rule(NO_CREDIT, PERIOD_END, plan="basic")
    assert decide(on_basic, "pro").effect == NO_CREDIT


def test_dearer_is_told_by_the_month_or_by_rank(on_basic):
    by_price = decide(on_basic, "pro-year")
    assert (by_price.is_upgrade, by_price.before, by_price.after) == (True, Decimal(100), Decimal(125))
    rule(NOW, PERIOD_END, plan="basic", rank=2)
    rule(NOW, PERIOD_END, plan="pro", rank=1)
    by_rank = decide(on_basic, "pro")
    assert (by_rank.is_upgrade, by_rank.before, by_rank.effect) == (False, None, PERIOD_END)


def test_a_rule_that_binds_refuses_another_day_and_names_its_own(on_basic):
    rule(NOW, PERIOD_END, plan="basic", is_binding=True)
    with pytest.raises(Refusal) as refused:
        change(on_basic, "pro", effective_on=day("2026-01-20"))
    assert refused.value.code == "change.against_rule"
    assert "now" in str(refused.value.cure)
    change(on_basic, "pro", effective_on=day("2026-01-11"))
    assert get_subscription(on_basic.id).plan_code == "pro"


def test_the_preview_says_what_the_rule_makes_of_it(on_basic):
    rule(NOW, PERIOD_END)
    asked = ChangeAsked(kind=ChangeKind.PLAN, plan="pro")
    found = preview_change(act=make_act(), subscription_id=on_basic.id, asked=asked, as_of=day("2026-01-11"))
    assert (found.reckoned_on, found.credit_minor, found.charge_minor) == (day("2026-01-11"), 6774, 10500)
    assert found.decision is not None
    assert found.decision.is_upgrade
    assert (found.next_on, found.next.documents[0].net_minor) == (day("2026-02-01"), 10500 - 6774 + 15500)
