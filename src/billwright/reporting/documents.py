"""Documents as a list shows them: with the account's name and what is open of each, page by page, and their totals."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import connection

from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.reporting.size import COUNTED_MAX

PACKAGE = "billwright.reporting"
_HEAD = (
    "id", "kind", "state", "origin", "number", "legal_entity_id", "account_id", "account_number", "account_name",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """What a list of documents shows; everything given must hold, None narrows nothing.

    `is_open` asks whether anything is left to settle; drafts have no open item and are neither. `total_minor` are
    amounts of which one is the document's total, whatever its sign. `dated_to` is included.
    """

    entity_ids: tuple[int, ...] | None = None
    account_id: int | None = None
    kind: str | None = None
    state: str | None = None
    origin: str | None = None
    currency: str | None = None
    run_id: int | None = None
    number: str | None = None
    total_minor: tuple[int, ...] | None = None
    dated_from: date | None = None
    dated_to: date | None = None
    is_open: bool | None = None
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One line of a list of documents. `open` is None while the document is a draft, or was discarded.

    `next_due` is when the first part that is open falls due; of a document due in one sum it is its due date.
    """

    id: int
    kind: str
    state: str
    origin: str
    number: str
    legal_entity_id: int
    account_id: int
    account_number: str
    account_name: str
    document_date: date
    due_date: date
    next_due: date
    total: Money
    open: Money | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class DocumentTotal:
    """The foot of a list of documents in one currency. Discarded drafts count as rows, not as money."""

    document_count: int
    total: Money
    open: Money


def list_documents(wanted: DocumentFilter, *, before_id: int | None = None, limit: int = 50) -> list[ListedDocument]:
    """A page of documents, the last written first; pass the last id on as `before_id` to continue."""
    parameters = _parameters(wanted) | {"before_id": before_id, "limit": limit}
    with connection.cursor() as cursor:
        rows = step(PACKAGE, "list_documents").rows(cursor, parameters)
    return [_listed(row) for row in rows]


def total_documents(wanted: DocumentFilter) -> list[DocumentTotal]:
    """The totals of all that the filter leaves, one a currency; together they count COUNTED_MAX documents at most.

    Where they do, there may be more, and the sums are of those that were counted alone: not to be shown.
    """
    parameters = _parameters(wanted) | {"counted_max": COUNTED_MAX}
    with connection.cursor() as cursor:
        rows = step(PACKAGE, "total_documents").rows(cursor, parameters)
    return [
        DocumentTotal(count, Money(total, currency), Money(open_, currency)) for currency, count, total, open_ in rows
    ]


def _parameters(wanted: DocumentFilter) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wanted).items()}


def _listed(row: tuple[Any, ...]) -> ListedDocument:
    *head, currency, document_date, due_date, total_minor, open_minor, next_due, run_id = row
    return ListedDocument(
        **dict(zip(_HEAD, head, strict=True)),
        document_date=document_date,
        due_date=due_date,
        next_due=next_due,
        total=Money(total_minor, currency),
        open=None if open_minor is None else Money(open_minor, currency),
        run_id=run_id,
    )
