"""What is open on one account: its sums by the database, its items page by page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.models import OpenItem
from billwright.receivables.queries.items import item_row
from billwright.receivables.rows import ItemRow, OpenFigures


def open_figures(*, account_id: int, currency: str, as_of: date, bounds: Sequence[int]) -> OpenFigures:
    """How much is open on an account now, in its one currency. `as_of` decides what is overdue, and for how long.

    `bounds`: the last day overdue of each bucket but the last, ascending.
    """
    parameters = {"account_id": account_id, "as_of": as_of, "bounds": [bound + 1 for bound in bounds]}
    with connection.cursor() as cursor:
        parts = [_Part(*row) for row in step("billwright.receivables", "open_figures").rows(cursor, parameters)]

    def amount(minors: Iterable[int]) -> Money:
        return Money(sum(minors), currency)

    claims = [part for part in parts if part.is_claim]
    overdue = [part for part in claims if part.is_late]
    return OpenFigures(
        count=sum(part.count for part in parts),
        amount=amount(part.amount_minor for part in parts),
        open=amount(part.open_minor for part in parts),
        claim_count=sum(part.count for part in claims),
        overdue_count=sum(part.count for part in overdue),
        overdue_amount=amount(part.amount_minor for part in overdue),
        overdue=amount(part.open_minor for part in overdue),
        buckets=tuple(
            amount(part.open_minor for part in parts if part.bucket == bucket) for bucket in range(len(bounds) + 1)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """The items of one bucket that are claims or credit, late or not."""

    bucket: int
    is_claim: bool
    is_late: bool
    count: int
    amount_minor: int
    open_minor: int


def list_open_items(
    *,
    account_id: int,
    overdue_on: date | None = None,
    among: Collection[int] | None = None,
    after_id: int | None = None,
    limit: int = 50,
) -> list[ItemRow]:
    """Items of an account of which something is open, that due first first; perhaps only claims overdue on a day.

    Or only those of some ids. Page on with `after_id` = the last open_item_id; one of another account counts for none.
    """
    found = _still_open(account_id)
    if overdue_on is not None:
        found = found.filter(open_minor__gt=0, due_date__lt=overdue_on)
    if among is not None:
        found = found.filter(pk__among=among)
    if after_id is not None:
        # Its place stays where it was when it is settled meanwhile.
        last = OpenItem.objects.filter(pk=after_id, account_id=account_id).first()
        if last is not None:
            found = found.filter(_beyond(last))
    # Documents are looked up of the page alone, not of all that it is taken from.
    shown = OpenItem.objects.filter(pk__in=_in_order(found).values("id")[:limit]).select_related("invoice")
    return [item_row(item) for item in _in_order(shown)]


def list_credits(account_id: int) -> list[ItemRow]:
    """The credit notes of an account with something left to use, in the order of its open items."""
    found = _still_open(account_id).filter(open_minor__lt=0).select_related("invoice")
    return [item_row(item) for item in _in_order(found)]


def _still_open(account_id: int) -> QuerySet[OpenItem]:
    # Written as the condition of the index.
    return OpenItem.objects.filter(~Q(open_minor=0), account_id=account_id)


def _in_order(found: QuerySet[OpenItem]) -> QuerySet[OpenItem]:
    return found.order_by("due_date", "document_date", "id")


def _beyond(last: OpenItem) -> Q:
    """The items after one in that order, as an index can serve it."""
    same_day = Q(document_date__gt=last.document_date) | Q(document_date=last.document_date, id__gt=last.pk)
    return Q(due_date__gte=last.due_date) & (Q(due_date__gt=last.due_date) | same_day)
