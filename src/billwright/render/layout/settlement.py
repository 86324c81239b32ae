"""Receipts and remittance slips: money, and the documents it pays."""

from __future__ import annotations

from billwright.render.documents import PrintedSettlement, SettlementKind, SettlementRow
from billwright.render.layout.common import Page, Pen, breakable, facts_of, letterhead_page, pen_for, table, total_rows

_INTRODUCTIONS = {
    SettlementKind.RECEIPT: "receipt_thanks",
    SettlementKind.REMITTANCE_SLIP: "remittance_request",
    SettlementKind.DEPOSIT_SLIP: "deposit_request",
}
_APPLIED = {
    SettlementKind.RECEIPT: "column_applied",
    SettlementKind.REMITTANCE_SLIP: "column_to_pay",
    SettlementKind.DEPOSIT_SLIP: "column_deposited",
}


def settlement_page(document: PrintedSettlement) -> Page:
    """The page of a receipt or a remittance slip."""
    pen = pen_for(document)
    words = pen.words
    page = letterhead_page(document, pen, template="document", title=words(f"title_{document.kind.lower()}"))
    if not document.introduction:
        page["introduction"] = words(_INTRODUCTIONS[document.kind])
    own = [
        ("number", document.number),
        ("date_issued", pen.formats.day(document.issued_on)),
        ("date_received", pen.formats.day(document.received_on) if document.received_on else ""),
        ("fact_payment_method", document.method),
        ("receipt_reference", document.reference),
    ]
    return page | {
        "facts": facts_of(document, pen, own),
        "table": _row_table(document, pen) if document.rows else None,
        "taxes": None,
        "installments": None,
        "totals": total_rows(document.totals, pen),
        "remarks": [],
        "e_invoice": None,
        "signature": None,
    }


def _row_table(document: PrintedSettlement, pen: Pen) -> Page:
    words, currency = pen.words, document.currency
    has_remaining = any(row.remaining is not None for row in document.rows)
    columns = [
        (words("column_document"), "left"),
        (words("column_date"), "day"),
        (words("column_due"), "day"),
        (pen.in_currency("column_document_amount", currency), "right"),
        (pen.in_currency(_APPLIED[document.kind], currency), "right"),
    ]
    if has_remaining:
        columns.append((pen.in_currency("column_remaining", currency), "right"))
    return table(columns, [_row(row, pen, has_remaining=has_remaining) for row in document.rows])


def _row(row: SettlementRow, pen: Pen, *, has_remaining: bool) -> Page:
    days = [pen.formats.day(day) if day else "" for day in (row.issued_on, row.due_date)]
    amounts = [pen.amount(row.amount), pen.amount(row.applied)]
    remaining = [pen.amount(row.remaining)] if has_remaining else []
    return {"kind": "line", "text": breakable(row.document), "detail": "", "cells": [*days, *amounts, *remaining]}
