"""D02: Analyse billing data: this invoice vs last, per line and per cause, down to usage events.

Played by Anke, service desk agent, with the customer on the phone.
"""

import pytest
from tests.duties.people import person, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import compare
from billwright.invoicing.models import Invoice
from billwright.workflow.bill_run.tests.builders import (
    bill,
    make_account,
    make_charge,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = [pytest.mark.django_db, pytest.mark.duty("D02")]


def test_d02_the_causes_add_up_and_the_answer_is_ready():
    make_world()
    make_plan(price="310.00")
    account = make_account("ANA")
    subscribe(account, starts_on="2026-01-18")
    bill("2026-01-18")
    make_charge(account, amount=5000)
    bill("2026-02-01")
    first, second = Invoice.objects.order_by("id")
    anke = person("anke", Role.SERVICE_DESK_AGENT)
    page = anke.reads("invoice-comparison", second.pk)
    assert "Share of the period" in page
    assert "1 instead of 14/31 of a period" in page
    told = anke.api("get", f"/invoices/{second.number}/comparison")
    assert {one["cause"]: one["amount"]["amount"] for one in told["causes"]} == {
        "proration": "170.00",
        "one_off": "50.00",
        "tax": "33.00",
    }
    assert told["difference"]["amount"] == "253.00"
    # Nothing stands before the first; the page says so and asks for another.
    assert "no invoice before this one" in anke.reads("invoice-comparison", first.pk)
    assert type_in(compare.app, first.number, second.number)["difference"]["amount_minor"] == -25300
