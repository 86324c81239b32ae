"""Advice as a table: the row that names the columns is found by its words, in the usual languages of business."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

import python_calamine
from django.utils.translation import gettext as _

from billwright.connectors.remittances.words import LINES_MAX, amount_in, day_in, line_of, own
from billwright.files.workbooks import look_through
from billwright.kernel.errors import Refusal
from billwright.kernel.money import exponent
from billwright.payments.ports.remittances import AdviceLine, AdviceRead, UnreadableAdvice

HEAD_ROWS_MAX = 40
_HEADS = {
    "deduction": re.compile(
        r"discount|deduct|with.?h[eo]ld|tds|adjust|short|skonto|abzug|korting|escompte|retenu", re.I
    ),
    "amount": re.compile(r"paid|payment|amount|remitted|net|betrag|zahl|bedrag|montant|importe|pago", re.I),
    "document": re.compile(
        r"invoice|document|doc\b|inv\b|bill|reference|rechnung|beleg|factuur|facture|factura|number|nummer", re.I
    ),
    "reason": re.compile(r"reason|remark|comment|note|grund|text|motif|motivo|descr", re.I),
    "day": re.compile(r"date|datum|fecha", re.I),
}
_NOT_PAID = re.compile(r"gross|original|invoice amount|invoiced|brutto|open|due|outstanding|balance", re.I)
_TOTAL = re.compile(r"\W*(grand )?(total|sum|summe|gesamt|totaal|importe total)\b", re.I)
_CURRENCY = re.compile(r"\b[A-Z]{3}\b")

Table = Sequence[Sequence[str]]


def read_workbook(content: bytes) -> AdviceRead | None:
    """The first sheet with such a row. Raises UnreadableAdvice for a broken workbook."""
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        # It comes from outside: what would unpack to more than the machine holds is not unpacked.
        look_through(content)
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheets = [
            [[_shown(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python()[: LINES_MAX + 1]]
            for name in book.sheet_names[:20]
        ]
    except Refusal as refused:
        raise UnreadableAdvice(refused.message, where=_("the file")) from refused
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError, OSError, ValueError) as error:
        raise UnreadableAdvice(_("The workbook is damaged or is none."), where=_("the file")) from error
    return _first([table for table in sheets if table], "XLSX")


def read_csv(text: str) -> AdviceRead | None:
    """A table of text, whatever sign parts its cells; None where no row names the columns."""
    head = text[:20_000]
    mark = max(";\t|,", key=lambda sign: (head.count(sign), sign == ";"))
    if mark not in head:
        return None
    try:
        rows = list(islice(csv.reader(io.StringIO(text), delimiter=mark), LINES_MAX))
    except csv.Error:
        return None
    return _first([rows], "CSV")


def _shown(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() else str(Decimal(str(cell)))
    return str(cell)


def _first(tables: Sequence[Table], format_name: str) -> AdviceRead | None:
    for table in tables:
        for place, row in enumerate(table[:HEAD_ROWS_MAX]):
            columns = _columns(row)
            if columns is not None:
                return _of_table(table, place, columns, format_name)
    return None


def _columns(row: Sequence[str]) -> dict[str, int] | None:
    """Which column holds what, where the row names a document and an amount in different cells."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        if amount_in(cell) is not None or len(cell) > 60:
            return None
        kind = next((kind for kind, words in _HEADS.items() if words.search(cell)), None)
        if kind == "amount" and _NOT_PAID.search(cell):
            kind = "gross"
        if kind is not None:
            found.setdefault(kind, place)
    if "amount" not in found and "gross" in found:
        found["amount"] = found.pop("gross")
    return found if {"document", "amount"} <= found.keys() else None


def _of_table(table: Table, head: int, columns: dict[str, int], format_name: str) -> AdviceRead:
    lines: list[AdviceLine] = []
    total: Decimal | None = None
    for number, row in enumerate(table[head + 1 :], start=head + 2):
        cells = {kind: row[place].strip() if place < len(row) else "" for kind, place in columns.items()}
        if not any(cell.strip() for cell in row):
            continue
        amount = amount_in(cells["amount"])
        if any(_TOTAL.match(cell) for cell in row) or not cells["document"]:
            total = amount if amount is not None else total
            continue
        if amount is None:
            raise UnreadableAdvice(
                _("%(text)s is not an amount.") % {"text": repr(cells["amount"][:40])}, where=_("row %d") % number
            )
        lines.append(_line(cells, amount))
    above = " ".join(" ".join(row) for row in table[:head])
    return AdviceRead(
        format=format_name,
        lines=tuple(lines),
        currency=currency_in(" ".join([above, *table[head]])),
        paid_on=next((day for row in table[:head] for cell in row if (day := day_in(cell))), None),
        payer=own(table[0][0]) if head and table[0] else "",
        stated_total=total,
    )


def _line(cells: dict[str, str], amount: Decimal) -> AdviceLine:
    """A deduction is what its column says, else what is missing to the amount of the document."""
    deduction, gross = amount_in(cells.get("deduction", "")), amount_in(cells.get("gross", ""))
    if deduction is None:
        deduction = gross - amount if gross is not None and gross > amount else Decimal(0)
    return line_of(cells["document"], amount, deduction, cells.get("reason", ""))


def currency_in(text: str) -> str | None:
    """The first word in capitals that is the code of a currency, or None."""
    return next((word for word in _CURRENCY.findall(text) if _is_currency(word)), None)


def _is_currency(code: str) -> bool:
    try:
        exponent(code)
    except Refusal:
        return False
    return True
