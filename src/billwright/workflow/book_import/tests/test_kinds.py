"""Books of the other kinds: customers, receipts, running agreements."""

from datetime import date

import pytest
from tests.realbooks.independent import MAPPINGS

from billwright.accounts.models import BillingAccount, Customer
from billwright.files.states import ImportKind, ImportState
from billwright.kernel.errors import Refusal
from billwright.kernel.tests.builders import make_act
from billwright.receivables.models import OpenItem, UnallocatedCash
from billwright.workflow.book_import import import_book
from billwright.workflow.book_import.tests.builders import (
    make_csv,
    sums,
    take_over,
)

pytestmark = pytest.mark.django_db


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


def test_a_second_row_of_one_account_is_not_lost_silently():
    content = b"who,name,mail,vat,id\nana,Ana,a@example.com,,1\nana,Anna,b@example.com,,2\n"
    by_id = CUSTOMERS.replace("columns: [who]", "columns: [id]")
    report = take_over(content, mapping=by_id, kind=ImportKind.CUSTOMERS)
    assert [(fault.row, fault.field) for fault in report.faults] == [(3, "who")]
    assert sums(report)["count"] == ("2", "1", "1")


def test_customers_that_came_with_their_invoices_are_told_or_filled_in():
    take_over()
    content = b"who,name,mail,vat\nana,Ana Botha,a@example.com,\nclara,Clara,,\n"
    report = take_over(content, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    assert ([fault.row for fault in report.faults], report.created_count) == ([2], 1)
    assert "changed: update" in report.faults[0].cure
    updating = CUSTOMERS + "options: {changed: update}\n"
    assert take_over(content, mapping=updating, kind=ImportKind.CUSTOMERS).state is ImportState.TIED_OUT
    assert Customer.objects.get(reference="ana").name == "Ana Botha"


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


def test_a_fault_of_a_customer_names_the_column_of_the_file():
    content = b"who,name,mail,vat\nana,Ana Botha,ana@,\n"
    report = take_over(content, mapping=CUSTOMERS, kind=ImportKind.CUSTOMERS)
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, "mail")]


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
