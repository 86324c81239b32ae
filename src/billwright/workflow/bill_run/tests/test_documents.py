"""What a run bills: periods, stubs, corrections, documents, taxes."""

from datetime import timedelta

import pytest
from django.db import connection

from billwright.accounts.models import Customer
from billwright.catalog.models import TaxCode, TaxRate
from billwright.catalog.states import IntervalUnit, PriceModel, Timing
from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.org.tests.builders import make_rate
from billwright.subscriptions.models import SubscriptionItem
from billwright.workflow.bill_run.tests.builders import (
    bill,
    cancel,
    day,
    documents,
    item_of,
    lines,
    make_account,
    make_charge,
    make_plan,
    make_tax,
    make_world,
    subscribe,
)

pytestmark = pytest.mark.django_db


def test_a_month_in_advance_with_tax():
    make_world()
    make_plan()
    subscribe(make_account("ANA"), starts_on="2026-01-10")
    bill("2026-01-10")
    assert lines() == [("RECURRING", "2026-01-10", "2026-02-01", 7097)]
    assert documents() == [("ANA", "INVOICE", 7097, 1065, 8162)]


def test_a_second_run_writes_nothing():
    make_world()
    make_plan()
    subscribe(make_account("ANA"))
    bill("2026-01-10")
    report = bill("2026-01-10")
    assert report.rows["write_invoices"] == 0
    assert len(documents()) == 1


def test_cancelled_service_is_credited_on_the_next_document():
    make_world()
    make_plan()
    subscription = subscribe(make_account("ANA"), starts_on="2026-01-10")
    bill("2026-01-10")
    cancel(subscription, ends_before="2026-01-20", as_of="2026-01-20")
    bill("2026-01-20")
    assert lines()[1:] == [("CORRECTION", "2026-01-20", "2026-02-01", -3871)]
    assert documents()[1:] == [("ANA", "CREDIT_NOTE", -3871, -581, -4452)]


def test_a_period_in_arrears_is_billed_the_day_after_it():
    make_world()
    make_plan(timing=Timing.ARREARS)
    subscribe(make_account("ANA"), starts_on="2026-01-01")
    bill("2026-01-31")
    assert lines() == []
    bill("2026-02-01")
    assert lines() == [("RECURRING", "2026-01-01", "2026-02-01", 10000)]


def test_the_last_day_of_the_month_never_drifts():
    make_world()
    make_plan()
    subscribe(make_account("ANA", cycle_day=31), starts_on="2025-12-31")
    bill("2026-03-31")
    assert [line[1:3] for line in lines()] == [
        ("2025-12-31", "2026-01-31"),
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
    ]


def test_seats_are_quantity_times_price():
    make_world()
    make_plan(price="33.33", model=PriceModel.PER_UNIT)
    subscribe(make_account("ANA"), quantity="3")
    bill("2026-01-01")
    assert lines() == [("RECURRING", "2026-01-01", "2026-02-01", 9999)]


def test_what_costs_nothing_moves_its_mark_and_writes_no_line():
    make_world()
    make_plan(price="0")
    subscription = subscribe(make_account("ANA"))
    bill("2026-01-01")
    assert documents() == []
    assert str(item_of(subscription).mark.billed_through) == "2026-02-01"


def test_the_parent_pays_and_the_line_names_the_child():
    make_world()
    make_plan()
    parent = make_account("GROUP")
    child = make_account("SHOP", parent=parent)
    subscribe(parent)
    subscribe(child)
    bill("2026-01-01")
    assert documents() == [("GROUP", "INVOICE", 20000, 3000, 23000)]
    assert sorted(InvoiceLine.objects.values_list("account_id", flat=True)) == [parent.pk, child.pk]


def test_the_accounts_terms_come_before_the_entitys():
    entity = make_world()
    make_plan()
    subscribe(make_account("ANA", terms_days=7))
    subscribe(make_account("BORIS"))
    bill("2026-01-01")
    due = dict(Invoice.objects.values_list("account__number", "due_date"))
    assert due == {"ANA": day("2026-01-08"), "BORIS": day("2026-01-01") + timedelta(days=entity.payment_terms_days)}


def test_service_beyond_the_posting_month_is_deferred():
    entity = make_world()
    make_plan("monthly")
    make_plan("yearly", price="1200.00", every=12)
    ana = make_account("ANA")
    subscribe(ana, plan="monthly")
    subscribe(ana, plan="yearly")
    bill("2026-01-01")
    day_end = day("2026-01-31")
    balances = {role: control_balance(legal_entity_id=entity.pk, role=role, as_of=day_end) for role in (
        LedgerRole.REVENUE, LedgerRole.DEFERRED_REVENUE, LedgerRole.OUTPUT_TAX, LedgerRole.RECEIVABLES)}  # fmt: skip
    assert balances == {
        LedgerRole.REVENUE: {"ZAR": -10000},
        LedgerRole.DEFERRED_REVENUE: {"ZAR": -120000},
        LedgerRole.OUTPUT_TAX: {"ZAR": -19500},
        LedgerRole.RECEIVABLES: {"ZAR": 149500},
    }
    assert list(InvoiceLine.objects.order_by("net_minor").values_list("deferred", flat=True)) == [False, True]


def test_by_convention_a_correction_is_a_credit_note_to_its_invoice():
    make_world(correction="credit_note")
    make_plan()
    ana = make_account("ANA")
    subscription = subscribe(ana)
    bill("2026-01-01")
    cancel(subscription, ends_before="2026-01-16", as_of="2026-01-16")
    subscribe(ana, starts_on="2026-01-16")
    bill("2026-01-16")
    (invoice,) = Invoice.objects.filter(document_date=day("2026-01-01"))
    assert documents(document_date=day("2026-01-16")) == [
        ("ANA", "INVOICE", 5161, 774, 5935),
        ("ANA", "CREDIT_NOTE", -5161, -774, -5935),
    ]
    note = Invoice.objects.get(kind="CREDIT_NOTE")
    assert (note.corrects_id, note.number, note.reason_code) == (invoice.pk, "CN-000001", "SERVICE_ENDED")


def test_a_credit_carries_the_rate_of_the_line_it_credits():
    make_world()
    make_plan()
    subscription = subscribe(make_account("ANA"))
    bill("2026-01-01")
    TaxRate.objects.create(
        tax_code=TaxCode.objects.get(code="VAT-15"), component="VAT", valid_from=day("2026-01-10"), percent=20
    )
    cancel(subscription, ends_before="2026-01-16", as_of="2026-01-16")
    bill("2026-01-16")
    assert documents()[1:] == [("ANA", "CREDIT_NOTE", -5161, -774, -5935)]
    assert Invoice.objects.get(kind="CREDIT_NOTE").corrects_id is not None


def test_shares_of_a_credit_never_take_more_than_the_line():
    make_world()
    make_plan(price="0.03")
    subscribe(make_account("ANA"))
    bill("2026-01-01")
    for end in ("2026-01-21", "2026-01-11", "2026-01-01"):
        SubscriptionItem.objects.update(effective_to=day(end))
        bill("2026-01-25")
    assert [line[3] for line in lines()] == [3, -1, -1, -1]


def test_a_waiting_charge_is_billed_once():
    make_world()
    ana = make_account("ANA")
    charge = make_charge(ana, amount=5000, bill_from="2026-01-10")
    bill("2026-01-09")
    assert documents() == []
    bill("2026-01-10")
    bill("2026-01-11")
    assert documents() == [("ANA", "INVOICE", 5000, 750, 5750)]
    charge.refresh_from_db()
    assert (charge.state, charge.run_id) == ("BILLED", Invoice.objects.get().run_id)


def test_two_components_are_rounded_each_and_shared_exactly():
    entity = make_world()
    make_tax(entity.pk, "SPLIT-18", treatment="INTRA_STATE", CGST="9", SGST="9")
    make_plan(price="0.05")
    ana = make_account("ANA", treatment="INTRA_STATE")
    for _ in range(3):
        subscribe(ana)
    bill("2026-01-01")
    assert list(InvoiceTax.objects.values_list("component", "net_minor", "tax_minor")) == [
        ("CGST", 15, 1),
        ("SGST", 15, 1),
    ]
    assert sum(InvoiceLine.objects.values_list("tax_minor", flat=True)) == 2


def test_a_set_up_fee_is_charged_once_and_taken_back_with_its_start():
    make_world()
    make_plan("setup", price="250.00", unit=IntervalUnit.ONCE)
    subscription = subscribe(make_account("ANA"), plan="setup", starts_on="2026-01-10")
    bill("2026-01-09")
    bill("2026-01-31")
    bill("2026-02-28")
    assert lines() == [("ONE_OFF", "2026-01-10", "2026-01-11", 25000)]
    SubscriptionItem.objects.filter(subscription_id=subscription.id).update(effective_to=day("2026-01-10"))
    bill("2026-02-28")
    assert lines()[1:] == [("CORRECTION", "2026-01-10", "2026-01-11", -25000)]


def test_names_and_references_are_frozen_on_the_document():
    make_world()
    make_plan()
    ana = make_account("ANA")
    ana.purchase_order, ana.cost_center = "PO-7", "north"
    ana.save()
    subscribe(ana)
    bill("2026-01-01")
    Customer.objects.filter(id=ana.customer_id).update(name="Renamed")
    bill("2026-02-01")
    first, second = Invoice.objects.order_by("id").select_related("buyer", "seller")
    assert (first.purchase_order, first.cost_center) == ("PO-7", "north")
    assert (first.buyer.party["name"], second.buyer.party["name"]) == ("Ana Traders", "Renamed")
    assert first.seller_id == second.seller_id is not None


def test_foreign_currency_is_booked_at_the_rate_of_the_day():
    make_world()
    make_rate(frm="USD", to="ZAR", rate="18.5")
    make_plan(currency="USD", price="10.01")
    subscribe(make_account("ANA", currency="USD"))
    bill("2026-01-01")
    with connection.cursor() as cursor:
        cursor.execute("select amount_minor, base_minor from ledger_posting order by amount_minor")
        assert cursor.fetchall() == [(-1001, -18519), (-150, -2775), (1151, 21294)]


def test_every_missed_period_is_a_line_of_its_own():
    make_world()
    make_plan("weekly", price="7.00", every=7, unit=IntervalUnit.DAY)
    subscribe(make_account("ANA", cycle_day=None), plan="weekly", starts_on="2026-01-01")
    bill("2026-01-20")
    assert [line[3] for line in lines()] == [700, 700, 700]


def test_a_run_of_an_earlier_day_takes_nothing_back():
    make_world()
    make_plan()
    subscribe(make_account("ANA"))
    bill("2026-03-01")
    bill("2026-01-15")
    assert len(lines()) == 3


def choose(entity, option, value):
    entity.conventions.create(option=option, value=value, valid_from=day("2020-01-01"))


def test_by_convention_tax_is_rounded_line_by_line():
    choose(make_world(), "tax_rounding", "line")
    make_plan(price="0.05")
    ana = make_account("ANA")
    for _ in range(3):
        subscribe(ana)
    bill("2026-01-01")
    assert documents() == [("ANA", "INVOICE", 15, 3, 18)]
    assert list(InvoiceLine.objects.values_list("tax_minor", flat=True)) == [1, 1, 1]


def test_by_convention_a_part_period_costs_the_whole_price():
    choose(make_world(), "day_count", "none")
    make_plan()
    subscription = subscribe(make_account("ANA"), starts_on="2026-01-20")
    bill("2026-01-20")
    cancel(subscription, ends_before="2026-01-25", as_of="2026-01-25")
    bill("2026-01-25")
    assert lines() == [("RECURRING", "2026-01-20", "2026-02-01", 10000)]


def test_by_convention_lines_of_nothing_are_kept():
    choose(make_world(), "zero_lines", "keep")
    make_plan(price="0")
    subscribe(make_account("ANA"))
    bill("2026-01-01")
    assert lines() == [("RECURRING", "2026-01-01", "2026-02-01", 0)]
