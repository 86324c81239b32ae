import io
import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as some
from python_calamine import CalamineWorkbook

from billwright.kernel.money import Money
from billwright.render.xlsx import write_table
from billwright.render.xlsx_rows import RowWriter, letters_of


class Word(StrEnum):
    OPEN = "Open"


def sheet_of(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def cells_of(xml: str) -> list[str]:
    """Each cell without the number of its look, which goes by the order in which XlsxWriter meets them."""
    return re.findall("<c .*?</c>", re.sub(' s="[0-9]+"', "", xml), re.DOTALL)


def written_by_xlsxwriter(values: list[object]) -> list[str]:
    """The cells that XlsxWriter writes of values in the first column."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as workbook:
        worksheet = workbook.add_worksheet()
        for row, value in enumerate(values):
            if isinstance(value, str):
                worksheet.write_string(row, 0, value)
            elif isinstance(value, date):
                worksheet.write_datetime(row, 0, value)
            else:
                worksheet.write_number(row, 0, value.decimal if isinstance(value, Money) else value)
    return cells_of(sheet_of(buffer.getvalue()))


EVERY_DAY = {"min_value": date(1900, 1, 2), "max_value": date.max}
EVERY_TIME = {"min_value": datetime.combine(date(1900, 1, 2), time()), "max_value": datetime.combine(date.max, time())}
VALUES = some.one_of(
    some.text(some.characters(exclude_categories=["Cs"])),
    some.sampled_from(["_x0041_", " a", "a\n", "a & b", "\x00", "\ufffe", "=1+1"]),
    some.dates(**EVERY_DAY),
    some.datetimes(**EVERY_TIME),
    some.builds(Money, some.integers(-(10**15) + 1, 10**15 - 1), some.sampled_from(["ZAR", "JPY", "KWD", "CLF"])),
    some.integers(-(10**15) + 1, 10**15 - 1),
    some.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**8), max_value=10**8),
)


@settings(max_examples=10)
@given(some.lists(VALUES, min_size=10, max_size=10))
def test_cells_are_those_of_xlsxwriter(values: list[object]) -> None:
    rows = [RowWriter(["number"]).row(number, [value]) for number, value in enumerate(values, start=1)]
    assert cells_of("".join(rows)) == written_by_xlsxwriter(values)


@pytest.mark.parametrize("text", ["<r>a</r>", "</t></is></c>", "a]]>b", "_x0041_", " \t", "Ж𝄞", '"'])
def test_text_comes_back_as_it_was(text: str) -> None:
    (row,) = (
        CalamineWorkbook.from_filelike(
            io.BytesIO(write_table(title="t", columns=[("t", "text"), ("u", "text")], rows=[[text, "u"]]))
        )
        .get_sheet_by_index(0)
        .to_python()[1:]
    )
    assert row == [text, "u"]


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("money", Money.of("-0.05", "ZAR"), "<v>-0.05</v>"),
        ("money", Decimal("12.30"), "<v>12.30</v>"),
        ("number", 10**15 + 1, "<t>1000000000000001</t>"),
        ("number", 10**15, "<v>1000000000000000</v>"),
        ("number", 0.1, "<v>0.1</v>"),
        ("number", Decimal("NaN"), "<t>NaN</t>"),
        ("text", date(2026, 8, 3), "<t>2026-08-03</t>"),
        ("text", Decimal("1.50"), "<t>1.50</t>"),
        ("number", True, "<t>True</t>"),
        ("number", Word.OPEN, "<t>Open</t>"),
    ],
)
def test_a_cell_goes_by_its_value_and_the_kind_of_its_column(kind: str, value: object, written: str) -> None:
    assert written in RowWriter([kind]).row(2, [value])


def test_a_cut_text_ends_with_a_whole_letter() -> None:
    (cell,) = cells_of(RowWriter(["text"]).row(1, ["a" + "𝄞" * 20_000]))
    text = cell.partition("<t>")[2].partition("</t>")[0]
    assert text == "a" + "𝄞" * 16_382 + "\u2026"


def test_columns_are_named_as_excel_names_them() -> None:
    assert [letters_of(place) for place in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
