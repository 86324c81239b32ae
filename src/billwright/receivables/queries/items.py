"""Reads of open items, and the one answer to what may be chased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q, Sum

from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.org.states import DocumentKind
from billwright.receivables.models import OpenItem
from billwright.receivables.rows import ItemRow, OpenItemRow

MONEY_COLUMNS = 6


def chaseable(
    *, as_of: date, account_ids: Collection[int] | None = None, besides: Collection[str] = ()
) -> list[OpenItemRow]:
    """Every item that is open now, of the given accounts or all, with what of it may be chased on a day.

    Chaseable = open - held - covered: what holds in force on `as_of` keep, and what the account's own unallocated
    cash and unapplied credit notes will settle, the oldest first. Credit notes come with negative open amounts and
    nothing to chase. Ordered by account, then age. `besides`: sources whose holds count for nothing.
    """
    parameters: dict[str, Any] = {
        "as_of": as_of,
        "account_ids": list(account_ids) if account_ids is not None else None,
        "besides": list(besides),
    }
    with connection.cursor() as cursor:
        rows = step("billwright.receivables", "standing").rows(cursor, parameters)
    return [_standing_row(row) for row in rows]


def _standing_row(row: tuple[Any, ...]) -> OpenItemRow:
    *facts, currency = row[:-MONEY_COLUMNS]
    amount, open_, held, disputed, covered, free = (Money(minor, currency) for minor in row[-MONEY_COLUMNS:])
    names = (
        "open_item_id", "account_id", "legal_entity_id", "invoice_id", "part_no", "document_kind", "document_number",
        "claim_class", "document_date", "due_date", "accounting_date",
    )  # fmt: skip
    return OpenItemRow(
        **dict(zip(names, facts, strict=True)),
        amount=amount,
        open=open_,
        held=held,
        disputed=disputed,
        covered=covered,
        chaseable=free,
    )


def item_row(item: OpenItem) -> ItemRow:
    """The frozen row; needs `invoice` selected."""
    return ItemRow(
        open_item_id=item.pk,
        account_id=item.account_id,
        invoice_id=item.invoice_id,
        part_no=item.part_no if item.invoice.payment_parts is not None else None,
        document_kind=item.invoice.kind,
        document_number=item.invoice.number,
        document_date=item.document_date,
        due_date=item.due_date,
        amount=Money(item.amount_minor, item.currency),
        open=Money(item.open_minor, item.currency),
    )


def list_items(*, account_id: int, before: tuple[date, int] | None = None, limit: int = 50) -> list[ItemRow]:
    """Items of an account, open and settled, the newest document first.

    Page on with `before` = (document_date, open_item_id) of the last row.
    """
    found = OpenItem.objects.filter(account_id=account_id).select_related("invoice")
    if before is not None:
        day, last_id = before
        found = found.filter(Q(document_date__lt=day) | Q(document_date=day, id__lt=last_id))
    return [item_row(item) for item in found.order_by("-document_date", "-id")[:limit]]


def count_items(account_id: int) -> int:
    """How many items an account has, open and settled."""
    return OpenItem.objects.filter(account_id=account_id).count()


def get_items(open_item_ids: Collection[int]) -> dict[int, ItemRow]:
    """Items by id; those that do not exist are left out."""
    return {item.pk: item_row(item) for item in OpenItem.objects.filter(pk__in=open_item_ids).select_related("invoice")}


def accounts_of_items(open_item_ids: Collection[int]) -> dict[int, int]:
    """The account of each item, by item id, for any number at once."""
    return dict(OpenItem.objects.filter(pk__among=open_item_ids).values_list("id", "account_id"))


def open_claims(account_id: int) -> list[int]:
    """The items that an account still owes, the earliest due first."""
    claims = OpenItem.objects.filter(account_id=account_id, open_minor__gt=0)
    return list(claims.order_by("due_date", "id").values_list("id", flat=True))


def list_claims(
    *,
    legal_entity_id: int,
    currency: str,
    account_ids: Collection[int] | None = None,
    amount: Money | None = None,
    limit: int = 20,
) -> list[ItemRow]:
    """What is owed to a company in one currency, that due first first: by some accounts, or of just one amount."""
    found = OpenItem.objects.filter(legal_entity_id=legal_entity_id, currency=currency, open_minor__gt=0)
    if account_ids is not None:
        found = found.filter(account_id__in=account_ids)
    if amount is not None:
        found = found.filter(open_minor=amount.amount_minor)
    return [item_row(item) for item in found.select_related("invoice").order_by("due_date", "id")[:limit]]


def list_document_items(invoice_id: int) -> list[ItemRow]:
    """The items of a document, that due first first; a draft has none."""
    found = OpenItem.objects.filter(invoice_id=invoice_id).select_related("invoice").order_by("part_no")
    return [item_row(item) for item in found]


def open_item_ids(invoice_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The items of each document, by document id: one, or one per part, that due first first. Drafts are left out."""
    found: dict[int, tuple[int, ...]] = {}
    rows = OpenItem.objects.filter(invoice_id__in=invoice_ids).order_by("invoice_id", "part_no")
    for invoice_id, item_id in rows.values_list("invoice_id", "id"):
        found[invoice_id] = (*found.get(invoice_id, ()), item_id)
    return found


def due_accounts(*, legal_entity_id: int, since: date, until: date, after_id: int = 0, limit: int = 1000) -> list[int]:
    """Accounts of a company with an open invoice, or part of one, due after a day and until another, in order.

    Page on with the last id as `after_id`.
    """
    found = OpenItem.objects.filter(
        legal_entity_id=legal_entity_id,
        due_date__gt=since,
        due_date__lte=until,
        open_minor__gt=0,
        invoice__kind=DocumentKind.INVOICE,
        account_id__gt=after_id,
    )
    return list(found.values_list("account_id", flat=True).distinct().order_by("account_id")[:limit])


def open_amounts(invoice_ids: Collection[int]) -> dict[int, Money]:
    """What is still open of each document; a document is settled when nothing is."""
    rows = OpenItem.objects.filter(invoice_id__in=invoice_ids).values("invoice_id", "currency")
    return {
        row["invoice_id"]: Money(int(row["open_minor"]), row["currency"])
        for row in rows.annotate(open_minor=Sum("open_minor"))
    }
