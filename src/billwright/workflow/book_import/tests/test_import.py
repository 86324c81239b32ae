"""Taking over a book of documents: everything in, once, and tied out."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from billwright.accounts.models import BillingAccount, Customer
from billwright.accounts.operations import merge_customers
from billwright.files.models import ImportJob, StoredFile
from billwright.files.states import ImportState
from billwright.invoicing.models import Invoice
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import Posting
from billwright.org.queries import list_legal_entities
from billwright.payments.models import Payment
from billwright.receivables.models import Allocation, OpenItem, UnallocatedCash
from billwright.workflow.book_import.tests.builders import (
    BOOK,
    INVOICES,
    make_csv,
    make_xlsx,
    sums,
    take_over,
)

pytestmark = pytest.mark.django_db


def test_documents_receipts_and_allocations_come_in_and_tie_out():
    report = take_over()
    assert report.state is ImportState.TIED_OUT
    assert sums(report) == {
        "count": ("3", "3", "0"),
        "total": ("150.49", "150.49", "0.00"),
        "open": ("50.49", "50.49", "0.00"),
    }
    assert (Invoice.objects.count(), Payment.objects.count(), Allocation.objects.count()) == (3, 1, 1)
    assert BillingAccount.objects.count() == 2


def test_documents_keep_their_number_and_dates_and_take_none_of_ours():
    take_over()
    invoice = Invoice.objects.get(number="1")
    assert (invoice.origin, invoice.series_id, invoice.state) == ("IMPORT", None, "ISSUED")
    assert (invoice.document_date, invoice.accounting_date) == (date(2025, 1, 10), date(2025, 1, 10))
    assert invoice.issued_at == make_act(at="2026-01-31T10:00:00").at


def test_history_is_posted_against_migration_clearing_alone():
    take_over()
    with connection.cursor() as cursor:
        cursor.execute(
            "select a.role, sum(p.amount_minor) from ledger_posting p"
            " join ledger_account a on a.id = p.ledger_account_id group by a.role order by a.role"
        )
        assert dict(cursor.fetchall()) == {
            "MIGRATION_CLEARING": Decimal(-5049),
            "RECEIVABLES": Decimal(5049),
            "UNALLOCATED_CASH": Decimal(0),
        }
    assert Posting.objects.count() == 10


def test_an_allocation_stands_at_the_later_of_both_days():
    early = make_csv(BOOK.replace("2025-02-20", "2025-01-02"))
    take_over(early)
    allocation = Allocation.objects.get()
    assert allocation.accounting_date == date(2025, 1, 10)
    assert UnallocatedCash.objects.get().accounting_date == date(2025, 1, 2)


def test_the_same_file_again_makes_nothing_new():
    take_over()
    again = take_over()
    assert (again.state, again.created_count, again.repeated_count) == (ImportState.TIED_OUT, 0, 3)
    assert Invoice.objects.count() == 3
    assert StoredFile.objects.count() == 1


def test_a_longer_file_adds_only_what_is_new():
    take_over()
    longer = make_csv(BOOK + "4   clara  2025-04-01  2025-05-01  7.00    -\n")
    report = take_over(longer)
    assert (report.created_count, report.repeated_count) == (1, 3)
    assert sums(report)["total"] == ("157.49", "157.49", "0.00")


def test_a_dry_run_compares_and_writes_nothing():
    report = take_over(dry_run=True)
    assert (report.state, report.job_id, report.created_count) == (ImportState.TIED_OUT, None, 3)
    for model in (Customer, BillingAccount, Invoice, OpenItem, ImportJob, StoredFile):
        assert not model.objects.exists(), model
    assert list_legal_entities() == []


def test_equal_rows_without_a_number_are_told_apart_by_their_ordinal():
    mapping = INVOICES.replace("{columns: [no]}", "{content: true}").replace("  number: no\n", "")
    line = "- ana 2025-01-10 2025-02-09 5.00 -\n"
    content = make_csv("no who dated due total paid\n" + line * 2)
    assert take_over(content, mapping=mapping).created_count == 2
    assert take_over(content, mapping=mapping).repeated_count == 2
    assert sorted(number[-2:] for number in Invoice.objects.values_list("number", flat=True)) == ["-1", "-2"]


def test_a_workbook_comes_in_like_a_file():
    rows = [["no", "who", "dated", "due", "total", "paid"], [1, "ana", date(2025, 1, 10), date(2025, 2, 9), 12.3, None]]
    report = take_over(make_xlsx(rows), name="book.xlsx")
    assert sums(report)["total"] == ("12.30", "12.30", "0.00")


def test_negative_totals_come_in_as_credit_notes_where_the_mapping_says_so():
    content = make_csv(BOOK.replace("40.50", "-40.50"))
    report = take_over(content, mapping=INVOICES + "options: {negative: credit_note}\n")
    assert sums(report)["open"] == ("-30.51", "-30.51", "0.00")
    assert Invoice.objects.get(number="2").kind == "CREDIT_NOTE"


def test_a_cut_over_brings_only_what_is_open_booked_on_its_day():
    report = take_over(mapping=INVOICES + "cut_over: {on: 2025-12-31}\n")
    assert (report.created_count, report.skipped_count) == (2, 1)
    assert set(Invoice.objects.values_list("accounting_date", flat=True)) == {date(2025, 12, 31)}


def test_tax_is_kept_on_the_document_and_not_posted():
    mapping = INVOICES + "  tax: vat\ntax: {code: ZA-VAT-15, percent: '15'}\n"
    content = b"no,who,dated,due,total,paid,vat\n1,ana,2025-01-10,2025-02-09,115.00,,15.00\n"
    take_over(content, mapping=mapping)
    invoice = Invoice.objects.get()
    assert (invoice.net_minor, invoice.tax_minor, invoice.taxes.get().tax_code) == (10_000, 1_500, "ZA-VAT-15")
    assert Posting.objects.count() == 2


def test_money_beyond_the_total_stays_unallocated():
    mapping = INVOICES + "  settled: got\n"
    content = b"no,who,dated,due,total,paid,got\n1,ana,2025-01-10,2025-02-09,100.00,2025-01-20,120.00\n"
    take_over(content, mapping=mapping)
    assert UnallocatedCash.objects.get().open_minor == 2_000
    assert OpenItem.objects.get().open_minor == 0


def test_later_rows_of_a_merged_customer_go_to_the_one_that_was_kept():
    take_over()
    ana, boris = Customer.objects.order_by("name")
    merge_customers(act=make_act(), kept_id=boris.pk, merged_id=ana.pk)
    take_over(make_csv(BOOK + "4   ana  2025-04-01  2025-05-01  7.00    -\n"))
    assert Invoice.objects.get(number="4").account.customer_id == boris.pk


def test_more_rows_take_no_more_queries(django_assert_max_num_queries):
    rows = "".join(
        f"{n} who{n % 90} 2025-01-{n % 28 + 1:02d} 2025-03-09 5.00 2025-03-{n % 28 + 1:02d}\n" for n in range(600)
    )
    with django_assert_max_num_queries(110):
        report = take_over(make_csv("no who dated due total paid\n" + rows))
    assert (report.state, report.created_count) == (ImportState.TIED_OUT, 600)
