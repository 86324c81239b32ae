"""Invoices, credit notes and debit notes: lines, tax summary, totals and what the law wants to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby

from billwright.render.documents import DocumentLine, PrintedDocument, TaxLine
from billwright.render.layout.common import (
    Page,
    Pen,
    breakable,
    facts_of,
    letterhead_page,
    pen_for,
    table,
    total_rows,
    with_minus,
    written_facts,
)
from billwright.render.qr import qr_svg


def invoice_page(document: PrintedDocument) -> Page:
    """The page of an invoice, credit note or debit note."""
    pen = pen_for(document)
    page = letterhead_page(document, pen, template="document", title=pen.words(f"title_{document.kind.lower()}"))
    return page | {
        "facts": _facts(document, pen),
        "references": _reference_box(document, pen),
        "table": _line_table(document, pen),
        "taxes": _tax_table(document, pen) if document.taxes else None,
        "totals": total_rows(document.totals, pen),
        "installments": _installment_table(document, pen) if document.installments else None,
        "remarks": _remarks(document, pen),
        "e_invoice": _e_invoice(document, pen),
        "signature": _signature(document, pen),
    }


def _facts(document: PrintedDocument, pen: Pen) -> list[list[str]]:
    formats, words, original = pen.formats, pen.words, document.original
    reverse_charge = {None: "", True: words("answer_yes"), False: words("answer_no")}[document.reverse_charge]
    reference = words("original_of", number=original.number, date=formats.day(original.issued_on)) if original else ""
    period = document.period
    written_period = formats.period(starts_on=period.starts_on, ends_before=period.ends_before) if period else ""
    own = [
        ("number", document.number),
        ("date_issued", formats.day(document.issued_on)),
        ("date_supply", formats.day(document.supply_date) if document.supply_date else ""),
        ("period", written_period),
        ("date_due", formats.day(document.due_date) if document.due_date else ""),
        ("original", reference),
        ("reason", original.reason if original else ""),
        ("place_of_supply", document.place_of_supply),
        ("reverse_charge", reverse_charge),
    ]
    facts = () if document.reference_box is not None else document.facts
    return facts_of(document, pen, own, facts)


def _reference_box(document: PrintedDocument, pen: Pen) -> Page | None:
    """The references in a box of their own, where the customer wants them there."""
    if document.reference_box is None or not document.facts:
        return None
    return {"title": document.reference_box, "rows": written_facts(document.facts, pen)}


def _line_table(document: PrintedDocument, pen: Pen) -> Page:
    """The lines; a column appears only when a line has something to say in it."""
    lines, words = document.lines, pen.words
    is_indian = document.seller.country == "IN"
    amount_key = "column_gross" if document.amounts_include_tax else "column_net"
    optional = [
        ("code", words("column_code_in" if is_indian else "column_code"), any(line.code for line in lines)),
        ("quantity", words("column_quantity"), any(line.quantity is not None for line in lines)),
        ("unit_price", words("column_unit_price"), any(line.unit_price is not None for line in lines)),
        ("discount", words("column_discount"), any(line.discount for line in lines)),
        ("tax", _tax_word(document.taxes, pen), any(line.tax_rate is not None or line.tax_code for line in lines)),
    ]
    shown = [(name, label) for name, label, is_used in optional if is_used and name not in document.columns_hidden]
    columns = [
        ("#", "number"),
        (words("column_description"), "left"),
        *((label, "right") for _name, label in shown),
        (pen.in_currency(amount_key, document.currency), "right"),
    ]
    names = [name for name, _label in shown]
    return table(columns, list(_rows(document, names, pen)))


def _rows(document: PrintedDocument, names: Sequence[str], pen: Pen) -> Iterator[Page]:
    """Lines under their headings, numbered through all groups, with a subtotal under each where it is wanted."""
    position = count(1)
    for group, members in groupby(document.lines, key=lambda line: line.group):
        of_group = list(members)
        if group:
            yield {"kind": "group", "text": breakable(group)}
        for subgroup, parts in groupby(of_group, key=lambda line: line.subgroup):
            of_part = list(parts)
            if subgroup:
                yield {"kind": "subgroup", "text": breakable(subgroup)}
            yield from (_line_row(line, next(position), names, document, pen) for line in of_part)
            if document.subtotals and subgroup and len(of_part) > 1:
                yield _subtotal(subgroup, of_part, pen)
        if document.subtotals and group:
            yield _subtotal(group, of_group, pen)


def _subtotal(group: str, lines: Sequence[DocumentLine], pen: Pen) -> Page:
    total = sum((line.net for line in lines[1:]), lines[0].net)
    words = f"{pen.words('total_subtotal')} · {group}"
    return {"kind": "subtotal", "text": breakable(words), "amount": pen.amount(total)}


def _line_row(line: DocumentLine, position: int, names: Sequence[str], document: PrintedDocument, pen: Pen) -> Page:
    formats = pen.formats
    quantity = "" if line.quantity is None else with_minus(formats.number(line.quantity))
    tax = line.tax_code if line.tax_rate is None else formats.percent(line.tax_rate)
    price = (
        "" if line.unit_price is None else with_minus(formats.unit_price(line.unit_price, currency=document.currency))
    )
    cells = {
        "code": line.code,
        "quantity": f"{quantity} {line.unit}".strip(),
        "unit_price": with_minus(price),
        "discount": pen.amount(-line.discount) if line.discount else "",
        "tax": tax,
    }
    details = [*_days(line, pen), *_hidden(document, cells, pen)]
    details += [f"{label} {value}" for label, value in written_facts(line.facts, pen)]
    if line.period and line.period != document.period:
        details.append(formats.period(starts_on=line.period.starts_on, ends_before=line.period.ends_before))
    return {
        "kind": "line",
        "text": breakable(line.description),
        "detail": breakable(" \u00b7 ".join(detail for detail in details if detail)),
        "cells": [str(position), *(cells[name] for name in names), pen.amount(line.net)],
    }


def _days(line: DocumentLine, pen: Pen) -> Iterator[str]:
    if line.days:
        served, base = (pen.formats.number(days) for days in line.days)
        yield pen.words("line_days", days=served, base=base)


def _hidden(document: PrintedDocument, cells: Mapping[str, str], pen: Pen) -> Iterator[str]:
    """What stands in no column and must be said all the same: quantity, price and discount (EU art. 226 (6), (8))."""
    hidden = {name for name in document.columns_hidden if cells.get(name)}
    if hidden & {"quantity", "unit_price"}:
        yield " × ".join(cells[name] for name in ("quantity", "unit_price") if name in hidden)
    if "discount" in hidden:
        yield f"{pen.words('column_discount')} {cells['discount']}"


def _tax_word(taxes: Sequence[TaxLine], pen: Pen) -> str:
    """The tax's own name (VAT, USt) when the document has one tax, else the general word."""
    names = {tax.name for tax in taxes}
    return names.pop() if len(names) == 1 else pen.words("column_tax")


def _tax_table(document: PrintedDocument, pen: Pen) -> Page:
    words, taxes = pen.words, document.taxes
    base_currency = next((tax.tax_in_base.currency for tax in taxes if tax.tax_in_base is not None), "")
    columns = [
        (words("tax_summary"), "left"),
        (words("column_taxable"), "right"),
        (words("column_tax_amount"), "right"),
    ]
    if base_currency:
        columns.append((words("column_tax_in_base", currency=base_currency), "right"))
    rows = []
    for tax in taxes:
        in_base = [pen.amount(tax.tax_in_base)] if base_currency else []
        rows.append(
            {
                "kind": "line",
                "text": _named_rate(tax, pen),
                "detail": "",
                "cells": [pen.amount(tax.taxable), pen.amount(tax.tax), *in_base],
            }
        )
    return table(columns, rows)


def _installment_table(document: PrintedDocument, pen: Pen) -> Page:
    """Which part is to be paid by which day."""
    columns = [
        (pen.words("column_installment"), "left"),
        (pen.in_currency("column_to_pay", document.currency), "right"),
    ]
    rows: list[Page] = [
        {"kind": "line", "text": pen.formats.day(part.due_date), "detail": "", "cells": [pen.amount(part.amount)]}
        for part in document.installments
    ]
    return table(columns, rows)


def _named_rate(tax: TaxLine, pen: Pen) -> str:
    return tax.name if tax.rate is None else f"{tax.name} {pen.formats.percent(tax.rate)}"


def _remarks(document: PrintedDocument, pen: Pen) -> list[str]:
    """What the law wants said: statements, and the reason where no tax is charged."""
    reasons = [
        pen.words("reason_for_tax", name=_named_rate(tax, pen), reason=tax.reason)
        for tax in document.taxes
        if tax.reason
    ]
    return [*(pen.words(f"statement_{statement.lower()}") for statement in document.statements), *reasons]


def _e_invoice(document: PrintedDocument, pen: Pen) -> Page | None:
    e_invoice, words = document.e_invoice, pen.words
    if e_invoice is None:
        return None
    rows = [
        [words("e_invoice_reference"), breakable(e_invoice.reference)],
        [words("e_invoice_acknowledgement"), e_invoice.acknowledgement],
    ]
    return {
        "rows": [row for row in rows if row[1]],
        "qr": qr_svg(e_invoice.qr_payload),
        "qr_alternative": words("e_invoice_scan_alternative"),
    }


def _signature(document: PrintedDocument, pen: Pen) -> Page | None:
    if not document.signatory:
        return None
    return {
        "for": pen.words("signatory_for", seller=document.seller.name),
        "name": document.signatory,
        "role": pen.words("signatory"),
    }
