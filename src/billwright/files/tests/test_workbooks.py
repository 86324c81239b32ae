"""Workbooks from outside: what is hidden in them is seen, and none takes more memory than its table needs."""

import io
import random
import zipfile
from contextlib import suppress

import pytest
import xlsxwriter

from billwright.files.workbooks import look_through
from billwright.kernel.errors import Refusal

SHEET = "xl/worksheets/sheet1.xml"


def make_workbook(cells=(("A1", "no"), ("B1", "total"), ("A2", 1), ("B2", 2.5)), *, hidden=False) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Invoices")
        for cell, value in cells:
            sheet.write(cell, value)
        if hidden:
            book.add_worksheet("Shown").activate()
            sheet.hide()
    return buffer.getvalue()


def with_part(content: bytes, part: str, change) -> bytes:
    """The workbook with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            body = source.read(entry)
            copy.writestr(entry.filename, change(body) if entry.filename == part else body)
    return buffer.getvalue()


def test_sheets_are_told_with_their_size_and_what_stands_in_them():
    (seen,) = look_through(make_workbook([("A1", "no"), ("A2", "=1+1"), ("C9", 3)]))
    assert (seen.name, seen.is_hidden, seen.last_row, seen.last_column) == ("Invoices", False, 9, 2)
    assert (seen.formulas, seen.errors) == ({2: [0]}, {})


def test_hidden_sheets_are_told():
    assert [sheet.is_hidden for sheet in look_through(make_workbook(hidden=True))] == [True, False]


def test_an_empty_cell_with_a_style_does_not_take_the_formula_of_the_next():
    styled = with_part(make_workbook(), SHEET, lambda body: body.replace(
        b'<c r="B2"><v>2.5</v></c>', b'<c r="B2" s="1"/></row><row r="3"><c r="A3"><f>1+1</f><v>2</v></c>'
    ))  # fmt: skip
    assert look_through(styled)[0].formulas == {3: [0]}


def test_merged_and_faulty_cells_are_told():
    def change(body):
        body = body.replace(b'<c r="B2"><v>2.5</v></c>', b'<c r="B2" t="e"><v>#N/A</v></c>')
        return body.replace(b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>')

    (seen,) = look_through(with_part(make_workbook(), SHEET, change))
    assert (seen.errors, seen.merged) == ({2: [1]}, [(1, 0, 2, 0)])


def _far(body: bytes) -> bytes:
    return body.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def _heavy(body: bytes) -> bytes:
    cell = b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"x" * (80 << 20) + b"</t></is></c></row>"
    return body.replace(b"</sheetData>", cell + b"</sheetData>")


def _entities(body: bytes) -> bytes:
    head, mark, rest = body.partition(b"?>")
    return head + mark + b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + rest


@pytest.mark.parametrize(
    ("change", "code", "row"),
    [
        (_far, "import.too_large", 1_048_576),
        (_heavy, "import.too_large", None),
        (_entities, "import.unreadable", None),
        (lambda body: body[: len(body) // 2], "import.unreadable", None),
        (lambda body: body.replace(b'r="A2"', b'r="2A"'), "import.unreadable", None),
    ],
    ids=["a cell far out", "a bomb", "entities", "half", "no cell"],
)
def test_what_would_fill_the_machine_or_is_broken_is_refused(change, code, row):
    with pytest.raises(Refusal) as refused:
        look_through(with_part(make_workbook(), SHEET, change))
    assert (refused.value.code, refused.value.row) == (code, row)
    assert refused.value.cure


def test_a_part_that_is_larger_than_it_says_is_refused():
    content = bytearray(make_workbook())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (1).to_bytes(4, "little")
    with pytest.raises(Refusal):
        look_through(bytes(content))


def test_damage_of_any_kind_is_a_refusal():
    good, chance = make_workbook(), random.Random(7)
    for _round in range(200):
        damaged = bytearray(good[: chance.randrange(4, len(good))] if chance.random() < 0.3 else good)
        for _byte in range(20):
            damaged[chance.randrange(4, len(damaged)) if len(damaged) > 4 else 0] = chance.randrange(256)
        with suppress(Refusal):
            look_through(bytes(damaged))
