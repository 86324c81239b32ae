"""H25: Upgrade/downgrade mid-cycle: credit unused old price, charge new price pro-rata, update future recurring amount; separate policy for upgrades and downgrades.

Bea bills, in the browser, by program and by command.
"""  # noqa: E501

import pytest
from tests.duties.people import on, person, say, type_in
from typer.testing import CliRunner

from billwright.access.states import Role
from billwright.interfaces.cli import bill_run, rule, subscriptions
from billwright.kernel.errors import Refusal
from billwright.subscriptions.queries import get_subscription
from billwright.workflow.bill_run.tests.builders import lines, make_account, make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H25")]


@pytest.fixture
def bea():
    return person("bea", Role.BILLING_SPECIALIST, Role.AUDITOR)


@pytest.fixture
def on_basic():
    """On basic at 100.00 a month, billed for January; pro costs 155.00."""
    make_world()
    make_plan("basic", "100.00")
    make_plan("pro", "155.00")
    subscription = subscribe(make_account("ANA"), plan="basic")
    bill("2026-01-01")
    return subscription


def bill(day):
    with on(day):
        say(bill_run.app, "run", "--as-of", day, "--yes")


def test_h25_an_upgrade_holds_now_with_its_credit_and_a_downgrade_waits_for_the_period(bea, on_basic):
    with on("2026-01-11"):
        for plan in ("basic", "pro"):
            rule_ = {"whose": plan, "valid_from": "2026-01-01", "upgrade": "NOW", "downgrade": "PERIOD_END"}
            bea.sends("change-rule-new", **rule_)
        shown = bea.sends("subscription-plan", on_basic.id, expecting=200, preview="1", plan="pro", quantity="1",
                          version=get_subscription(on_basic.id).version)  # fmt: skip
        found = shown.context["change"]
        # 21 of the 31 days of January: of 100.00 back, of 155.00 new; then the whole price.
        assert (found.credit_minor, found.charge_minor, str(found.next_on)) == (6774, 10500, "2026-02-01")
        assert "counts as dearer" in shown.content.decode()
        bea.sends("subscription-plan", on_basic.id, plan="pro", quantity="1",
                  version=get_subscription(on_basic.id).version)  # fmt: skip
    bill("2026-01-11")
    with on("2026-01-20"):
        preview = bea.api("post", f"/subscriptions/{on_basic.id}/preview", {"kind": "plan", "plan": "basic"})
        assert (preview["decision"]["is_upgrade"], preview["decision"]["effect"]) == (False, "PERIOD_END")
        bea.api("post", f"/subscriptions/{on_basic.id}/plan", {"plan": "basic"})
        assert get_subscription(on_basic.id).plan_code == "pro"
    bill("2026-01-20")
    bill("2026-02-01")
    assert lines()[1:] == [
        ("CORRECTION", "2026-01-11", "2026-02-01", -6774),
        ("RECURRING", "2026-01-11", "2026-02-01", 10500),
        ("RECURRING", "2026-02-01", "2026-03-01", 10000),
    ]


def test_h25_a_rule_without_credit_and_one_that_binds(bea, on_basic):
    with on("2026-01-11"):
        type_in(rule.app, "changes", "NOW_WITHOUT_CREDIT", "PERIOD_END", "--plan", "basic", "--from", "2026-01-01",
                "--binding")  # fmt: skip
        asked = ["change", on_basic.number, "pro", "--from", "2026-01-20"]
        with pytest.raises(Refusal) as refused:
            CliRunner().invoke(subscriptions.app, asked, catch_exceptions=False)
        assert "without credit" in str(refused.value.cure)
        assert type_in(subscriptions.app, "change", on_basic.number, "pro")["plan_code"] == "pro"
    bill("2026-01-12")
    bill("2026-02-01")
    assert lines()[1:] == [("RECURRING", "2026-02-01", "2026-03-01", 15500)]
