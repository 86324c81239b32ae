"""D03: Correct an error by credit-and-rebill that keeps the chain original -> credit -> replacement and re-tests it."""

import pytest
from tests.duties.people import Person, on, type_in

from billwright.access.states import Role
from billwright.interfaces.cli import explain, rebill
from billwright.invoicing.models import Invoice
from billwright.kernel.models import AuditEvent
from billwright.receivables.queries.ties import untied
from billwright.workflow.bill_run.tests.builders import bill, make_account, make_plan, make_world, subscribe
from billwright.workflow.explanations import verify_documents

pytestmark = [pytest.mark.django_db, pytest.mark.duty("D03")]


@pytest.fixture
def wrong():
    """Billed a month of the wrong plan, since the 11th."""
    make_world()
    make_plan("basic", price="310.00")
    make_plan("pro", price="620.00")
    subscribe(make_account("ANA"), plan="basic")
    bill("2026-01-01")
    return Invoice.objects.get()


def test_d03_an_error_is_credited_and_billed_anew_with_its_chain_and_its_cause_looked_at_again(wrong):
    head = Person("head", (Role.FINANCE_MANAGER,))
    asked = {
        "cause": "PLAN", "plan": "pro", "true_date": "2026-01-11", "document_date": "2026-01-20",
        "reason": "provisioned as pro since the 11th",
    }  # fmt: skip
    with on("2026-01-20"):
        drawer = head.browser.post(f"/invoices/{wrong.pk}/rebill/", {**asked, "preview": "1"})
        assert drawer.status_code == 200, drawer.content
        assert "241.50" in drawer.content.decode()
        assert Invoice.objects.count() == 1
        head.browser.post(f"/invoices/{wrong.pk}/rebill/", asked)
    credit = Invoice.objects.get(kind="CREDIT_NOTE")
    replacement = Invoice.objects.exclude(corrects=wrong).exclude(id=wrong.pk).get()
    assert (credit.total_minor, replacement.total_minor) == (-24150, 48300)
    for document in (wrong, credit, replacement):
        page = head.reads("invoice", document.pk)
        assert all(one.number in page for one in (wrong, credit, replacement))
        assert "The cause is gone" in page
        assert replacement.number in str(type_in(explain.app, document.number)["rebillings"])
    (chain,) = type_in(rebill.app, "show", replacement.number)
    assert (chain["cause"], chain["true_date"], chain["wrong_days"]) == ("PLAN", "2026-01-11", 0)
    assert replacement.text == f"Replaces {wrong.number} of 2026-01-01."
    assert verify_documents().ok
    assert untied() == []


def test_d03_who_may_not_decide_asks_somebody_who_may(wrong):
    clerk = Person("clerk", (Role.BILLING_SPECIALIST,))
    asked = {"cause": "OTHER", "true_date": "2026-01-01", "document_date": "2026-01-20", "reason": "x"}
    with on("2026-01-20"):
        refused = clerk.browser.post(f"/invoices/{wrong.pk}/rebill/", asked)
    assert refused.status_code == 403
    assert Invoice.objects.count() == 1


def test_d03_a_request_is_carried_out_by_another_person_and_both_are_named(wrong):
    clerk, head = Person("clerk", (Role.BILLING_SPECIALIST,)), Person("head", (Role.FINANCE_MANAGER,))
    asked = {"cause": "PLAN", "plan": "pro", "true_date": "2026-01-11", "document_date": "2026-01-20"}
    with on("2026-01-20"):
        clerk.api("post", f"/invoices/{wrong.number}/rebill", {"asked": asked, "reason": "x"}, status=403)
        what = {"invoice_id": wrong.pk, "asked": asked}
        request = {"verb": "invoice.rebill", "reason": "pro since the 11th", "arguments": what}
        case = clerk.api("post", "/approvals", request, status=201)
        assert (case["amount"], case["subject"]) == ({"amount": "356.50", "currency": "ZAR"}, f"invoice:{wrong.pk}")
        clerk.api("post", f"/approvals/{case['id']}/decide", {"approve": True}, status=403)
        assert Invoice.objects.count() == 1
        assert head.api("post", f"/approvals/{case['id']}/decide", {"approve": True})["state"] == "EXECUTED"
    assert sorted(Invoice.objects.exclude(id=wrong.pk).values_list("total_minor", flat=True)) == [-24150, 48300]
    (done,) = AuditEvent.objects.filter(verb="invoice.rebill")
    assert (done.actor, done.on_behalf_of) == (head.actor, clerk.actor)


def test_d03_a_program_previews_rebills_lists_and_takes_back(wrong):
    head, place = Person("head", (Role.FINANCE_MANAGER,)), f"/invoices/{wrong.number}"
    asked = {"cause": "PLAN", "plan": "pro", "true_date": "2026-01-11", "document_date": "2026-01-20"}
    with on("2026-01-20"):
        shown = head.api("post", f"{place}/rebill/preview", {"asked": asked, "reason": "wrong plan"})
        assert (shown["difference"]["amount"], Invoice.objects.count()) == ("241.50", 1)
        missing = {"asked": asked | {"plan": ""}, "reason": "wrong plan"}
        assert head.api("post", f"{place}/rebill", missing, status=422)["code"] == "rebill.missing"
        done = head.api("post", f"{place}/rebill", {"asked": asked, "reason": "wrong plan"}, status=201)
        assert [row["id"] for row in head.api("get", f"{place}/rebillings")] == [done["id"]]
        back = {"document_date": "2026-01-20", "reason": "was right"}
        undone = head.api("post", f"/rebillings/{done['id']}/undo", back, status=201)
        assert (undone["difference"]["amount"], undone["undoes_id"]) == ("-241.50", done["id"])
        assert head.api("post", f"/rebillings/{done['id']}/undo", back, status=409)["code"] == "rebill.undone"
    assert untied() == []
