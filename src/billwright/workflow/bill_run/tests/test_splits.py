"""Documents of one payer and run, split by what the account chose; what they refer to, and what is missing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from billwright.accounts.models import BillingAccount
from billwright.accounts.states import SplitBy
from billwright.invoicing.models import BillRunFinding, Invoice, InvoiceLine
from billwright.kernel.errors import NotFound
from billwright.rating.operations import NewDiscount, give_discount
from billwright.subscriptions.models import Subscription
from billwright.subscriptions.queries import SubscriptionRow
from billwright.workflow.bill_compare import compare_documents
from billwright.workflow.bill_run import preview_accounts
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    documents,
    make_account,
    make_act,
    make_plan,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


def choose(account: BillingAccount, **values: Any) -> BillingAccount:
    BillingAccount.objects.filter(id=account.pk).update(**values)
    return account


def refer(subscription: SubscriptionRow, **references: str) -> SubscriptionRow:
    Subscription.objects.filter(id=subscription.id).update(**references)
    return subscription


def references() -> list[tuple[str, str, str, int]]:
    """Split key, purchase order, cost centre and total of every document, in the order of their numbers."""
    rows = Invoice.objects.order_by("id")
    return [(row.split_key, row.purchase_order, row.cost_center, row.total_minor) for row in rows]


def three_orders(split_by: SplitBy, **own: str) -> tuple[BillingAccount, list[SubscriptionRow]]:
    """Ana with three subscriptions of 100, 200 and 300: two purchase orders, the third under her account's."""
    make_world()
    make_plan()
    ana = choose(make_account("ANA"), split_by=split_by, **own)
    rows = [subscribe(ana, quantity="1"), subscribe(ana, quantity="1"), subscribe(ana, quantity="1")]
    refer(rows[0], purchase_order="PO-1", cost_center="north")
    refer(rows[1], purchase_order="PO-2", cost_center="north")
    return ana, rows


def test_a_document_for_each_purchase_order_and_a_second_run_writes_nothing():
    ana, _rows = three_orders(SplitBy.PURCHASE_ORDER, purchase_order="PO-0", cost_center="south")
    preview = preview_accounts(act=make_act(), payer_ids=[ana.pk], as_of=day("2026-01-01"))
    bill("2026-01-01")
    assert references() == [
        ("order:PO-0", "PO-0", "south", 11500),
        ("order:PO-1", "PO-1", "north", 11500),
        ("order:PO-2", "PO-2", "north", 11500),
    ]
    assert [(one.split_key, one.total_minor) for one in preview.documents] == [
        (key, total) for key, _order, _center, total in references()
    ]
    assert len(set(Invoice.objects.values_list("number", flat=True))) == 3
    assert bill("2026-01-01").rows["write_invoices"] == 0


@pytest.mark.parametrize(
    ("split_by", "expected"),
    [
        (SplitBy.NONE, [("", "", "", 34500)]),
        (SplitBy.PURCHASE_ORDER, [("", "", "", 11500), ("order:PO-1", "PO-1", "north", 11500),
                                  ("order:PO-2", "PO-2", "north", 11500)]),
        (SplitBy.COST_CENTER, [("", "", "", 11500), ("center:north", "", "north", 23000)]),
    ],
)  # fmt: skip
def test_what_has_no_reference_stands_on_the_main_document(split_by, expected):
    three_orders(split_by)
    bill("2026-01-01")
    assert references() == expected


def test_lines_carry_the_references_of_their_subscription_also_on_one_document():
    three_orders(SplitBy.NONE, purchase_order="PO-0")
    bill("2026-01-01")
    found = InvoiceLine.objects.order_by("line_no").values_list("purchase_order", "cost_center")
    assert list(found) == [("PO-1", "north"), ("PO-2", "north"), ("PO-0", "")]


def test_a_document_for_each_subscription_and_its_correction_beside_it():
    _ana, rows = three_orders(SplitBy.SUBSCRIPTION)
    bill("2026-01-01")
    keys = [f"subscription:{row.id}" for row in rows]
    assert [key for key, *_rest in references()] == keys
    cancel(rows[0], ends_before="2026-01-17", as_of="2026-01-17")
    bill("2026-02-01")
    # 15 of 31 days are not owed, and nothing new is: below zero that document alone is a credit note.
    assert documents()[3:] == [
        ("ANA", "CREDIT_NOTE", -4839, -726, -5565),
        ("ANA", "INVOICE", 10000, 1500, 11500),
        ("ANA", "INVOICE", 10000, 1500, 11500),
    ]
    assert references()[3][:3] == (keys[0], "PO-1", "north")


def test_a_credit_note_of_its_own_refers_to_what_its_original_referred_to():
    make_world(correction="credit_note")
    make_plan()
    ana = choose(make_account("ANA"), split_by=SplitBy.PURCHASE_ORDER)
    first = refer(subscribe(ana), purchase_order="PO-1")
    bill("2026-01-01")
    cancel(first, ends_before="2026-01-17", as_of="2026-01-17")
    refer(first, purchase_order="PO-9")
    bill("2026-01-17")
    invoice, note = Invoice.objects.order_by("id")
    assert (note.kind, note.corrects_id, note.purchase_order) == ("CREDIT_NOTE", invoice.pk, "PO-1")


def test_a_parent_gets_a_document_for_each_account_that_it_pays_for():
    make_world()
    make_plan()
    parent = choose(make_account("HEAD"), split_by=SplitBy.ACCOUNT)
    children = [make_account(number, parent=parent) for number in ("NORTH", "SOUTH")]
    for account in (parent, *children):
        subscribe(account)
    bill("2026-01-01")
    assert [(row[0], row[3]) for row in references()] == [
        (f"account:{account.pk}", 11500) for account in (parent, *children)
    ]
    assert set(Invoice.objects.values_list("account_id", flat=True)) == {parent.pk}


def test_what_lacks_a_reference_that_its_account_wants_is_found():
    _ana, rows = three_orders(SplitBy.PURCHASE_ORDER, required_references=["purchase_order"])
    bill("2026-01-01")
    (finding,) = BillRunFinding.objects.filter(code="no_reference")
    assert finding.facts == {"reference": "purchase_order", "lines": 1}
    refer(rows[2], purchase_order="PO-3")
    report = bill("2026-02-01")
    assert not BillRunFinding.objects.filter(run_id=report.page.run.id, code="no_reference").exists()


def test_a_document_is_compared_with_the_last_one_of_its_own_key():
    three_orders(SplitBy.PURCHASE_ORDER, purchase_order="PO-0")
    bill("2026-01-01")
    bill("2026-02-01")
    first, second = Invoice.objects.filter(split_key="order:PO-1").order_by("id")
    assert compare_documents(second.pk).other_id == first.pk
    # The first one has none before it: its siblings of the same run are no earlier bill.
    with pytest.raises(NotFound, match="no invoice before"):
        compare_documents(first.pk)


def test_what_is_usual_for_a_payer_is_what_a_run_comes_to_not_each_of_its_documents():
    three_orders(SplitBy.PURCHASE_ORDER, purchase_order="PO-0")
    for month in ("2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"):
        report = bill(month)
    assert not BillRunFinding.objects.filter(run_id=report.page.run.id, code="outlier").exists()
    assert Invoice.objects.count() == 12


def test_limits_and_discounts_come_before_the_split():
    ana, _rows = three_orders(SplitBy.PURCHASE_ORDER, purchase_order="PO-0")
    discount = NewDiscount(account_id=ana.pk, name="Loyalty", starts_on=day("2026-01-01"), amount=Decimal(30))
    give_discount(act=make_act(), discount=discount)
    bill("2026-01-01")
    # 30.00 over three lines of 100.00, one on each document; the tax is each document's own.
    assert [total for *_references, total in references()] == [10350, 10350, 10350]
