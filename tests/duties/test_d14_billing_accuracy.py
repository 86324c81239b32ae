"""D14: Measure billing accuracy: share of invoices not later corrected, by cause and by value, with the sample auditable.

Felix is the finance manager; he reads the page, the workbook and the command, and checks them against the documents.
"""  # noqa: E501

from decimal import Decimal

import pytest
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import report
from billwright.invoicing.models import Invoice
from billwright.invoicing.operations import draft_credit_note
from billwright.invoicing.rows import CreditLine, NewCorrection
from billwright.kernel.money import Money
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

pytestmark = [pytest.mark.django_db]


def credit(number, reason_code, amount):
    """A part of an invoice is taken back, for a reason."""
    invoice = Invoice.objects.get(number=number)
    draft = draft_credit_note(
        act=make_act("2026-02-10T10:00:00"),
        correction=NewCorrection(
            invoice_id=invoice.pk, reason_code=reason_code, document_date=day("2026-02-10"), reason="as told"
        ),
        lines=(CreditLine(line_no=1, amount=Money.of(amount, "ZAR")),),
    )  # fmt: skip
    documents.issue_credit_note(act=make_act("2026-02-10T10:00:00"), invoice_id=draft.id, version=draft.version)


@pytest.fixture
def billed():
    """Four invoices of 100.00 in January, four in February; two were wrong, one was goodwill."""
    make_world()
    make_plan()
    for name in ("ANA", "BORIS", "CLARA", "DORA"):
        subscribe(make_account(name), starts_on="2026-01-01")
    bill("2026-01-01")
    bill("2026-02-01")
    credit("INV-000005", "PRICE", "30.00")
    credit("INV-000006", "BILLING_ERROR", "10.00")
    credit("INV-000001", "GOODWILL", "5.00")


@pytest.mark.duty("D14")
def test_d14_accuracy_by_count_by_value_and_by_cause_with_every_case(billed):
    felix = person("felix", Role.FINANCE_MANAGER)
    with on("2026-02-28"):
        page = felix.reads("performance", first="2026-01-01", last="2026-02-01")
        assert "Price corrected" in page
        assert "INV-000005" in page
        assert felix.opens("performance", first="2026-01-01", last="2026-02-01", export="xlsx").content[:2] == b"PK"
        asked = {"first": "2026-01-01", "last": "2026-02-01", "known_on": "2026-02-28"}
        told = felix.api("get", "/reports/performance", asked)
    january, february = told["months"]
    assert (january["invoice_count"], january["corrected_count"], january["fault_count"]) == (4, 1, 0)
    assert (february["invoice_count"], february["fault_count"], february["fault"]["amount"]) == (4, 2, "40.00")
    # Half of February was right at once; by value 360 of 400.
    causes = {one["reason_code"]: (one["net"]["amount"], one["is_fault"]) for one in told["causes"]}
    assert causes == {"PRICE": ("30.00", True), "BILLING_ERROR": ("10.00", True), "GOODWILL": ("5.00", False)}
    # Every figure has its documents: the cases add up to the credit notes of the book.
    noted = -sum(Invoice.objects.filter(kind="CREDIT_NOTE").values_list("net_minor", flat=True))
    assert sum(Decimal(case["net"]["amount"]) for case in told["cases"]) * 100 == noted == 4500
    # As it was known before the corrections, everything was right.
    with on("2026-02-05"):
        before = felix.api("get", "/reports/performance", asked | {"known_on": "2026-02-05"})
    assert [month["fault_count"] for month in before["months"]] == [0, 0]


@pytest.mark.duty("S12")
def test_s12_performance_and_trends_with_recommendations_backed_by_cases(billed):
    """S12: Report billing performance and revenue trends with recommendations backed by the cases."""
    make_plan("extra", price="50.00")
    subscribe(make_account("EMIL"), plan="extra", starts_on="2026-02-20")
    with on("2026-02-28"):
        told = type_in(report.app, "performance", "--first", "2026-01", "--last", "2026-02")
    advice = {one["key"]: one for one in told["recommendations"]}
    assert advice["worst_cause"]["invoices"] == ["INV-000005"]
    assert advice["accuracy_fell"]["invoices"] == ["INV-000005", "INV-000006"]
    # Emil's nine days of February (50.00 x 9 / 28) wait for a run.
    [unbilled] = told["unbilled"]
    assert (unbilled["verdict"], unbilled["value"]["amount_minor"]) == ("unbilled", 1607)
    # The products' sums are the documents' sums, credits and all.
    billed_net = sum(Invoice.objects.values_list("net_minor", flat=True))
    assert sum(one["net"]["amount_minor"] for one in told["products"]) == billed_net == 80000 - 4500
