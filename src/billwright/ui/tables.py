"""Lists: columns declared once serve the page, the totals, the column choice and the spreadsheet.

table = Table(
    request,
    columns=[
        Column("number", _("Document"), value=lambda i: i.number, url=lambda i: i.url, sortable=True),
        Column("open", _("Open"), kind="money", value=lambda i: i.open, bare=True),
    ],
    rows=page.rows,
    page=page,
)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import slugify

from billwright.render.xlsx import Sheet
from billwright.ui import downloads
from billwright.ui.keyset import Order, Page
from billwright.ui.templatetags import ui_tags

Text = str | Promise
Kind = Literal["text", "date", "datetime", "money", "number", "percent"]

# What is longer takes a second line on a narrow screen.
LINE_LETTERS = 16
WORDS_KEPT_MAX = 1000
NUMERIC: frozenset[str] = frozenset({"money", "number", "percent"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `value` is what is exported and, drawn by its kind, what is shown, unless `render` draws it.

    `value` gives a Money (or None) for kind money, a share of one for percent. `bare` leaves the currency out of each
    cell, for lists of one currency. `optional` columns give way on a narrow screen; `hidden` ones show when chosen.
    `sort_field` is the field of the queryset that `sortable` orders by, by default the key.
    """

    key: str
    label: Text
    value: Callable[[Any], Any]
    kind: Kind = "text"
    render: Callable[[Any], SafeString | str] | None = None
    url: Callable[[Any], str] | None = None
    align: Literal["", "start", "end"] = ""
    bare: bool = False
    optional: bool = False
    hidden: bool = False
    sortable: bool = False
    sort_field: str = ""
    wrap: bool = False

    @property
    def classes(self) -> str:
        """The classes of its cells."""
        at_end = self.align == "end" or (not self.align and self.kind in NUMERIC)
        flags = (("num", at_end), ("optional", self.optional), ("wrap", self.wrap))
        return " ".join(name for name, wanted in flags if wanted)


@dataclass(frozen=True, slots=True)
class Totals:
    """A line at the foot: one a currency. `values` goes by column key."""

    label: Text
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address that lifts it."""

    label: str
    value: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class SavedView:
    """A named address of the list."""

    label: Text
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head as drawn."""

    label: Text
    classes: str
    sort_url: str
    aria_sort: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the column menu."""

    key: str
    label: Text
    shown: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as drawn."""

    html: SafeString | str
    classes: str = ""
    url: str = ""
    is_amount: bool = False


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row as drawn; `name` says which row a checkbox selects."""

    id: str
    name: str
    url: str
    tone: str
    cells: tuple[Cell, ...]


@dataclass
class Table:
    """A list as the templates draw it. The request gives the columns chosen, the sort and the place."""

    request: HttpRequest
    columns: Sequence[Column]
    rows: Sequence[Any]
    page: Page[Any] | None = None
    totals: Sequence[Totals] = ()
    count: int | None = None
    counts_at_most: int = 0
    selectable: bool = False
    chips: Sequence[Chip] = ()
    label: Text = ""
    order: Order | None = None
    row_id: Callable[[Any], Any] = field(default=lambda row: getattr(row, "id", ""))
    row_tone: Callable[[Any], str] = field(default=lambda row: "")  # noqa: ARG005

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns chosen in the address, else all that are not hidden."""
        chosen = self.request.GET.getlist("columns")
        if not chosen:
            return [column for column in self.columns if not column.hidden]
        first, *others = self.columns
        return [first, *(column for column in others if column.key in chosen)]

    @property
    def choosable_columns(self) -> list[Choice]:
        """The column menu; the first column always stays, for it opens the row."""
        shown = {column.key for column in self.shown_columns}
        return [Choice(column.key, column.label, column.key in shown) for column in self.columns[1:]]

    @property
    def kept_parameters(self) -> list[tuple[str, str]]:
        """What the column menu must send along so that filters and sort stay."""
        gone = {"columns", "cursor", "export"}
        return [(name, value) for name, values in self.request.GET.lists() if name not in gone for value in values]

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns shown."""
        return [self._head(column) for column in self.shown_columns]

    def _head(self, column: Column) -> Head:
        if not column.sortable or self.order is None:
            return Head(column.label, column.classes, "", "")
        current = self.order.field == (column.sort_field or column.key)
        direction = ("descending" if self.order.descending else "ascending") if current else "none"
        sort = f"-{column.key}" if direction == "ascending" else column.key
        return Head(column.label, column.classes, _address(self.request, sort=sort, cursor=""), direction)

    @property
    def drawn_rows(self) -> Iterable[DrawnRow]:
        """The rows as cells; the first cell names the row and opens it."""
        first = self.columns[0]
        for row in self.rows:
            url = first.url(row) if first.url else ""
            cells = tuple(_cell(column, row) for column in self.shown_columns)
            yield DrawnRow(str(self.row_id(row)), str(first.value(row)), url, self.row_tone(row), cells)

    @property
    def foot(self) -> list[tuple[Cell, ...]]:
        """The totals lines as cells."""
        return [tuple(self._foot_cells(line)) for line in self.totals]

    def _foot_cells(self, line: Totals) -> Iterable[Cell]:
        for position, column in enumerate(self.shown_columns):
            if position == 0:
                yield Cell(conditional_escape(str(line.label)), column.classes)
            elif column.key in line.values:
                yield Cell(_drawn(column, line.values[column.key], bare=False), column.classes)
            else:
                yield Cell("", column.classes)

    @property
    def count_text(self) -> str:
        """The count, or `10,000+` where counting stopped."""
        if self.count is None:
            return ""
        text = str(ui_tags.number(self.count))
        return f"{text}+" if self.counts_at_most and self.count >= self.counts_at_most else text

    @property
    def next_url(self) -> str:
        """The address of the next page, empty on the last."""
        cursor = self.page.next_cursor if self.page else ""
        return _address(self.request, cursor=cursor) if cursor else ""

    @property
    def previous_url(self) -> str:
        """The address of the page before, empty on the first."""
        cursor = self.page.previous_cursor if self.page else ""
        return _address(self.request, cursor=cursor) if cursor else ""


def order_of(request: HttpRequest, columns: Sequence[Column], *, default: Order) -> Order:
    """The order that `?sort=due` or `?sort=-due` asks for; anything else than a sortable column is the default."""
    asked = request.GET.get("sort", "")
    for column in columns:
        if column.sortable and column.key == asked.removeprefix("-"):
            return Order(column.sort_field or column.key, asked.startswith("-"), default.id_field)
    return default


def chips_of(request: HttpRequest, form: BaseForm) -> list[Chip]:
    """One chip for each filter of a valid bound form that is in force."""
    chips = []
    for name in form.fields:
        bound = form[name]
        value = getattr(form, "cleaned_data", {}).get(name)
        if value in (None, "", [], False) or bound.is_hidden:
            continue
        chips.append(
            Chip(str(bound.label), _in_words(bound.field, value), _address(request, **{name: "", "cursor": ""}))
        )
    return chips


def _in_words(form_field: Any, value: Any) -> str:
    """The words of a choice rather than its code."""
    choices = {str(key): str(words) for key, words in _flat(getattr(form_field, "choices", ()))}
    values = value if isinstance(value, list | tuple) else [value]
    if value is True:
        return "✓"
    shown = [str(ui_tags.day(one)) if isinstance(one, date) else choices.get(str(one), str(one)) for one in values]
    return ", ".join(strip_tags(one) for one in shown)


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, words in choices:
        if isinstance(words, list | tuple):
            yield from words
        else:
            yield key, words


def _address(request: HttpRequest, **changes: str) -> str:
    query: QueryDict = request.GET.copy()
    query.pop("export", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"?{query.urlencode()}"


def _cell(column: Column, row: Any) -> Cell:
    url = column.url(row) if column.url else ""
    is_amount = bool(url) and column.kind == "money"
    if column.render:
        return Cell(column.render(row), column.classes, url, is_amount)
    value = column.value(row)
    is_name = column.kind == "text" and not column.wrap and len(str(value)) > LINE_LETTERS
    classes = f"{column.classes} name".strip() if is_name else column.classes
    return Cell(_drawn(column, value, bare=column.bare), classes, url, is_amount)


def _drawn(column: Column, value: Any, *, bare: bool) -> SafeString | str:
    """A value drawn by the kind of its column."""
    if value is None or value == "":
        return ui_tags.DASH
    if column.kind == "money":
        return ui_tags.money_of(value, bare=bare, colour=True)
    if column.kind == "number":
        return ui_tags.number(value)
    if column.kind == "percent":
        return ui_tags.percent(value)
    if column.kind == "datetime" and isinstance(value, datetime):
        return ui_tags.moment(value)
    if column.kind in ("date", "datetime"):
        return ui_tags.day(value)
    return conditional_escape(value)


def wants_export(request: HttpRequest) -> bool:
    """True when the person asked for the list as a spreadsheet."""
    return request.GET.get("export") == "xlsx"


def export(table: Table, *, title: str, rows: Iterable[Any] | None = None) -> HttpResponse:
    """The list as .xlsx: the columns shown, in their order, for `rows` (all that the filters leave) or the page's.

    Rows that are read as they are asked for are those of one moment, and however many there are, few are held.
    Raises Refusal `export.too_long` beyond what a sheet can hold.
    """
    shown = table.shown_columns
    values = [column.value for column in shown]
    words = _Words()
    sheet = Sheet(
        title=title,
        columns=[(str(column.label), str(column.kind)) for column in shown],
        rows=([words.told(value(row)) for value in values] for row in (table.rows if rows is None else rows)),
    )
    return downloads.workbook([sheet], name=slugify(title) or "list")


class _Words:
    """Lazy translations in words, each told once: most lists say one of a few words in every row."""

    def __init__(self) -> None:
        # With the translation itself, so that nothing else takes its place in memory.
        self._told: dict[int, tuple[Promise, str]] = {}

    def told(self, value: Any) -> object:
        """The words of a lazy translation; everything else stays what it is, so that a sum in the sheet is right."""
        if not isinstance(value, Promise):
            return value
        found = self._told.get(id(value))
        if found is None:
            found = value, str(value)
            if len(self._told) < WORDS_KEPT_MAX:
                self._told[id(value)] = found
        return found[1]
