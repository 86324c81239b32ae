"""Reads of chains of credit and rebill."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from billwright.invoicing.models import Invoice, Rebilling
from billwright.invoicing.states import RebillRole
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money


@dataclass(frozen=True, slots=True)
class ChainDocument:
    """A document of a chain; a credit's total is negative."""

    id: int
    kind: str
    number: str
    document_date: date
    total: Money


@dataclass(frozen=True, slots=True)
class RebillingRow:
    """Original, credits and replacements, from when on it was wrong and why, and what the look afterwards found.

    `difference` is what the customer owes more, or less, than before.
    """

    id: int
    cause: str
    true_date: date
    reason: str
    subscription_id: int | None
    was: dict[str, str | None]
    made: dict[str, str | None]
    original: ChainDocument
    credits: tuple[ChainDocument, ...]
    replacements: tuple[ChainDocument, ...]
    difference: Money
    checked_lines: int
    wrong_lines: int
    wrong_days: int
    wrong_clauses: int
    recorded_by: str
    recorded_at: datetime
    undoes_id: int | None
    undone_by_id: int | None

    @property
    def is_right(self) -> bool:
        """Whether the cause is gone: every line recomputed, every day on one line, no clause against it."""
        return not (self.wrong_lines or self.wrong_days or self.wrong_clauses)


def get_rebilling(rebilling_id: int) -> RebillingRow:
    """One chain. Raises NotFound `rebilling.not_found`."""
    rows = _rows(Rebilling.objects.filter(id=rebilling_id))
    if not rows:
        raise NotFound("rebilling.not_found", _("There is no such credit and rebill."), field="rebilling_id")
    return rows[0]


def rebillings_of(invoice_id: int) -> list[RebillingRow]:
    """The chains that a document is part of, as original, credit or replacement; the earliest first."""
    return _rows(Rebilling.objects.filter(Q(original_id=invoice_id) | Q(documents__invoice_id=invoice_id)).distinct())


def _rows(found: QuerySet[Rebilling]) -> list[RebillingRow]:
    return [
        _row(one)
        for one in found.select_related("original", "undone_by").prefetch_related("documents__invoice").order_by("id")
    ]


def _row(one: Rebilling) -> RebillingRow:
    documents = sorted(one.documents.all(), key=lambda document: document.invoice_id)
    currency = one.original.currency
    return RebillingRow(
        id=one.pk,
        cause=one.cause,
        true_date=one.true_date,
        reason=one.reason,
        subscription_id=one.subscription_id,
        was=one.was,
        made=one.made,
        original=_document(one.original),
        credits=_documents(document.invoice for document in documents if document.role == RebillRole.CREDIT),
        replacements=_documents(document.invoice for document in documents if document.role == RebillRole.REPLACEMENT),
        difference=Money(sum(document.invoice.total_minor for document in documents), currency),
        checked_lines=one.checked_lines,
        wrong_lines=one.wrong_lines,
        wrong_days=one.wrong_days,
        wrong_clauses=one.wrong_clauses,
        recorded_by=one.recorded_by,
        recorded_at=one.recorded_at,
        undoes_id=one.undoes_id,
        undone_by_id=one.undone_by.pk if hasattr(one, "undone_by") else None,
    )


def _documents(invoices: Iterable[Invoice]) -> tuple[ChainDocument, ...]:
    return tuple(_document(invoice) for invoice in invoices)


def _document(invoice: Invoice) -> ChainDocument:
    return ChainDocument(
        invoice.pk,
        invoice.kind,
        invoice.number,
        invoice.document_date,
        Money(invoice.total_minor, invoice.currency),
    )
