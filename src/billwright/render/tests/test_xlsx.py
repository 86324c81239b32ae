import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.render import xlsx
from billwright.render.xlsx import Sheet, write_table, write_workbook

ATTACKS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", '=HYPERLINK("http://example.test")', "http://example.test", "{=1}")


def read_rows(content: bytes, sheet: int = 0) -> list[list[object]]:
    return [
        list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()
    ]


def part(content: bytes, name: str = "xl/worksheets/sheet1.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


NOON = datetime(2026, 8, 3, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("text", "INV-1", "INV-1"),
        ("text", 7, "7"),
        ("date", date(2026, 8, 3), date(2026, 8, 3)),
        ("datetime", NOON, NOON.replace(tzinfo=None)),
        ("money", Money.of("-1234.50", "ZAR"), -1234.5),
        ("number", Decimal("0.0333"), 0.0333),
        ("percent", Decimal("0.15"), 0.15),
        ("integer", 7, 7.0),
        ("text", None, ""),
    ],
)
def test_values_keep_their_types(kind: str, value: object, expected: object) -> None:
    content = write_table(title="t", columns=[("a", kind), ("b", "text")], rows=[[value, "x"]])
    assert read_rows(content)[1] == [expected, "x"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_is_never_a_formula_or_a_link(attack: str) -> None:
    content = write_table(title="t", columns=[(attack, "text")], rows=[[attack]], totals=[attack])
    assert read_rows(content) == [[attack]] * 3
    assert "<f>" not in part(content)
    assert "hyperlink" not in part(content)


def test_the_header_is_frozen_and_filtered_and_totals_are_not() -> None:
    content = write_table(
        title="t", columns=[("a", "money")], rows=[[Money(1, "EUR")], [Money(2, "EUR")]], totals=[Money(3, "EUR")]
    )
    assert 'state="frozen"' in part(content)
    assert '<autoFilter ref="A1:A3"/>' in part(content)


def test_a_number_beyond_excels_digits_is_kept_as_text() -> None:
    content = write_table(title="t", columns=[("a", "money")], rows=[[Money.of("90071992547409.93", "EUR")]])
    assert read_rows(content)[1] == ["90071992547409.93"]


def test_a_text_too_long_for_a_cell_is_cut_not_dropped() -> None:
    cell = read_rows(write_table(title="t", columns=[("a", "text")], rows=[["x" * 40_000]]))[1][0]
    assert len(str(cell)) == 32_767
    assert str(cell).endswith("\u2026")


def test_the_same_table_gives_the_same_bytes() -> None:
    def table() -> bytes:
        return write_table(title="t", columns=[("a", "text")], rows=[["x"]])

    assert table() == table()


def test_rows_are_taken_from_a_stream() -> None:
    def rows() -> Iterator[list[object]]:
        for number in range(1_000):
            yield [number]

    assert len(read_rows(write_table(title="t", columns=[("n", "integer")], rows=rows()))) == 1_001


def test_a_table_beyond_excels_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "SHEET_ROWS_MAX", 3)
    with pytest.raises(Refusal) as refused:
        write_table(title="t", columns=[("n", "integer")], rows=[[1], [2], [3]])
    assert refused.value.code == "export.too_long"


def test_sheet_names_are_made_legal_and_distinct() -> None:
    sheets = [
        Sheet(title=title, columns=[("a", "text")], rows=[]) for title in ("A/B: [x]" * 9, "A/B: [x]" * 9, "''", "")
    ]
    names = CalamineWorkbook.from_filelike(io.BytesIO(write_workbook(sheets))).sheet_names
    assert len({name.casefold() for name in names}) == 4
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
