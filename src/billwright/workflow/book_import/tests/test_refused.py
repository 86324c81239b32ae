"""What an import refuses, row by row or as a whole, with nothing of it in."""

from contextlib import nullcontext
from datetime import date

import pytest

from billwright.access.states import Role
from billwright.access.tests.builders import make_user
from billwright.accounts.models import Customer
from billwright.files.models import ImportJob, StoredFile
from billwright.files.states import ImportKind, ImportState
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import NotAllowed, Refusal
from billwright.kernel.tests.builders import make_act
from billwright.ledger.operations import close_period, start_closing_period
from billwright.ledger.queries import list_periods
from billwright.org.models import LegalEntity
from billwright.org.tests.builders import make_entity
from billwright.receivables.models import OpenItem
from billwright.workflow.book_import import import_book
from billwright.workflow.book_import.tests.builders import (
    BOOK,
    ENTITY,
    INVOICES,
    make_csv,
    sums,
    take_over,
)

pytestmark = pytest.mark.django_db


def test_a_row_that_changed_since_is_refused():
    take_over()
    report = take_over(make_csv(BOOK.replace("9.99", "8.88")))
    assert (report.state, [fault.row for fault in report.faults]) == (ImportState.DIFFERS, [4])
    assert OpenItem.objects.get(invoice__number="3").amount_minor == 999


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
    ("paid on a day to come", "40.50   -", "40.50   2027-01-15", "paid"),
    ("paid at the end of time", "40.50   -", "40.50   9999-12-31", "paid"),
    ("due at the end of time", "2025-02-14", "9999-12-31", "due"),
    ("a telephone number", "40.50", "27821234567890.00", "total"),
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
    ("amount", "currency"), [("100.50", "JPY"), ("1.2345", "KWD"), ("5.00", "usd"), ("5.00", "XAU")]
)
def test_amounts_and_codes_of_other_currencies_are_refused_where_they_cannot_be(amount, currency):
    content = f"no,who,dated,due,total,paid,money\n1,ana,2025-01-10,2025-02-09,{amount},,{currency}\n".encode()
    report = take_over(content, mapping=INVOICES + "  currency: money\n")
    assert (len(report.faults), report.created_count) == (1, 0)
    assert report.faults[0].cure


def test_a_row_without_a_rate_is_refused_and_the_others_come_in():
    content = (
        b"no,who,dated,due,total,paid,money\n1,ana,2025-01-10,2025-02-09,500,,JPY\n"
        b"2,ana,2025-01-10,2025-02-09,5.00,,ZAR\n"
    )
    report = take_over(content, mapping=INVOICES + "  currency: money\n")
    assert ([(fault.row, fault.field) for fault in report.faults], report.created_count) == ([(2, "money")], 1)
    assert "No rate from JPY" in report.faults[0].message


def test_a_document_dated_after_the_last_day_of_its_currency_is_refused():
    mapping = INVOICES + "  currency: money\n"
    content = b"no,who,dated,due,total,paid,money\n1,ana,2026-01-01,2026-01-31,5.00,,BGN\n"
    report = take_over(content, mapping=mapping)
    assert ([(fault.row, fault.field) for fault in report.faults], report.created_count) == ([(2, "dated")], 0)
    assert "Use EUR" in report.faults[0].cure


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


def test_both_orders_of_day_and_month_in_one_file_are_refused_until_the_mapping_decides():
    content = b"no,who,dated,due,total,paid\n" + b"".join(
        b"%d,ana,%s,%s,5.00,\n" % (number, day, day)
        for number, day in enumerate([b"25/01/2025", b"26/01/2025", b"01/28/2025", b"02/03/2025"])
    )
    with pytest.raises(Refusal) as refused:
        take_over(content)
    assert refused.value.code == "import.date_order_open"
    stated = take_over(content, mapping=INVOICES + "dates: d/m/Y\n")
    assert ({fault.row for fault in stated.faults}, stated.created_count) == ({4}, 3)


def test_an_open_decimal_mark_is_refused_and_the_mapping_decides():
    content = make_csv().replace(b"100.00", b'"1,234"').replace(b"40.50", b'"5,678"').replace(b"9.99", b"7")
    with pytest.raises(Refusal) as refused:
        take_over(content)
    assert refused.value.code == "import.decimal_mark_open"
    take_over(content, mapping=INVOICES + "numbers: {decimal: '.', thousands: ','}\n")
    assert Invoice.objects.get(number="1").total_minor == 123_400


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


def test_a_stated_open_amount_that_differs_is_refused():
    mapping = INVOICES + "  open: rest\n"
    content = b"no,who,dated,due,total,paid,rest\n1,ana,2025-01-10,2025-02-09,100.00,,99.00\n"
    assert [fault.field for fault in take_over(content, mapping=mapping).faults] == ["rest"]


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


def test_a_right_in_one_company_takes_books_over_into_that_one_alone():
    take_over()
    make_entity()
    old, other = LegalEntity.objects.order_by("id")
    for number, (company, taken) in enumerate([(old, 3), (other, 0)]):
        user = make_user(f"finance-{company.code.lower()}", Role.FINANCE_MANAGER, legal_entity=company)
        mapping = INVOICES.replace("old-invoices", f"book-{number}") + f"options: {{number_prefix: {number}-}}\n"
        with nullcontext() if taken else pytest.raises(NotAllowed):
            import_book(
                act=make_act(actor=f"user:{user.pk}"),
                kind=ImportKind.INVOICES,
                file_name="book.csv",
                content=make_csv(),
                mapping_text=ENTITY + mapping,
            )
        assert Invoice.objects.filter(number__startswith=f"{number}-").count() == taken


def test_a_mapping_of_another_kind_is_refused():
    with pytest.raises(Refusal) as refused:
        take_over(kind=ImportKind.PAYMENTS)
    assert refused.value.code == "mapping.other_kind"


def test_rows_that_the_status_rules_leave_out_stand_on_neither_side():
    mapping = INVOICES + "  status: state\nvalues: {status: {void: skip, live: open}}\n"
    content = b"no,who,dated,due,total,paid,state\n1,ana,2025-01-10,2025-02-09,5.00,,live\n2,,,,rubbish,,void\n"
    report = take_over(content, mapping=mapping)
    assert (report.state, report.skipped_count) == (ImportState.TIED_OUT, 1)
    unknown = take_over(content.replace(b"live", b"lively"), mapping=mapping)
    assert [(fault.row, fault.field) for fault in unknown.faults] == [(2, "state")]


def test_names_of_books_that_begin_alike_are_told_apart():
    names = ["open-items-of-the-legacy-system-" + where for where in ("south", "north")]
    for name in names:
        mapping = INVOICES.replace("old-invoices", name) + f"options: {{number_prefix: {name[-5:]}-}}\n"
        assert take_over(mapping=mapping).state is ImportState.TIED_OUT
    assert Invoice.objects.count() == 6
