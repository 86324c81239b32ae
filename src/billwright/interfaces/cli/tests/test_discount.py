"""The discount and commitment commands, as they are typed."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from billwright.interfaces.cli import commitment, discount, subscriptions
from billwright.kernel import clock
from billwright.kernel.errors import Refusal
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ana():
    make_world()
    make_plan()
    subscribe(make_account("ANA"))
    bill("2026-01-01")
    with clock.standing_at(datetime(2026, 1, 15, 9, tzinfo=UTC)):
        yield


def type_in(app, *words):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_discounts_are_previewed_given_listed_in_their_order_and_ended():
    give = ("give", "ANA", "Loyal", "--percent", "10")
    assert "115.00 ZAR without it, 103.50 ZAR with it" in type_in(discount.app, *give, "--preview")
    (loyal,) = json.loads(type_in(discount.app, *give, "--json"))
    type_in(discount.app, "give", "ANA", "On the fee", "--amount", "5", "--charge", "fee", "--periods", "2")
    listed = json.loads(type_in(discount.app, "list", "ANA", "--json"))
    assert [one["name"] for one in listed] == ["On the fee", "Loyal"]
    type_in(discount.app, "end", str(loyal["id"]), "--before", "2026-01-15")
    assert "Loyal" not in type_in(discount.app, "list", "ANA", "--running")


def test_coupons_are_made_redeemed_with_an_order_and_closed():
    type_in(discount.app, "create-coupon", "START", "Start", "--percent", "50", "--from", "2026-01-01", "--uses", "1")
    type_in(subscriptions.app, "subscribe", "ANA", "basic", "--starts", "2026-01-15", "--coupon", "start")
    (use,) = json.loads(type_in(discount.app, "coupons", "START", "--json"))
    assert (use["percent"], use["starts_on"]) == ("50.000000000000", "2026-01-15")
    with pytest.raises(Refusal, match="as often as it may"):
        type_in(discount.app, "redeem", "START", "ANA")
    type_in(discount.app, "close-coupon", "START")
    assert json.loads(type_in(discount.app, "coupons", "--json"))[0]["closed_by"] == "user:0"


def test_a_commitment_is_agreed_and_its_progress_shown():
    agree = ("agree", "ANA", "Volume", "--minimum", "250", "--from", "2026-01-01")
    assert "287.50" in type_in(commitment.app, *agree, "--preview")
    (made,) = json.loads(type_in(commitment.app, *agree, "--json"))
    (progress,) = json.loads(type_in(commitment.app, "progress", str(made["id"]), "--json"))
    assert progress["billed"]["amount_minor"] == 10000
    type_in(commitment.app, "end", str(made["id"]), "--before", "2026-02-01")
    assert "2026-02-01" in type_in(commitment.app, "list", "ANA")
