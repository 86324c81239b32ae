"""Columns serve the page, the totals, the column choice and the spreadsheet alike."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from billwright.kernel.money import Money
from billwright.ui import downloads, gallery, tables
from billwright.ui.keyset import Order
from billwright.ui.tests.builders import make_request


def test_the_address_chooses_the_columns_and_the_first_stays() -> None:
    table = gallery.table(make_request("/?columns=share&columns=open"))
    assert [column.key for column in table.shown_columns] == ["number", "open", "share"]


def test_hidden_columns_wait_in_the_menu() -> None:
    table = gallery.table(make_request())
    assert "share" not in [column.key for column in table.shown_columns]
    assert [choice.shown for choice in table.choosable_columns if choice.key == "share"] == [False]


@pytest.mark.parametrize(
    ("asked", "order"),
    [
        ("", Order("due")),
        ("issued", Order("issued")),
        ("-issued", Order("issued", descending=True)),
        ("total", Order("due")),
        ("password", Order("due")),
    ],
)
def test_only_sortable_columns_sort(asked: str, order: Order) -> None:
    assert tables.order_of(make_request(f"/?sort={asked}"), gallery.COLUMNS, default=Order("due")) == order


def test_a_head_turns_its_own_order_round_and_leaves_the_place() -> None:
    table = gallery.table(make_request("/?sort=issued&cursor=abc&status=overdue"))
    head = next(head for head in table.heads if head.label == "Issued")
    assert (head.aria_sort, head.sort_url) == ("ascending", "?sort=-issued&status=overdue")


def test_the_next_page_keeps_the_filters() -> None:
    assert gallery.table(make_request("/?status=overdue")).next_url == "?status=overdue&cursor=next"


def test_a_chip_says_the_choice_in_words_and_lifts_it() -> None:
    request = make_request("/?status=overdue&sort=due&cursor=abc")
    form = gallery.ListFilter(request.GET)
    assert form.is_valid()
    assert tables.chips_of(request, form) == [tables.Chip("Status", "Overdue", "?sort=due")]


def test_a_cell_never_lets_markup_through() -> None:
    column = tables.Column("name", "Name", value=lambda row: row)
    [row] = tables.Table(make_request(), columns=[column], rows=["<b>x</b>"]).drawn_rows
    assert row.cells[0].html == "&lt;b&gt;x&lt;/b&gt;"


def test_totals_name_their_currency_though_the_cells_do_not() -> None:
    [line] = gallery.table(make_request()).foot
    assert "EUR" in str(line[5].html)


@pytest.mark.django_db
def test_the_spreadsheet_holds_what_is_shown() -> None:
    table = gallery.table(make_request("/?columns=open&columns=share"))
    response = tables.export(table, title="Open items")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Document", "Open", "Share"]
    assert rows[1] == ["2026-08-00412", 9214.8, 1.0]
    assert len(rows) == 1 + gallery.ROWS
    assert response["Content-Disposition"] == 'attachment; filename="open-items.xlsx"'


@pytest.mark.django_db
def test_an_export_of_all_rows_takes_them_from_where_it_is_told() -> None:
    column = tables.Column("open", "Open", kind="money", value=lambda row: row)
    table = tables.Table(make_request(), columns=[column], rows=[])
    response = tables.export(table, title="x", rows=(Money(n, "EUR") for n in (100, 250)))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    assert sum(Decimal(str(row[0])) for row in sheet.to_python()[1:]) == Decimal("3.50")


@pytest.mark.django_db
def test_a_large_spreadsheet_is_sent_from_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "HELD_BYTES_MAX", 1000)
    response = tables.export(gallery.table(make_request()), title="Open items")
    assert response.streaming
    content = b"".join(response)
    response.close()
    assert int(response["Content-Length"]) == len(content)
    assert response["Content-Disposition"] == 'attachment; filename="open-items.xlsx"'
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + gallery.ROWS


def test_long_names_may_take_a_second_line_and_figures_never() -> None:
    columns = [tables.Column("name", "Name", value=str), tables.Column("count", "Count", kind="number", value=len)]
    rows = tables.Table(make_request(), columns=columns, rows=["Ana", "Harbour Hearth Carpentry"]).drawn_rows
    assert [[cell.classes for cell in row.cells] for row in rows] == [["", "num"], ["name", "num"]]
