"""Their paper as rows: CSV, XLSX or the text of a PDF; columns found by their headings and what stands in them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.receivables.reconciliation_rows import Columns, TheirEntry
from billwright.workflow.book_import.cells import commonest_formats, find_date, find_number, fitting_styles
from billwright.workflow.book_import.table import DELIMITERS, Layout, Record, Table, read_table

PDF_PAGES_MAX: Final = 500
HEAD_BYTES: Final = 1 << 16
SKIPPED_SHOWN_MAX: Final = 50
HEADING_ROWS_LOOKED_AT: Final = 15
# Words of headings, the most telling first, in the languages that ledgers of our customers are kept in.
HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "number": ("invoice no", "invoice number", "invoice", "document no", "document", "doc no", "number", "reference",
               "ref", "rechnung", "belegnummer", "beleg", "faktuur", "facture", "factura", "fattura"),
    "dated_on": ("invoice date", "document date", "date", "datum", "fecha", "data"),
    "debit": ("debit", "soll", "debe", "dare"),
    "credit": ("credit", "haben", "haber", "avere"),
    "amount": ("open amount", "outstanding", "amount due", "amount paid", "paid", "amount", "total", "value",
               "betrag", "bedrag", "montant", "importe", "importo"),
    "currency": ("currency", "curr", "ccy", "wahrung", "währung", "devise", "moneda"),
    "account": ("account no", "account number", "account", "customer account", "konto"),
    "text": ("description", "text", "details", "narration", "type", "beschreibung"),
}  # fmt: skip
_DATE = re.compile(r"\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4})\b")
_AMOUNT = re.compile(r"\(?[-+]?(?:\d{1,3}(?:[ ,.']\d{3})+|\d+)[.,]\d{2}\)?(?!\d)")
_NUMBER = re.compile(r"\b(?=[A-Za-z0-9/-]*\d)[A-Za-z0-9][A-Za-z0-9/-]{2,39}\b")


def read_paper(content: bytes, *, name: str) -> Table:
    """Their file as a table. Raises Refusal naming why it cannot be read."""
    if content.startswith(b"%PDF"):
        return _pdf_table(content)
    return read_table(content, name=name, layout=_layout(content, name))


def _layout(content: bytes, name: str) -> Layout:
    """Where the headings stand: ledgers print a name and an address above them, which hide the delimiter too."""
    is_workbook = content.startswith(b"PK")
    head = content if is_workbook else content[: content.rfind(b"\n", 0, HEAD_BYTES) + 1] or content
    for row in range(1, HEADING_ROWS_LOOKED_AT):
        for delimiter in ("",) if is_workbook else ("", *DELIMITERS):
            layout = Layout(header_row=row, delimiter=delimiter)
            try:
                found = find_columns(read_table(head, name=name, layout=layout))
            except Refusal:
                continue
            if found.number and (found.amount or found.debit):
                return layout
    return Layout()


def _pdf_table(content: bytes) -> Table:
    # Every command and process loads this module, and few meet a PDF file.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = PdfReader(io.BytesIO(content)).pages
        if len(pages) > PDF_PAGES_MAX:
            raise _unreadable(_("The file has more than %(count)d pages.") % {"count": PDF_PAGES_MAX})
        lines = [line for page in pages for line in page.extract_text().splitlines()]
    except (PyPdfError, ValueError, KeyError, RecursionError) as error:
        raise _unreadable(_("The PDF cannot be read: %(error)s.") % {"error": error}) from error
    records = [record for row, line in enumerate(lines, start=1) if (record := _pdf_record(row, line))]
    if not records:
        raise _unreadable(_("No line of the PDF has a day, a number and an amount."))
    return Table(columns=("date", "number", "text", "amount"), records=tuple(records), layout=Layout())


def _unreadable(message: str) -> Refusal:
    return Refusal(
        "reconciliation.unreadable", message, field="file",
        cure=_("Ask the customer for a table: CSV or XLSX. A scanned picture holds no text."),
    )  # fmt: skip


def _pdf_record(row: int, line: str) -> Record | None:
    """A line with a day, a number and an amount; of several amounts the first is its own, later ones run on."""
    day = _DATE.search(line)
    if day is None:
        return None
    rest = f"{line[: day.start()]} {line[day.end() :]}"
    amount = _AMOUNT.search(rest)
    number = _NUMBER.search(rest)
    if amount is None or number is None or number.start() >= amount.start():
        return None
    text = " ".join(rest[number.end() : amount.start()].split())
    return Record(row=row, cells=(day.group(), number.group(), text, amount.group().replace(" ", "")))


def find_columns(table: Table) -> Columns:
    """Which column says what, by its heading; dates and numbers as their cells fit. Empty where nothing fits."""
    taken: dict[str, str] = {}
    for field, words in HEADINGS.items():
        free = [heading for heading in table.columns if heading not in taken.values()]
        found = _by_heading(free, words)
        if found:
            taken[field] = found
    if {"debit", "credit"} <= set(taken):
        taken.pop("amount", None)
    else:
        taken.pop("debit", None)
        taken.pop("credit", None)
    named: dict[str, Any] = dict(taken)
    return with_formats(table, Columns(**named))


def _by_heading(headings: Sequence[str], words: Iterable[str]) -> str:
    for word in words:
        for heading in headings:
            plain = " ".join(re.sub(r"[^\w]", " ", heading.lower()).split())
            if plain == word or plain.startswith(f"{word} ") or plain.endswith(f" {word}"):
                return heading
    return ""


def with_formats(table: Table, columns: Columns) -> Columns:
    """The columns with the date format and the marks of numbers that fit the most of their cells."""
    formats = commonest_formats(_cells(table, columns.dated_on)) if columns.dated_on else ()
    money = [
        cell
        for heading in (columns.amount, columns.debit, columns.credit)
        if heading
        for cell in _cells(table, heading)
        if any(mark.isdigit() for mark in cell)
    ]
    styles = fitting_styles(money) or ((".", ","),)
    decimal, thousands = styles[0]
    return replace(columns, date_format=formats[0] if formats else "", decimal=decimal, thousands=thousands)


def _cells(table: Table, heading: str) -> list[str]:
    place = table.columns.index(heading)
    return [record.cells[place] for record in table.records if place < len(record.cells) and record.cells[place]]


def refuse_bad_columns(table: Table, columns: Columns) -> None:
    """Refuse columns that are not there, or that leave the number or the amount out."""
    named = [
        getattr(columns, field.name)
        for field in fields(columns)
        if field.name in HEADINGS and getattr(columns, field.name)
    ]
    for heading in named:
        if heading not in table.columns:
            raise Refusal(
                "reconciliation.no_column", _("There is no column %(name)s.") % {"name": repr(heading)},
                field="columns", cure=_("The file has: %(names)s.") % {"names": ", ".join(table.columns)},
            )  # fmt: skip
    if not columns.number or not (columns.amount or (columns.debit and columns.credit)):
        raise Refusal(
            "reconciliation.columns_missing", _("It is not known which columns hold the number and the amount."),
            field="columns", cure=_("Say which columns they are."),
        )  # fmt: skip


def read_lines(
    table: Table, columns: Columns, *, currency: str, account_ids: dict[str, int], account_id: int | None
) -> tuple[list[TheirEntry], list[int]]:
    """Their lines, and the rows that are neither document nor payment: totals, headings of pages.

    `account_ids` are by number as their account column says it. Raises Refusal naming the row.
    """
    refuse_bad_columns(table, columns)
    reader = _Reader(table, columns, currency, account_ids, account_id)
    lines: list[TheirEntry] = []
    skipped: list[int] = []
    for record in table.records:
        line = reader.line(record)
        if line is None:
            skipped.append(record.row)
        else:
            lines.append(line)
    if not lines:
        raise _unreadable(_("No row has a number and an amount."))
    return lines, skipped[:SKIPPED_SHOWN_MAX]


class _Reader:
    def __init__(
        self, table: Table, columns: Columns, currency: str, account_ids: dict[str, int], account_id: int | None
    ) -> None:
        self.columns, self.currency = columns, currency
        self.account_ids, self.account_id = account_ids, account_id
        self.places = {heading: place for place, heading in enumerate(table.columns)}

    def line(self, record: Record) -> TheirEntry | None:
        number = self._cell(record, self.columns.number)
        day_text = self._cell(record, self.columns.dated_on)
        dated_on = find_date(day_text, self.columns.date_format) if day_text and self.columns.date_format else None
        if not number and dated_on is None:
            return None
        amount = self._amount(record)
        if amount is None:
            # A heading of a page repeats in the middle of a file: it has words where others have numbers.
            if dated_on is None:
                return None
            raise self._fault(record, self.columns.amount or self.columns.debit, _("This is not an amount."))
        if day_text and dated_on is None:
            raise self._fault(record, self.columns.dated_on, _("This is not a date of the form found."))
        currency = self._cell(record, self.columns.currency).upper() or self.currency
        money = Money.of(amount, currency)
        return TheirEntry(
            row=record.row,
            number=number[:80],
            dated_on=dated_on,
            currency=currency,
            amount_minor=-money.amount_minor if self.columns.is_turned else money.amount_minor,
            text=self._cell(record, self.columns.text)[:200],
            account_id=self._account(record),
        )

    def _cell(self, record: Record, heading: str) -> str:
        place = self.places.get(heading, -1)
        return record.cells[place].strip() if 0 <= place < len(record.cells) else ""

    def _number(self, text: str) -> Decimal | None:
        # `1 150.00 CR` and `R 115.00`: words beside an amount; a credit behind it turns it.
        bare = re.sub(r"[A-Za-z$€£₹]", "", text).strip()
        found = find_number(bare, decimal=self.columns.decimal, thousands=self.columns.thousands)
        is_credit = text.upper().rstrip().endswith("CR")
        return -found if found is not None and is_credit else found

    def _amount(self, record: Record) -> Decimal | None:
        if self.columns.amount:
            return self._number(self._cell(record, self.columns.amount))
        debit, credit = (self._cell(record, heading) for heading in (self.columns.debit, self.columns.credit))
        sides = [self._number(text) for text in (debit, credit) if text]
        if not sides or any(side is None for side in sides):
            return None
        return (self._number(debit) or Decimal(0)) - (self._number(credit) or Decimal(0))

    def _account(self, record: Record) -> int | None:
        told = self._cell(record, self.columns.account)
        return self.account_ids.get(told, self.account_id) if told else self.account_id

    def _fault(self, record: Record, field: str, message: str) -> Refusal:
        return Refusal(
            "reconciliation.bad_cell", message, field=field, row=record.row,
            cure=_("Correct the file, or say otherwise which columns and marks it uses."),
        )  # fmt: skip


def dates_of(lines: Iterable[TheirEntry]) -> list[date]:
    """The days that lines carry."""
    return [line.dated_on for line in lines if line.dated_on]
