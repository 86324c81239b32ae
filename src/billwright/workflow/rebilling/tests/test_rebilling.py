"""Credit and rebill, cause by cause: what was wrong comes back, what is right is billed, the chain is kept."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction

from billwright.accounts.models import BillingAccount
from billwright.catalog.models import PlanCharge
from billwright.catalog.states import PriceModel
from billwright.invoicing.models import Invoice
from billwright.invoicing.queries.rebillings import rebillings_of
from billwright.invoicing.states import RebillCause
from billwright.kernel.errors import Conflict, Refusal
from billwright.workflow.bill_run.tests.builders import (
    bill,
    day,
    make_account,
    make_act,
    make_plan,
    make_tax,
    make_world,
    subscribe,
)
from billwright.workflow.rebilling import NewRebill, preview_rebill, rebill, undo_rebill

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    """Billed 310.00 for January and for February, plus tax."""
    make_world()
    make_plan("basic", price="310.00")
    make_plan("pro", price="620.00")
    ana = make_account("ANA")
    subscribe(ana, plan="basic", starts_on="2026-01-01")
    bill("2026-01-01")
    bill("2026-02-01")
    return ana


def first():
    return Invoice.objects.order_by("id").first()


def asked(cause, *, since="2026-01-11", **right):
    return NewRebill(cause=cause, true_date=day(since), document_date=day("2026-02-10"), **right)


def act():
    return make_act("2026-02-10T10:00:00", reason="wrong from the start")


def totals(documents):
    return [(document.kind, document.total.amount_minor) for document in documents]


def test_a_wrong_plan_is_credited_to_each_document_and_billed_anew_from_the_true_date(ana):
    row = rebill(act=act(), invoice_id=first().pk, asked=asked(RebillCause.PLAN, plan="pro"))
    assert totals(row.credits) == [("CREDIT_NOTE", -24150), ("CREDIT_NOTE", -35650)]
    assert totals(row.replacements) == [("INVOICE", 119600)]
    assert {Invoice.objects.get(id=credit.id).corrects_id for credit in row.credits} == set(
        Invoice.objects.filter(kind="INVOICE").exclude(id=row.replacements[0].id).values_list("id", flat=True)
    )
    assert (row.was, row.made, str(row.difference)) == ({"plan": "basic"}, {"plan": "pro"}, "598.00 ZAR")
    assert row.is_right
    assert row.checked_lines == 5


def test_a_wrong_quantity_and_a_wrong_price_of_its_own(ana):
    make_plan("seats", price="31.00", model=PriceModel.PER_UNIT)
    boris = make_account("BORIS")
    subscribe(boris, plan="seats", quantity="10")
    bill("2026-01-01")
    invoice = Invoice.objects.get(account=boris)
    row = rebill(act=act(), invoice_id=invoice.pk, asked=asked(RebillCause.QUANTITY, quantity=Decimal(4)))
    assert (totals(row.credits), row.is_right) == ([("CREDIT_NOTE", -24150)], True)
    assert [one.total.amount_minor for one in row.replacements] == [9660 + 14260]
    priced = asked(RebillCause.PRICE, since="2026-02-01", unit_price=Decimal("28.00"), line_no=2)
    row = rebill(act=act(), invoice_id=row.replacements[0].id, asked=priced)
    assert (totals(row.credits), totals(row.replacements)) == ([("CREDIT_NOTE", -14260)], [("INVOICE", 12880)])
    assert (row.was, row.made["unit_price"]) == ({"unit_price": "31.000000000000"}, "28.00")
    assert PlanCharge.objects.get(plan__code="seats").model == PriceModel.PER_UNIT


def test_a_service_that_had_ended_is_credited_and_nothing_replaces_it(ana):
    row = rebill(act=act(), invoice_id=first().pk, asked=asked(RebillCause.PERIOD))
    assert (totals(row.credits), row.replacements) == ([("CREDIT_NOTE", -24150), ("CREDIT_NOTE", -35650)], ())
    assert row.is_right


def test_a_document_with_a_wrong_buyer_is_issued_anew_without_a_change_of_money(ana):
    wanted = asked(RebillCause.BUYER, purchase_order="PO-77")
    row = rebill(act=act(), invoice_id=first().pk, asked=wanted)
    assert (totals(row.credits), totals(row.replacements)) == ([("CREDIT_NOTE", -35650)], [("INVOICE", 35650)])
    assert (row.difference.amount_minor, row.is_right) == (0, True)
    replacement = Invoice.objects.get(id=row.replacements[0].id)
    assert replacement.purchase_order == "PO-77"
    assert replacement.text == f"Replaces {first().number} of 2026-01-01."


def test_a_document_with_the_wrong_tax_is_issued_anew_with_the_tax_that_holds(ana):
    make_tax(ana.legal_entity_id, "VAT-0", treatment="EXPORT", VAT="0")
    BillingAccount.objects.filter(id=ana.pk).update(tax_treatment="EXPORT")
    row = rebill(act=act(), invoice_id=first().pk, asked=asked(RebillCause.TAX, since="2026-01-01"))
    assert (totals(row.credits), totals(row.replacements)) == ([("CREDIT_NOTE", -35650)], [("INVOICE", 31000)])
    assert (str(row.difference), row.is_right) == ("-46.50 ZAR", True)
    assert Invoice.objects.get(id=row.credits[0].id).reason_code == "TAX"


def test_what_somebody_else_owes_is_credited_here_and_billed_there(ana):
    boris = make_account("BORIS")
    row = rebill(act=act(), invoice_id=first().pk, asked=asked(RebillCause.CUSTOMER, account_id=boris.pk))
    assert Invoice.objects.get(id=row.credits[0].id).account_id == ana.pk
    assert Invoice.objects.get(id=row.replacements[0].id).account_id == boris.pk


def test_an_act_and_its_inverse_leave_what_was_billed_before(ana):
    done = rebill(act=act(), invoice_id=first().pk, asked=asked(RebillCause.PLAN, plan="pro"))
    undone = undo_rebill(act=act(), rebilling_id=done.id, document_date=day("2026-02-12"))
    assert (done.difference + undone.difference).amount_minor == 0
    assert (undone.undoes_id, undone.is_right) == (done.id, True)
    assert [row.id for row in rebillings_of(done.replacements[0].id)] == [done.id, undone.id]
    with pytest.raises(Conflict, match="taken back already"):
        undo_rebill(act=act(), rebilling_id=done.id, document_date=day("2026-02-12"))


def test_a_price_of_its_own_is_withdrawn_by_the_inverse_and_may_be_set_again(ana):
    priced = asked(RebillCause.PRICE, unit_price=Decimal("248.00"))
    done = rebill(act=act(), invoice_id=first().pk, asked=priced)
    undone = undo_rebill(act=act(), rebilling_id=done.id, document_date=day("2026-02-12"))
    assert (str(done.difference), str(undone.difference)) == ("-119.60 ZAR", "119.60 ZAR")
    assert (undone.undoes_id, undone.is_right, undone.was["unit_price"]) == (done.id, True, "248.00")
    assert bill("2026-02-12").page.outcomes == {}
    bill("2026-03-01")
    assert Invoice.objects.order_by("id").last().total_minor == 35650
    with pytest.raises(Refusal, match="not brought back"):
        undo_rebill(act=act(), rebilling_id=undone.id, document_date=day("2026-03-02"))
    again = replace(priced, document_date=day("2026-03-02"), unit_price=Decimal("279.00"), line_no=1)
    assert str(rebill(act=act(), invoice_id=undone.replacements[0].id, asked=again).difference) == "-95.45 ZAR"


def test_a_preview_writes_nothing_and_the_same_key_bills_once(ana):
    wanted = asked(RebillCause.PLAN, plan="pro")
    shown = preview_rebill(act=act(), invoice_id=first().pk, asked=wanted)
    assert (Invoice.objects.count(), str(shown.difference)) == (2, "598.00 ZAR")
    keyed = replace(act(), key="once")
    with transaction.atomic():
        row = rebill(act=keyed, invoice_id=first().pk, asked=wanted)
    assert rebill(act=keyed, invoice_id=first().pk, asked=wanted) == row
    assert Invoice.objects.count() == 5


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (asked(RebillCause.PLAN), "rebill.missing"),
        (asked(RebillCause.PLAN, plan="basic"), "rebill.nothing"),
        (asked(RebillCause.QUANTITY, quantity=Decimal(2), line_no=9), "rebill.which_line"),
        (replace(asked(RebillCause.OTHER), document_date=day("2025-12-31")), "rebill.too_early"),
    ],
)
def test_what_is_refused_changes_nothing(ana, wanted, code):
    with pytest.raises(Refusal) as refused, transaction.atomic():
        rebill(act=act(), invoice_id=first().pk, asked=wanted)
    assert refused.value.code == code
    assert Invoice.objects.count() == 2
