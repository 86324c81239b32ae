"""What accounts would get if they were billed on a day: the pipeline for them alone, rolled back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from billwright.kernel.acts import Act
from billwright.kernel.transactions import rolled_back
from billwright.subscriptions.operations import lay_ahead
from billwright.workflow.bill_run import pipeline, working
from billwright.workflow.bill_run.pipeline import Scope, StepLog


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """One line of a previewed document. Amounts in minor units; service runs [service_from, service_to)."""

    account_id: int
    item_id: int | None
    kind: str
    text: str
    service_from: date
    service_to: date
    quantity: Decimal
    unit_price: Decimal
    days: int | None
    base_days: int | None
    amount_minor: int
    discount_minor: int
    tax_code: str
    tax_percent: Decimal
    tax_minor: int


@dataclass(frozen=True, slots=True)
class PreviewDocument:
    """One document as it would be issued, without a number. Amounts in minor units.

    `split_key`: what it is split off by; empty for the one document of a payer.
    """

    payer_id: int
    split_key: str
    purchase_order: str
    cost_center: str
    kind: str
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    lines: tuple[PreviewLine, ...]


@dataclass(frozen=True, slots=True)
class PreviewFinding:
    """What the run would notice."""

    payer_id: int
    item_id: int | None
    code: str
    severity: str


@dataclass(frozen=True, slots=True)
class AccountPreview:
    """Documents and findings of a day; nothing of it exists."""

    as_of: date
    documents: tuple[PreviewDocument, ...]
    findings: tuple[PreviewFinding, ...]


def preview_accounts(*, act: Act, payer_ids: Sequence[int] | None, as_of: date) -> AccountPreview:
    """What these payers (None: everybody) would get on a day. Writes nothing: its transaction is rolled back.

    Not a verb: the caller asks for the right to see bill runs.
    """
    working.make_tables()
    with rolled_back():
        lay_ahead(act=act, as_of=as_of)
        pipeline.reckon(_scope(act, payer_ids, as_of), StepLog())
        return AccountPreview(as_of=as_of, documents=_documents(), findings=_findings())


def reckon_so_far(*, act: Act, payer_ids: Sequence[int], as_of: date) -> None:
    """Fill the working tables with what these payers came to so far, usage of the running periods included.

    For reads that look at them within the caller's transaction, which it rolls back.
    """
    pipeline.reckon(replace(_scope(act, payer_ids, as_of), interim=True), StepLog())


def _scope(act: Act, payer_ids: Sequence[int] | None, as_of: date) -> Scope:
    return Scope(
        run_id=0,
        as_of=as_of,
        cut_off_at=None,
        document_date=as_of,
        legal_entity_id=None,
        payer_ids=tuple(payer_ids) if payer_ids is not None else None,
        payer_from=min(payer_ids, default=0) if payer_ids is not None else 0,
        payer_before=max(payer_ids, default=-1) + 1 if payer_ids is not None else 2**62,
        at=act.at,
        actor=act.actor,
    )


def _rows(query: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _documents() -> tuple[PreviewDocument, ...]:
    lines: dict[int, list[PreviewLine]] = {}
    for document_no, *line in _rows(
        "select s.document_no, l.account_id, l.item_id, l.kind, l.text, l.service_from, l.service_to, l.quantity,"
        " l.unit_price, l.days, l.base_days, l.amount_minor, l.discount_minor, coalesce(l.tax_code, ''),"
        " coalesce(l.tax_percent, 0), s.tax_minor"
        " from run_line as l inner join run_share as s on s.line_id = l.line_id order by s.document_no, s.line_no"
    ):
        lines.setdefault(document_no, []).append(PreviewLine(*line))
    documents = _rows(
        "select d.document_no, d.payer_id, d.split_key, coalesce(r.purchase_order, p.purchase_order),"
        " coalesce(r.cost_center, p.cost_center), d.kind, p.currency, d.net_minor, d.tax_minor, d.total_minor"
        " from run_document as d inner join run_payer as p on p.payer_id = d.payer_id"
        " left join run_document_reference as r on r.payer_id = d.payer_id and r.split_key = d.split_key"
        " order by d.document_no"
    )
    return tuple(PreviewDocument(*[*row[1:], tuple(lines[row[0]])]) for row in documents)


def _findings() -> tuple[PreviewFinding, ...]:
    found = _rows("select payer_id, item_id, code, severity from run_finding order by payer_id, code, item_id")
    return tuple(PreviewFinding(*row) for row in found)
