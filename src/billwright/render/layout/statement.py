"""Statements of account: movements between two balances, ageing, and a slip to pay with."""

from __future__ import annotations

from datetime import date

from billwright.kernel.money import Money
from billwright.render.documents import AgeingBucket, MovementRow, PrintedStatement
from billwright.render.layout.common import Page, Pen, breakable, facts_of, letterhead_page, pen_for, table


def statement_page(document: PrintedStatement) -> Page:
    """The page of a statement of account."""
    pen = pen_for(document)
    words, period = pen.words, document.period
    page = letterhead_page(document, pen, template="statement", title=words("title_statement"))
    own = [
        ("number", document.number),
        ("date_issued", pen.formats.day(document.issued_on)),
        ("period", pen.formats.period(starts_on=period.starts_on, ends_before=period.ends_before)),
        ("closing_balance", pen.money(document.closing)),
    ]
    return page | {
        "facts": facts_of(document, pen, own),
        "table": _movement_table(document, pen),
        "ageing_title": words("ageing_title"),
        "ageing": _ageing(document, pen),
        "slip_title": words("slip_title"),
        "slip_request": words("slip_request"),
        "slip_rows": [
            [words("customer_number"), document.buyer.customer_number],
            [words("number"), document.number],
            [words("date_issued"), pen.formats.day(document.issued_on)],
        ],
    }


def _movement_table(document: PrintedStatement, pen: Pen) -> Page:
    words = pen.words
    columns = [
        (words("column_date"), "day"),
        (words("column_document"), "day"),
        (words("column_text"), "left"),
        (words("column_due"), "day"),
        (pen.in_currency("column_debit", document.currency), "right"),
        (pen.in_currency("column_credit", document.currency), "right"),
        (pen.in_currency("column_balance", document.currency), "right"),
    ]
    last_day = document.period.last_day
    opening = _balance_row(document.period.starts_on, words("opening_balance"), document.opening, pen)
    closing = _balance_row(last_day, words("closing_balance"), document.closing, pen)
    return table(columns, [opening, *(_movement(row, pen) for row in document.movements), closing])


def _balance_row(on: date, label: str, balance: Money, pen: Pen) -> Page:
    cells = [pen.formats.day(on), "", "", "", "", pen.amount(balance)]
    return {"kind": "balance", "text": label, "detail": "", "cells": cells}


def _movement(row: MovementRow, pen: Pen) -> Page:
    cells = [
        pen.formats.day(row.on),
        row.document,
        pen.formats.day(row.due_date) if row.due_date else "",
        pen.amount(row.debit),
        pen.amount(row.credit),
        pen.amount(row.balance),
    ]
    return {"kind": "line", "text": breakable(row.text), "detail": "", "cells": cells}


def _ageing(document: PrintedStatement, pen: Pen) -> list[list[str]]:
    """One column per bucket; unallocated money stands beside them, never netted into a bucket."""
    buckets = [[_bucket_label(bucket, pen), pen.amount(bucket.amount)] for bucket in document.ageing]
    if document.unallocated is not None:
        buckets.append([pen.words("ageing_unallocated"), pen.amount(-document.unallocated)])
    return buckets


def _bucket_label(bucket: AgeingBucket, pen: Pen) -> str:
    if bucket.days_from is None:
        return pen.words("ageing_not_due")
    if bucket.days_to is None:
        return pen.words("ageing_over", first=str(bucket.days_from - 1))
    return pen.words("ageing_between", first=str(bucket.days_from), last=str(bucket.days_to))
