"""H31: Prevent and find duplicate invoices (same contract line, same service period), including across manual invoices and imports.

Bea, billing specialist, in the browser, by API and at the command line.
"""  # noqa: E501

from decimal import Decimal

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import coverage
from billwright.invoicing import operations as invoicing
from billwright.invoicing.models import InvoiceLine
from billwright.invoicing.rows import NewInvoice, NewLine
from billwright.workflow import documents
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)
from billwright.workflow.book_import.tests.builders import make_csv, take_over

pytestmark = [pytest.mark.django_db, pytest.mark.duty("H31")]


@pytest.fixture
def ana():
    make_world()
    make_plan(price="310.00")
    account = make_account("ANA")
    subscribe(account, starts_on="2026-01-01")
    bill("2026-01-01")
    return account


def write_by_hand(account):
    """What the run billed already, typed again."""
    line = NewLine(
        text="Hosting for January", unit_price=Decimal("310.00"), product="hosting", service_from=day("2026-01-01"),
        service_to=day("2026-02-01"),
    )  # fmt: skip
    draft = invoicing.draft_invoice(
        act=make_act("2026-01-20T10:00:00"),
        draft=NewInvoice(account_id=account.pk, document_date=day("2026-01-20"), lines=(line,)),
    )
    return documents.issue_invoice(act=make_act("2026-01-20T10:00:00"), invoice_id=draft.id, version=draft.version)


def test_h31_a_run_cannot_bill_twice_and_a_hand_that_did_is_found(ana):
    # A second run of the same day finds nothing to bill; the database would refuse the line anyway.
    bill("2026-01-01")
    assert InvoiceLine.objects.count() == 1
    write_by_hand(ana)
    bea = person("bea", Role.BILLING_SPECIALIST)
    with on("2026-01-25"):
        page = bea.reads("coverage")
        assert "Looks billed twice" in page
        assert "310.00" in page
        (same,) = bea.api("get", "/reports/coverage", {"as_of": "2026-01-25"})["same_lines"]
        assert (same["number"], same["other_number"], same["value"]["amount"]) == ("INV-000002", "INV-000001", "310.00")
        # It was a second server: the reason is recorded, and it is a fault no more.
        where = f"account={ana.pk}&document={same['invoice_id']}&line={same['line_no']}"
        browser = bea.browser.post(f"/reports/coverage/reason/?{where}", {"why": "a second server for January"})
        assert browser.status_code == 302
        told = type_in(coverage.app, "--as-of", "2026-01-25")
    assert told["ok"]
    assert told["same_lines"][0]["reason"] == "a second server for January"


def test_h31_a_book_that_brings_the_same_invoice_twice_is_found():
    take_over(
        make_csv("""
        no  who   dated       due         total   paid
        7   ana   2025-01-10  2025-02-09  100.00  -
        7A  ana   2025-01-10  2025-02-09  100.00  -
        8   ana   2025-02-10  2025-03-09  100.00  -
    """)
    )
    bea = person("bea", Role.BILLING_SPECIALIST)
    found = bea.api("get", "/reports/coverage", {"as_of": "2026-01-25"})["same_lines"]
    assert [(one["number"], one["other_number"], one["value"]["amount"]) for one in found] == [("7A", "7", "100.00")]
