"""T36: Open the contract next to the invoice and search clauses (price, term, notice, index, liability for late
payment).

Played by Tomás, collector, with the customer on the phone, and Bea, billing specialist, who recorded the contract.
"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import contracts
from billwright.invoicing.models import Invoice
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.duty("T36")]

CLAUSES = """
3.1 | The monthly fee is 100.00. | price fee = 100.00
4 | The term is twelve months and renews. | term_months = 12
7.2 | Notice is given 30 days ahead in writing. | notice_days = 30
8 | The fee follows the consumer price index once a year.
9.1 | Late payment bears interest of two percent a month.
"""


@pytest.fixture
def billed():
    make_world()
    make_plan()
    subscription = subscribe(make_account("ANA"))
    with on("2026-01-01"):
        bea = person("bea", Role.BILLING_SPECIALIST)
        paper = SimpleUploadedFile("c-1.pdf", b"%PDF-1.7 signed")
        terms = {"account": "ANA", "kind": "CONTRACT", "number": "C-1", "title": "Hosting", "starts_on": "2026-01-01"}
        page = bea.sends("contract-new", **terms, signed_on="2025-12-20", clauses=CLAUSES, document=paper).url
        bea.browser.post(f"{page}bind/", {"subscription": str(subscription.id)})
        bill("2026-01-01")
    return Invoice.objects.get()


def test_t36_the_contract_opens_at_the_clause_of_the_line_and_is_searched(billed):
    tomas = person("tomas", Role.COLLECTOR)
    assert f"/invoices/{billed.pk}/contract/?line=1#clause" in tomas.reads("invoice", billed.pk)
    beside = tomas.reads("invoice-contract", billed.pk, line="1")
    chosen = beside.partition('id="clause"')[2].partition("</dd>")[0]
    assert "<mark>The monthly fee is 100.00.</mark>" in chosen
    assert "Clause of the line" in chosen
    for topic, words in (
        ("price", "§3.1"), ("term", "§4"), ("notice", "§7.2"), ("index", "§8"), ("late_payment", "§9.1"),
    ):  # fmt: skip
        assert words in tomas.reads("invoice-contract", billed.pk, line="1", topic=topic).partition("<dl")[2]
    late = tomas.reads("invoice-contract", billed.pk, line="1", text="interest late")
    assert "<mark>Late</mark>" in late
    assert "§7.2" not in late


def test_t36_clauses_of_all_contracts_are_searched_by_page_program_and_command(billed):
    tomas = person("tomas", Role.COLLECTOR)
    found = tomas.reads("contract-clauses", text="percent month")
    assert ("§9.1" in found, "C-1" in found, "§3.1" in found) == (True, True, False)
    assert "No clause says so" in tomas.reads("contract-clauses", text="arbitration")
    (hit,) = tomas.api("get", "/contracts/clauses?text=interest")
    assert (hit["contract_number"], hit["number"]) == ("C-1", "9.1")
    assert [row["number"] for row in type_in(contracts.app, "find", "--topic", "notice")] == ["7.2"]


def test_t36_what_is_billed_otherwise_is_said_beside_it(billed):
    with on("2026-01-02"):
        bea = person("bella", Role.BILLING_SPECIALIST)
        contract = bea.api("get", f"/contracts?account_id={billed.account_id}")[0]["id"]
        refused = bea.sends(
            "contract-amend", contract, valid_from="2026-02-01", reason="r", clauses="3.1 | Ninety. | price fee",
            expecting=422,
        )  # fmt: skip
        assert "This line is no clause" in refused.content.decode()
        bea.sends("contract-amend", contract, valid_from="2026-02-01", reason="Ninety from February",
                  clauses="3.1 | The monthly fee is 90.00. | price fee = 90.00")  # fmt: skip
        assert "but what holds is" in bea.reads("contract", contract)
    # The line was billed by the first wording, and still opens that one.
    assert "The monthly fee is 100.00." in person("tom", Role.COLLECTOR).reads("invoice-contract", billed.pk)
