"""Reading files: encodings, delimiters, quotes, workbooks, and what cannot be read."""

from datetime import date

import pytest

from billwright.kernel.errors import Refusal
from billwright.workflow.book_import import inspect_file
from billwright.workflow.book_import.faults import faults_of_shape
from billwright.workflow.book_import.table import Layout, read_table
from billwright.workflow.book_import.tests.builders import make_xlsx

TEXT = "name;total\nAndré Ångström;12,30\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(encoding, found):
    table = read_table(TEXT.encode(encoding), name="a.csv")
    assert table.layout.encoding == found
    assert (table.columns, table.records[0].cells) == (("name", "total"), ("André Ångström", "12,30"))


def test_bytes_that_cp1252_does_not_know_are_latin_1():
    assert read_table(b"name,x\nA\x81\xe9,1\n", name="a.csv").layout.encoding == "latin-1"


def test_a_wrong_encoding_is_refused_with_its_line():
    content = ("name,x\n" + "ok,1\n" * 3 + "André,1\n").encode("cp1252")
    with pytest.raises(Refusal) as refused:
        read_table(content, name="a.csv", layout=Layout(encoding="utf-8"))
    assert (refused.value.code, refused.value.field, refused.value.row) == ("import.encoding", "encoding", 5)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("name,x\nИван Петров,1\n".encode("cp1251"), 2),
        ("name,x\nAndré,1\n".encode() + "Müller,2\n".encode("cp1252"), 3),
    ],
    ids=["another alphabet", "two encodings in one file"],
)
def test_an_encoding_that_is_not_certain_is_refused_until_it_is_stated(content, row):
    with pytest.raises(Refusal) as refused:
        read_table(content, name="a.csv")
    assert (refused.value.code, refused.value.row) == ("import.encoding", row)
    assert "encoding:" in refused.value.cure
    assert read_table(content, name="a.csv", layout=Layout(encoding="cp1251")).records


def test_cyrillic_in_its_stated_encoding_is_read():
    content = "name,x\nИван,1\n".encode("cp1251")
    assert read_table(content, name="a.csv", layout=Layout(encoding="cp1251")).records[0].cells[0] == "Иван"


@pytest.mark.parametrize("text", ['a,b\n1,x\n2,"open\n3,y\n', 'a,b\n1,x\n2,"open\n3,"y"\n'])
def test_a_quote_that_is_never_closed_does_not_swallow_the_rows_after_it(text):
    with pytest.raises(Refusal) as refused:
        read_table(text.encode(), name="a.csv")
    assert (refused.value.code, refused.value.row) == ("import.unreadable", 3)


@pytest.mark.parametrize(
    ("line", "words"),
    [("a,b", "names of the columns"), ("x\x00y,2", "control"), ("x\x85y,2", "control"), ("\u202ex,2", "control")],
)
def test_a_row_that_is_no_row_of_the_book_is_a_fault(line, words):
    table = read_table(f"a,b\n1,2\n{line}\n{'3,4' * 200}\n".replace("3,43", "3").encode(), name="a.csv")
    (fault,) = faults_of_shape(table, table.records[1])
    assert (fault.row, words in fault.message, fault.cure != "") == (3, True, True)


def test_the_mark_of_a_file_that_was_joined_on_is_no_part_of_its_first_cell():
    table = read_table(b"a,b\n1,2\n\xef\xbb\xbf3,4\n", name="a.csv")
    assert table.records[1].cells == ("3", "4")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    text = f'a{delimiter}b\n"x{delimiter}y"{delimiter}2\n'
    table = read_table(text.encode(), name="a.csv")
    assert table.layout.delimiter == delimiter
    assert table.records[0].cells == (f"x{delimiter}y", "2")


def test_single_quotes_are_found_and_apostrophes_in_names_are_not_quotes():
    quoted = "a,b\n" + "'x,y','2'\n" * 4
    assert read_table(quoted.encode(), name="a.csv").records[0].cells == ("x,y", "2")
    assert read_table(b"a,b\nO'Brien,2\n", name="a.csv").layout.quote == '"'


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    table = read_table(b"a,b\n\n1,2\n", name="a.csv")
    assert [record.row for record in table.records] == [3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\x00\x01\x02binary\x00\xff", "import.unreadable"),
        (b"PK\x03\x04 not a workbook", "import.unreadable"),
        (b"", "import.no_header"),
        (b"a,a\n1,2\n", "import.column_twice"),
    ],
)
def test_what_is_no_table_is_refused(content, code):
    with pytest.raises(Refusal) as refused:
        read_table(content, name="a.csv")
    assert refused.value.code == code
    assert refused.value.cure


def test_a_cell_without_end_is_a_fault_of_its_row():
    table = read_table(b'a,b\n1,"' + b"x" * 10_000_000 + b'"\n2,ok\n', name="a.csv")
    (fault,) = faults_of_shape(table, table.records[0])
    assert (fault.row, fault.field) == (2, "b")
    assert "10000000" in fault.message
    assert faults_of_shape(table, table.records[1]) == []


def test_a_row_of_another_width_is_a_fault():
    table = read_table(b"a,b\n1,2,3\n", name="a.csv")
    assert faults_of_shape(table, table.records[0])[0].field == "row"


def test_a_formula_in_a_file_is_a_fault():
    table = read_table(b'a,b\n=HYPERLINK("x"),2\n', name="a.csv")
    assert faults_of_shape(table, table.records[0])[0].field == "a"


def test_a_workbook_is_read_with_dates_numbers_and_faulty_formulas():
    content = make_xlsx([["no", "dated", "total"], [1, date(2025, 1, 10), 12.3], [2, date(2025, 1, 11), "=C2*2"]])
    table = read_table(content, name="book.xlsx")
    assert table.records[0].cells == ("1", "2025-01-10", "12.3")
    assert [fault.field for fault in faults_of_shape(table, table.records[1])] == ["total"]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(Refusal, match="Sheet1"):
        read_table(make_xlsx([["a"]]), name="a.xlsx", layout=Layout(sheet="Invoices"))


def test_inspection_shows_every_reading_that_is_possible():
    found = inspect_file(b"when;how much;who\n1/2/2013;1,234;Ana\n3/4/2013;5,678;\n", name="a.csv")
    when, amount, who = found.columns
    assert (found.delimiter, when.kind, who.kind) == (";", "date", "text")
    assert {"d/m/Y", "m/d/Y"} <= set(when.date_formats)
    assert len(amount.number_styles) == 2
    assert (who.blank_count, who.samples) == (1, ("Ana",))
