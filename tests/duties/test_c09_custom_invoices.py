"""C09: Make custom invoices: manual, one-off, consolidated, split by cost centre/PO, customer layout, required references enforced.

Bea bills: in the browser, on the command line and by a program of hers. Head pays for North and South.
"""  # noqa: E501

from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.duties.people import on, person, type_in

from billwright.access.states import Role
from billwright.catalog.tests.builders import make_plan, make_product
from billwright.interfaces.cli import bill_run, document_choices, invoices, subscriptions
from billwright.invoicing.queries import get_document, list_documents
from billwright.invoicing.tests.builders import make_company, make_payer
from billwright.kernel.errors import Refusal
from billwright.workflow.documents.prints import document_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.duty("C09")]


@pytest.fixture
def family():
    """Head pays for North and South; North runs two services at 100.00 a month, South one."""
    make_product()
    make_plan()
    company = make_company()
    with on("2026-01-01"):
        head, north, south = (make_payer(company, name=name, cycle_day=1) for name in ("Head", "North", "South"))
        bea = person("bea", Role.BILLING_SPECIALIST)
        for child in (north, south):
            bea.sends("parent-set", child.id, parent_number=head.number, valid_from="2026-01-01")
        ordered = [
            type_in(subscriptions.app, "subscribe", account.number, "basic", "--starts", "2026-01-01")["number"]
            for account in (north, north, south)
        ]
        yield bea, head, north, south, ordered


def run_bills(day):
    with on(day):
        type_in(bill_run.app, "run", "--as-of", day, "--yes")


def totals(account):
    rows = reversed(list_documents(account_id=account.id, limit=50))
    return [(row.purchase_order, row.cost_center, str(row.total)) for row in rows]


def printed(invoice_id):
    pages = PdfReader(BytesIO(document_pdf(invoice_id))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def documents_form(account, **values):
    form = {"version": account.version, "split_by": "NONE", "group_by": "", "references": "head"}
    return form | values


def test_c09_a_parents_invoice_groups_its_children_with_subtotals_that_add_up(family):
    _bea, head, north, south, ordered = family
    type_in(document_choices.app, "layout", head.number, "--group-by", "account_subscription")
    run_bills("2026-01-01")
    assert totals(head) == [("", "", "345.00 ZAR")]
    (invoice,) = list_documents(account_id=head.id)
    text = printed(invoice.id)
    assert f"Subtotal · {north.number} · North 200.00" in text
    assert f"Subtotal · {south.number} · South 100.00" in text
    for number in ordered:
        assert number in text
    lines = get_document(invoice.id).lines
    assert [sum(line.net_minor for line in lines if line.account_id == one.id) for one in (north, south)] == [
        20000,
        10000,
    ]


def test_c09_one_run_splits_by_purchase_order_and_the_next_writes_nothing(family):
    bea, head, _north, _south, ordered = family
    bea.sends("account-documents", head.id, **documents_form(head, split_by="PURCHASE_ORDER"))
    for number, order in zip(ordered, ("PO-1", "PO-2", "PO-1"), strict=True):
        type_in(document_choices.app, "refer", number, "--purchase-order", order)
    run_bills("2026-01-01")
    assert totals(head) == [("PO-1", "", "230.00 ZAR"), ("PO-2", "", "115.00 ZAR")]
    run_bills("2026-01-01")
    assert len(totals(head)) == 2
    (second, first) = list_documents(account_id=head.id)
    assert first.number != second.number
    assert "Purchase order PO-2" in printed(second.id)


def test_c09_required_references_are_refused_by_hand_and_found_by_the_run(family):
    bea, head, north, _south, ordered = family
    bea.sends("account-documents", head.id, **documents_form(head, required_references=["purchase_order"]))
    one_off = ("draft", head.number, "--line", "Move of racks=1500.00", "--date", "2026-01-15")
    with pytest.raises(Refusal) as refused:
        type_in(invoices.app, *one_off)
    assert (refused.value.code, refused.value.field, refused.value.row) == (
        "references.required", "purchase_order", 1,
    )  # fmt: skip
    assert "on the account" in str(refused.value.cure)
    form = {
        "account": head.number, "document_date": "2026-01-15", "line_count": "1", "line-0-text": "Move of racks",
        "line-0-quantity": "1", "line-0-unit_price": "1500.00", "line-0-purchase_order": "PO-7",
        "line-0-cost_center": "north", "line-0-account": north.number,
    }  # fmt: skip
    with on("2026-01-15"):
        bea.sends("invoice-new", **form)
        bea.sends("invoice-new", **form | {"line-0-account": "nobody"}, expecting=422)
    (draft,) = list_documents(account_id=head.id)
    (line,) = get_document(draft.id).lines
    assert line.account_id == north.id
    assert (line.purchase_order, line.cost_center, str(draft.total)) == ("PO-7", "north", "1725.00 ZAR")
    run_bills("2026-02-01")
    (run,) = type_in(bill_run.app, "list")
    found = type_in(bill_run.app, "findings", run["id"])
    facts = [one["facts"] for one in found if one["code"] == "no_reference"]
    assert facts == [{"reference": "purchase_order", "lines": 6}]
    keys = {row["number"]: row["id"] for row in type_in(subscriptions.app, "list", "--limit", "50")}
    for number in ordered[:2]:
        body = {"purchase_order": "PO-7", "cost_center": ""}
        assert bea.api("put", f"/subscriptions/{keys[number]}/references", body)["purchase_order"] == "PO-7"
    last = keys[ordered[2]]
    assert "the account" in bea.reads("subscription-references", last)
    bea.sends("subscription-references", last, purchase_order="PO-8", cost_center="", version=1)
    assert "PO-8" in bea.reads("subscription", last)
    preview = type_in(bill_run.app, "preview", head.number, "--as-of", "2026-03-01")
    assert "no_reference" not in {one["code"] for one in preview["findings"]}


def test_c09_a_field_of_the_customers_own_may_be_required(family):
    bea, head, *_rest = family
    fields = {f"{part}_{place}": "" for part in ("label", "value") for place in range(6)}
    wanted = fields | {"label_0": "Vendor number", "required_0": "on"}
    bea.sends("references-change", head.id, **wanted)
    with pytest.raises(Refusal, match="Vendor number"):
        type_in(invoices.app, "draft", head.number, "--line", "Racks=10.00", "--date", "2026-01-15")
    bea.sends("references-change", head.id, **wanted | {"value_0": "V-77"})
    draft = type_in(invoices.app, "draft", head.number, "--line", "Racks=10.00", "--date", "2026-01-15")
    assert "Vendor number V-77" in printed(draft["id"])
    assert "Split a bill run" in bea.reads("account-documents", head.id)


def test_c09_a_customers_layout_is_data_and_what_the_law_wants_stays(family):
    bea, head, *_rest = family
    layout = {
        "hide": ["quantity", "unit_price", "period"],
        "references": "box",
        "box_title": "For your books",
        "footer": "Please quote the order.",
    }
    change = {"layout": layout, "purchase_order": "PO-9"}
    bea.api("patch", f"/accounts/{head.id}", {"version": head.version, "change": change})
    run_bills("2026-01-01")
    (invoice,) = list_documents(account_id=head.id)
    text = printed(invoice.id)
    assert "Unit price" not in text
    assert "1 × 100.00" in text
    assert "For your books Purchase order PO-9" in text
    assert "Please quote the order." in text
    wrong = {"version": head.version + 1, "change": {"layout": {"hide": ["tax"]}}}
    problem = bea.api("patch", f"/accounts/{head.id}", wrong, status=422)
    assert "law wants" in problem["title"]
    # What was issued looks as it did, whatever the account chooses later.
    bea.api("patch", f"/accounts/{head.id}", {"version": head.version + 1, "change": {"layout": {}}})
    assert "For your books" in printed(invoice.id)
