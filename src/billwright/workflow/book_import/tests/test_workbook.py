"""Books in workbooks: typed cells are read as what they are, and what a person would have to see is refused."""

from datetime import date

import pytest

from billwright.files.states import ImportState
from billwright.invoicing.models import Invoice
from billwright.kernel.errors import Refusal
from billwright.workflow.book_import.tests.builders import INVOICES, make_workbook, make_xlsx, take_over

pytestmark = pytest.mark.django_db

HEAD = ["no", "who", "dated", "due", "total", "paid"]
ROW = [1, "ana", date(2025, 3, 4), date(2025, 4, 5), 12.5, None]
COMMA = INVOICES + "numbers: {decimal: ',', thousands: '.'}\n"
DINAR = INVOICES + "currency: KWD\n" + "numbers: {decimal: ',', thousands: '.'}\n"


def with_cells(**cells):
    return [cells.get(name, value) for name, value in zip(HEAD, ROW, strict=True)]


@pytest.mark.parametrize(("total", "minor"), [(12.5, 1250), (1234, 123_400), ("1.234,56", 123_456), (0.1 + 0.2, 30)])
def test_numbers_of_a_workbook_do_not_follow_the_marks_of_the_mapping(total, minor):
    report = take_over(make_xlsx([HEAD, with_cells(total=total)]), mapping=COMMA, name="b.xlsx")
    assert (report.state, Invoice.objects.get().total_minor) == (ImportState.TIED_OUT, minor)


def test_three_places_are_not_taken_for_thousands():
    report = take_over(make_xlsx([HEAD, with_cells(total=12.345)]), mapping=COMMA, name="b.xlsx")
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, "total")]


def test_texts_of_numbers_are_read_by_the_style_that_fits_them():
    take_over(make_xlsx([HEAD, with_cells(total="1.234,56"), with_cells(no=2)]), name="b.xlsx")
    assert list(Invoice.objects.order_by("number").values_list("total_minor", flat=True)) == [123_456, 1250]


def test_an_error_file_of_a_workbook_can_be_fed_again():
    mapping = COMMA + "dates: d/m/Y\n"
    refused = take_over(make_xlsx([HEAD, with_cells(who="")]), mapping=mapping, name="b.xlsx")
    corrected = refused.error_file.replace(b"1,,2025", b"1,ana,2025")
    assert take_over(corrected, mapping=mapping, name="b.errors.csv").state is ImportState.TIED_OUT
    assert list(Invoice.objects.values_list("document_date", "total_minor")) == [(date(2025, 3, 4), 1250)]


@pytest.mark.parametrize("mapping", [INVOICES, INVOICES + "dates: d/m/Y\n"])
def test_dates_of_which_a_spreadsheet_left_some_as_text_are_refused(mapping):
    rows = [HEAD, ROW, with_cells(no=2, dated="25/03/2025")]
    with pytest.raises(Refusal) as refused:
        take_over(make_xlsx(rows), mapping=mapping, name="b.xlsx")
    assert (refused.value.code, refused.value.field, refused.value.row) == ("import.dates_mixed", "dated", 3)


def test_a_column_of_times_beside_one_of_days_is_read():
    content = b"no,who,dated,due,total,paid\n1,ana,2025-03-04,2025-04-05 23:59:59,5.00,\n"
    assert take_over(content).state is ImportState.TIED_OUT
    assert Invoice.objects.get().due_date == date(2025, 4, 5)


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ({"dated": 45_720}, "dated", "number, not a date"),
        ({"total": "=1+2"}, "total", "formula"),
        ({"total": date(2025, 1, 1)}, "total", "not a number"),
        ({"total": 0.00001}, "total", "more decimal places"),
        ({"total": 1e16}, "total", "more than"),
    ],
)
def test_each_bad_cell_is_a_fault_of_its_row(cells, field, words):
    report = take_over(make_xlsx([HEAD, with_cells(**cells), with_cells(no=2)]), name="b.xlsx")
    assert [(fault.row, fault.field) for fault in report.faults] == [(2, field)]
    assert words in report.faults[0].message
    assert (report.created_count, report.faults[0].cure != "") == (1, True)


def test_formulas_in_columns_that_are_not_used_do_not_matter():
    content = make_xlsx([[*HEAD, "late"], [*ROW, "=TODAY()-D2"]])
    assert take_over(content, name="b.xlsx").state is ImportState.TIED_OUT


def test_merged_cells_are_refused_where_their_rows_lack_the_value():
    rows = {"Book": [HEAD, ROW, with_cells(no=2, due=None)]}
    report = take_over(make_workbook(rows, merged="D2:D3"), name="b.xlsx")
    assert [(fault.row, fault.field) for fault in report.faults] == [(3, "due")]


def test_the_first_sheet_that_is_not_hidden_is_read():
    content = make_workbook({"Old": [["a", "b"], [1, 2]], "Book": [HEAD, ROW]}, hidden="Old")
    assert take_over(content, name="b.xlsx").state is ImportState.TIED_OUT


def test_a_second_sheet_of_the_same_columns_is_not_left_out_silently():
    content = make_workbook({"2024": [HEAD, ROW], "2025": [HEAD, with_cells(no=2)]})
    with pytest.raises(Refusal) as refused:
        take_over(content, name="b.xlsx")
    assert (refused.value.code, refused.value.field) == ("import.sheet_open", "sheet")
    for sheet in ("2024", "2025"):
        assert take_over(content, mapping=INVOICES + f"file: {{sheet: '{sheet}'}}\n", name="b.xlsx").created_count == 1
