"""H35: Check system-generated invoices before sending: outliers, zero or negative, missing tax id, changed bank details; hold with reason and release.

Bea bills, Felix is the finance manager, Lea leads the team, Ada answers the phone. They work in the browser.
"""  # noqa: E501

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.approvals import list_approvals
from billwright.access.states import Role
from billwright.accounts.models import Customer
from billwright.interfaces.cli import bill_run
from billwright.invoicing.models import Invoice
from billwright.invoicing.queries.checks import list_held
from billwright.workflow.bill_run.tests.builders import (
    approve_and_issue,
    bill,
    documents,
    make_account,
    make_charge,
    make_plan,
    make_world,
    prepare,
    subscribe,
)

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H35")]


@pytest.fixture
def three():
    """Ana pays as ever, Boris gets something large, Clara's firm has no tax number."""
    make_world()
    make_plan()
    accounts = {name: make_account(name) for name in ("ANA", "BORIS", "CLARA")}
    for account in accounts.values():
        subscribe(account, starts_on="2025-11-01")
    for month in ("2025-11-01", "2025-12-01", "2026-01-01"):
        bill(month)
    Customer.objects.filter(id=accounts["CLARA"].customer_id).update(kind="ORGANIZATION")
    Customer.objects.exclude(id=accounts["CLARA"].customer_id).update(kind="PERSON")
    make_charge(accounts["BORIS"], amount=500_000, bill_from="2026-02-01")
    return accounts


def holds(bea, felix, code, **thresholds):
    """Bea tries the change on the last run and asks; Felix lets it hold."""
    form = {"severity": "HOLD", "valid_from": "2026-01-15", "reason": "too many credits in 2025", **thresholds}
    assert "Would have been held" in bea.sends("bill-run-check-change", code, expecting=200, preview="1", **form).text
    bea.sends("bill-run-check-change", code, **form)
    [asked] = [one for one in list_approvals() if one.state == "PENDING"]
    bea.sends("approval-decide", asked.id, decision="approve", expecting=403)
    felix.sends("approval-decide", asked.id, decision="approve")


def test_h35_what_looks_wrong_is_held_and_released_with_a_reason(three):
    bea, felix = person("bea", Role.BILLING_SPECIALIST), person("felix", Role.FINANCE_MANAGER)
    with on("2026-01-20"):
        for code, thresholds in {"outlier": {"factor": "3", "minimum": "1000"}, "business_no_tax_number": {}}.items():
            holds(bea, felix, code, **thresholds)
        assert "Holds the document" in bea.reads("bill-run-checks")
    run_id = prepare("2026-02-01").page.run.id
    page = bea.reads("bill-run-held")
    assert "BORIS" in page
    assert "CLARA" in page
    assert ">ANA" not in page
    # One bad account stops nobody else: Ana has her bill of 100.00 and 15 % tax.
    approve_and_issue(run_id)
    assert [row for row in documents(run_id=run_id) if row[0] == "ANA"] == [("ANA", "INVOICE", 10000, 1500, 11500)]
    assert len(documents(run_id=run_id)) == 1
    # Boris did order it: his document goes. Clara's tax number is entered.
    with on("2026-02-02"):
        boris, clara = list_held(state="OPEN")
        bea.sends("bill-run-held-release", ids=str(boris.id), why="", expecting=422)
        person("ada", Role.SALES_READ_ONLY).sends("bill-run-held-release", ids=str(boris.id), why="x", expecting=403)
        bea.sends("bill-run-held-release", ids=str(boris.id), why="ordered on 28 January")
    Customer.objects.filter(id=three["CLARA"].customer_id).update(tax_number="4010000000")
    again = prepare("2026-02-02").page.run.id
    assert list_held(state="OPEN") == []
    approve_and_issue(again)
    assert documents(run_id=again) == [
        ("BORIS", "INVOICE", 510_000, 76_500, 586_500),
        ("CLARA", "INVOICE", 10_000, 1_500, 11_500),
    ]
    assert "ordered on 28 January" in bea.reads("bill-run-held", state="RELEASED")
    assert bea.opens("bill-run-held", state="", export="xlsx").content[:2] == b"PK"
    told = type_in(bill_run.app, "held", "list", "--state", "RELEASED")
    assert [(one["code"], one["reason"]) for one in told] == [("outlier", "ordered on 28 January")]
    assert Invoice.objects.filter(document_date="2026-01-01").count() == 3
    assert clara.code == "business_no_tax_number"


def test_h35_the_api_tells_what_is_held_and_lets_it_go(three):
    bea = person("bea", Role.BILLING_SPECIALIST)
    entity_id = three["ANA"].legal_entity_id
    rules = bea.api("get", "/bill-runs/checks", {"legal_entity_id": entity_id, "on": "2026-02-01"})
    assert {rule["code"]: rule["severity"] for rule in rules}["outlier"] == "WARNING"
    asked = {"legal_entity_id": entity_id, "code": "first_invoice", "severity": "HOLD"}
    found = bea.api("post", "/bill-runs/checks/preview", asked)
    assert (found["document_count"], found["held_after"]) == (3, 0)
    assert bea.api("get", "/bill-runs/held", {"state": "OPEN"})["data"] == []
