"""Taking over a book: everything in, once, and tied out; or refused row by row, with nothing of it in."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from tests.realbooks.independent import MAPPINGS

from billwright.accounts.models import BillingAccount, Customer
from billwright.accounts.operations import merge_customers
from billwright.files.models import ImportJob, StoredFile
from billwright.files.states import ImportKind, ImportState
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.tests.builders import make_act
from billwright.ledger.models import Posting
from billwright.ledger.operations import close_period, start_closing_period
from billwright.ledger.queries import list_periods
from billwright.org.queries import list_legal_entities
from billwright.payments.models import Payment
from billwright.receivables.models import Allocation, OpenItem, UnallocatedCash
from billwright.workflow.book_import import import_book
from billwright.workflow.book_import.tests.builders import (
    BOOK,
    ENTITY,
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


def test_a_row_that_changed_since_is_refused():
    take_over()
    report = take_over(make_csv(BOOK.replace("9.99", "8.88")))
    assert (report.state, [fault.row for fault in report.faults]) == (ImportState.DIFFERS, [4])
    assert OpenItem.objects.get(invoice__number="3").amount_minor == 999


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


def test_one_wrong_row_does_not_stop_the_others_and_can_be_corrected_and_fed_again():
    wrong = make_csv(BOOK.replace("40.50", "4O.50"))
    report = take_over(wrong)
    assert (report.state, report.created_count) == (ImportState.DIFFERS, 2)
    assert sums(report)["count"] == ("3", "2", "1")
    corrected = report.error_file.replace(b"4O.50", b"40.50")
    fed_again = take_over(corrected, name="book.errors.csv")
    assert (fed_again.state, fed_again.created_count) == (ImportState.TIED_OUT, 1)
    assert take_over().state is ImportState.TIED_OUT


BAD_ROWS = [
    ("decimal comma", "40.50", '"40,50"', "total"),
    ("negative", "40.50", "-40.50", "total"),
    ("nothing", "40.50", "0.00", "total"),
    ("too many places", "40.50", "40.505", "total"),
    ("missing", "40.50", "-", "total"),
    ("no date", "2025-01-15", "2025-02-31", "dated"),
    ("due before dated", "2025-02-14", "2024-02-14", "due"),
    ("a day to come", "2025-01-15  2025-02-14", "2027-01-15  2027-02-14", "dated"),
    ("formula", "40.50", "=1+1", "total"),
    ("duplicate key", "2   boris", "1   boris", "no"),
    ("no key", "2   boris", "-   boris", "no"),
    ("no customer", "boris", "-", "who"),
]


@pytest.mark.parametrize(("old", "new", "field"), [case[1:] for case in BAD_ROWS], ids=[case[0] for case in BAD_ROWS])
def test_each_bad_row_is_refused_with_field_row_and_cure(old, new, field):
    report = take_over(make_csv(BOOK.replace(old, new)))
    assert report.state is ImportState.DIFFERS
    assert {(fault.row, fault.field) for fault in report.faults} == {(3, field)}
    assert all(fault.cure for fault in report.faults)
    assert not Invoice.objects.filter(document_date=date(2025, 1, 15)).exists()
    assert not Customer.objects.filter(name="boris").exists()


def test_a_cell_of_ten_megabytes_is_refused_and_the_rest_comes_in():
    report = take_over(make_csv().replace(b"boris", b"b" * 10_000_000))
    assert ([(fault.row, fault.field) for fault in report.faults], report.created_count) == ([(3, "who")], 2)
    assert len(report.error_file) < 10_000


def test_an_unknown_currency_is_refused():
    mapping = INVOICES + "  currency: money\n"
    content = b"no,who,dated,due,total,paid,money\n1,ana,2025-01-10,2025-02-09,5.00,,ZXQ\n"
    report = take_over(content, mapping=mapping)
    assert ([(fault.row, fault.field) for fault in report.faults], report.created_count) == ([(2, "money")], 0)


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (make_csv(BOOK.replace("2025-01-15", "15/01/2025"), delimiter=";"), None, None),
        (make_csv().replace(b"2025-", b"").replace(b"-", b"/"), None, None),
        (make_csv().replace(b"who", b"name"), "import.column_missing", "who"),
        (make_csv().replace(b",", b"#"), "import.column_missing", "no"),
    ],
)
def test_a_file_that_is_not_the_mapped_one(content, code, field):
    if code is None:
        assert take_over(content).state is ImportState.DIFFERS
        return
    with pytest.raises(Refusal) as refused:
        take_over(content)
    assert (refused.value.code, refused.value.field, refused.value.row) == (code, field, 1)
    assert not ImportJob.objects.exists()


def test_an_open_order_of_day_and_month_is_refused_and_the_mapping_decides():
    content = b"no,who,dated,due,total,paid\n1,ana,1/2/2025,3/4/2025,5.00,\n"
    with pytest.raises(Refusal) as refused:
        take_over(content)
    assert (refused.value.code, refused.value.field) == ("import.date_order_open", "dated")
    assert "dates:" in refused.value.cure
    take_over(content, mapping=INVOICES + "dates: d/m/Y\n")
    assert Invoice.objects.get().document_date == date(2025, 2, 1)


def test_one_date_of_another_form_does_not_change_how_the_others_are_read():
    content = make_csv().replace(b"2025-01-15", b"15.01.25")
    assert [(fault.row, fault.field) for fault in take_over(content).faults] == [(3, "dated")]
    day_first = b"no,who,dated,due,total,paid\n8,ana,15/2/2025,15/4/2025,5.00,\n9,ana,2025-02-16,16/4/2025,5.00,\n"
    report = take_over(day_first, mapping=INVOICES.replace("old-invoices", "day-first"))
    assert ([fault.row for fault in report.faults], report.date_format) == ([3], "d/m/Y")


def test_an_open_decimal_mark_is_refused_and_the_mapping_decides():
    content = make_csv().replace(b"100.00", b'"1,234"').replace(b"40.50", b'"5,678"').replace(b"9.99", b"7")
    with pytest.raises(Refusal) as refused:
        take_over(content)
    assert refused.value.code == "import.decimal_mark_open"
    take_over(content, mapping=INVOICES + "numbers: {decimal: '.', thousands: ','}\n")
    assert Invoice.objects.get(number="1").total_minor == 123_400


def test_a_workbook_comes_in_like_a_file():
    rows = [["no", "who", "dated", "due", "total", "paid"], [1, "ana", date(2025, 1, 10), date(2025, 2, 9), 12.3, None]]
    report = take_over(make_xlsx(rows), name="book.xlsx")
    assert sums(report)["total"] == ("12.30", "12.30", "0.00")


def test_a_closed_month_takes_no_history():
    take_over()
    january = next(period for period in list_periods(Invoice.objects.first().legal_entity_id))
    start_closing_period(act=make_act(), period_id=january.id)
    close_period(act=make_act(), period_id=january.id)
    report = take_over(make_csv(BOOK + "4   clara  2025-01-20  2025-05-01  7.00    -\n"))
    assert [(fault.row, fault.field) for fault in report.faults] == [(5, "dated")]
    assert "2025-01" in report.faults[0].message


def test_a_number_that_the_entity_gave_already_is_refused():
    take_over()
    other = take_over(mapping=INVOICES.replace("old-invoices", "other-book"))
    assert {fault.field for fault in other.faults} == {"no"}
    prefixed = INVOICES.replace("old-invoices", "third-book") + "options: {number_prefix: X-}\n"
    assert take_over(mapping=prefixed).state is ImportState.TIED_OUT


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


def test_a_stated_open_amount_that_differs_is_refused():
    mapping = INVOICES + "  open: rest\n"
    content = b"no,who,dated,due,total,paid,rest\n1,ana,2025-01-10,2025-02-09,100.00,,99.00\n"
    assert [fault.field for fault in take_over(content, mapping=mapping).faults] == ["rest"]


def test_later_rows_of_a_merged_customer_go_to_the_one_that_was_kept():
    take_over()
    ana, boris = Customer.objects.order_by("name")
    merge_customers(act=make_act(), kept_id=boris.pk, merged_id=ana.pk)
    take_over(make_csv(BOOK + "4   ana  2025-04-01  2025-05-01  7.00    -\n"))
    assert Invoice.objects.get(number="4").account.customer_id == boris.pk


def test_somebody_without_the_right_takes_over_nothing():
    with pytest.raises(NotAllowed):
        import_book(
            act=make_act(actor="user:404"),
            kind=ImportKind.INVOICES,
            file_name="book.csv",
            content=make_csv(),
            mapping_text=ENTITY + INVOICES,
        )
    assert not StoredFile.objects.exists()


def test_a_mapping_of_another_kind_is_refused():
    with pytest.raises(Refusal) as refused:
        take_over(kind=ImportKind.PAYMENTS)
    assert refused.value.code == "mapping.other_kind"


CUSTOMERS = """
mapping: 1
name: old-customers
kind: customers
identity: {columns: [who]}
columns:
  customer.reference: who
  customer.name: name
  contact.email: mail
  customer.tax_number: vat
"""


def test_customers_come_in_with_their_contacts_and_bad_ones_are_told():
    content = b"who,name,mail,vat\nana,Ana Botha,ana@example.com,\nboris,Boris,boris@,4123456789\nclara,Clara,,12\n"
    report = take_over(content, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    assert sums(report)["count"] == ("3", "1", "2")
    assert [(fault.row, fault.message != "") for fault in report.faults] == [(3, True), (4, True)]
    take_over()
    assert Customer.objects.filter(reference="ana").count() == 1


PAYMENTS = """
mapping: 1
name: old-receipts
kind: payments
identity: {columns: [receipt]}
columns:
  customer.reference: who
  amount: amount
  value_date: dated
  invoice_number: no
"""


def test_receipts_settle_what_they_name_and_the_rest_stays_unallocated():
    take_over()
    content = make_csv("receipt who dated amount no\nr1 boris 2025-02-01 30.00 2\nr2 boris 2025-02-02 20.00 2\n")
    report = take_over(content, mapping=PAYMENTS, kind=ImportKind.PAYMENTS)
    assert sums(report)["amount"] == ("50.00", "50.00", "0.00")
    assert OpenItem.objects.get(invoice__number="2").open_minor == 0
    assert list(UnallocatedCash.objects.order_by("id").values_list("open_minor", flat=True))[1:] == [0, 950]


def test_receipts_for_unknown_or_foreign_documents_are_refused():
    take_over()
    content = make_csv("receipt who dated amount no\nr1 boris 2025-02-01 30.00 77\nr2 boris 2025-02-02 20.00 3\n")
    report = take_over(content, mapping=PAYMENTS, kind=ImportKind.PAYMENTS)
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, "no"), (3, "no")]


SUBSCRIPTIONS = """
mapping: 1
name: old-agreements
kind: subscriptions
identity: {columns: [who]}
cut_over: {on: 2026-01-01}
plan: {code: OLD-MONTHLY, name: Monthly, product: OLD-SERVICE}
columns: {customer.reference: who, own_price: price, months_in_service: months, status: left}
values: {status: {"no": active, "yes": ended}}
"""


def test_agreements_go_on_or_have_ended():
    content = make_csv("who price months left\nana 29.85 12 no\nboris 10.00 3 yes\n")
    report = take_over(content, mapping=SUBSCRIPTIONS, kind=ImportKind.SUBSCRIPTIONS)
    assert (sums(report)["amount"][1], sums(report)["active"][1]) == ("39.85", "29.85")


def test_all_agreements_can_be_taken_for_active():
    content = make_csv("who price months left\nana 29.85 12 no\nboris 10.00 3 yes\n")
    report = take_over(content, mapping=SUBSCRIPTIONS, kind=ImportKind.SUBSCRIPTIONS, force_status="active")
    assert sums(report)["active"] == ("39.85", "39.85", "0.00")
    with pytest.raises(Refusal):
        take_over(content, mapping=SUBSCRIPTIONS, kind=ImportKind.SUBSCRIPTIONS, force_status="paid")


def test_corrections_of_customers_come_back_where_the_mapping_says_so():
    content = b"who,name,mail,vat\nana,Ana Botha,ana@example.com,\n"
    take_over(content, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    corrected = content.replace(b"Botha", b"Nel").replace(b"ana@", b"nel@")
    refused = take_over(corrected, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    assert [fault.row for fault in refused.faults] == [2]
    updating = CUSTOMERS + "options: {changed: update}\n"
    report = take_over(corrected, mapping=updating, kind=ImportKind.CUSTOMERS)
    assert (report.state, report.created_count) == (ImportState.TIED_OUT, 0)
    account = BillingAccount.objects.get()
    assert (account.customer.name, account.contacts.get().email) == ("Ana Nel", "nel@example.com")


def test_a_wrong_correction_changes_nothing_of_its_row():
    content = b"who,name,mail,vat\nana,Ana Botha,ana@example.com,\n"
    take_over(content, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    updating = CUSTOMERS + "options: {changed: update}\n"
    wrong = content.replace(b"Botha", b"Nel").replace(b"ana@example.com", b"ana@")
    report = take_over(wrong, mapping=updating, kind=ImportKind.CUSTOMERS)
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, "mail")]
    assert Customer.objects.get().name == "Ana Botha"


def test_rows_that_the_status_rules_leave_out_stand_on_neither_side():
    mapping = INVOICES + "  status: state\nvalues: {status: {void: skip, live: open}}\n"
    content = b"no,who,dated,due,total,paid,state\n1,ana,2025-01-10,2025-02-09,5.00,,live\n2,,,,rubbish,,void\n"
    report = take_over(content, mapping=mapping)
    assert (report.state, report.skipped_count) == (ImportState.TIED_OUT, 1)
    unknown = take_over(content.replace(b"live", b"lively"), mapping=mapping)
    assert [(fault.row, fault.field) for fault in unknown.faults] == [(2, "state")]


def test_a_fault_of_a_customer_names_the_column_of_the_file():
    content = b"who,name,mail,vat\nana,Ana Botha,ana@,\n"
    report = take_over(content, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, "mail")]


def test_more_rows_take_no_more_queries(django_assert_max_num_queries):
    rows = "".join(
        f"{n} who{n % 90} 2025-01-{n % 28 + 1:02d} 2025-03-09 5.00 2025-03-{n % 28 + 1:02d}\n" for n in range(600)
    )
    with django_assert_max_num_queries(110):
        report = take_over(make_csv("no who dated due total paid\n" + rows))
    assert (report.state, report.created_count) == (ImportState.TIED_OUT, 600)


def test_the_shipped_list_of_customers_comes_in_and_is_corrected():
    text = (MAPPINGS / "customers.yaml").read_text(encoding="utf-8")
    content = (
        b"Number,Name,Kind,Country,VAT number,E-mail,Telephone,Street,Postcode,City\n"
        b"7,Ana Botha,Private,ZA,,ana@example.com,082 123 4567,1 Long Street,8001,Cape Town\n"
    )

    def bring(what, at="2026-01-31T10:00:00"):
        return import_book(
            act=make_act(at=at), kind=ImportKind.CUSTOMERS, file_name="c.csv", content=what, mapping_text=text
        )

    assert bring(content).state is ImportState.TIED_OUT
    corrected = content.replace(b"Ana Botha", b"Ana Nel").replace(b"Cape Town", b"Paarl")
    assert bring(corrected, at="2026-03-01T10:00:00").state is ImportState.TIED_OUT
    account = BillingAccount.objects.get()
    assert (account.customer.name, account.contacts.get().phone) == ("Ana Nel", "+27821234567")
    cities = account.addresses.order_by("valid_from").values_list("city", "valid_to")
    assert list(cities) == [("Cape Town", date(2026, 3, 1)), ("Paarl", None)]
