"""H26: Show the pro-rata working (days, basis, rate, rounding) and reproduce it to the cent from stored inputs.

Played by Bea, billing specialist, in the browser, and by a program of hers.
"""

import pytest
from tests.duties.people import person, say, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import explain, verify
from billwright.invoicing.models import Invoice
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H26")]


def test_h26_the_working_is_shown_and_found_again_to_the_cent():
    make_world()
    make_plan(price="99.99")
    subscribe(make_account("ANA"), starts_on="2026-01-18")
    bill("2026-01-18")
    invoice = Invoice.objects.get()
    bea = person("bea", Role.BILLING_SPECIALIST)
    page = bea.reads("invoice-explanation", invoice.pk)
    # 99.99 x 14 / 31 = 45.1567..., rounded once.
    assert "14 of 31 days" in page
    assert "45.16" in page
    assert "round(unit_price * days / base_days)" in page
    assert "every figure was found again" in page
    told = bea.api("get", f"/invoices/{invoice.number}/explanation")
    (line,) = told["lines"]
    assert (line["days"], line["base_days"], line["unit_price"], told["mismatches"]) == (14, 31, "99.99", [])
    assert line["net"] == {"amount": "45.16", "currency": "ZAR"}
    assert type_in(explain.app, invoice.number)["lines"][0]["days"] == 14
    assert "1 documents, 1 lines checked, 0 mismatched" in say(verify.app, "--all")
