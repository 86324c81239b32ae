"""Reads of open items, and the one answer to what may be chased."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.receivables.models import OpenItem
from billwright.receivables.rows import ItemRow, OpenItemRow

MONEY_COLUMNS = 6


def chaseable(*, as_of: date, account_ids: Collection[int] | None = None) -> list[OpenItemRow]:
    """Every item that is open now, of the given accounts or all, with what of it may be chased on a day.

    Chaseable = open - held - covered: what holds in force on `as_of` keep, and what the account's own unallocated
    cash and unapplied credit notes will settle, the oldest first. Credit notes come with negative open amounts and
    nothing to chase. Ordered by account, then age.
    """
    parameters: dict[str, Any] = {
        "as_of": as_of,
        "account_ids": list(account_ids) if account_ids is not None else None,
    }
    with connection.cursor() as cursor:
        rows = step("billwright.receivables", "standing").rows(cursor, parameters)
    return [_standing_row(row) for row in rows]


def _standing_row(row: tuple[Any, ...]) -> OpenItemRow:
    *facts, currency = row[:-MONEY_COLUMNS]
    amount, open_, held, disputed, covered, free = (Money(minor, currency) for minor in row[-MONEY_COLUMNS:])
    names = (
        "open_item_id", "account_id", "legal_entity_id", "invoice_id", "document_kind", "document_number",
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


def open_item_ids(invoice_ids: Collection[int]) -> dict[int, int]:
    """The open item of each document, by document id."""
    return dict(OpenItem.objects.filter(invoice_id__in=invoice_ids).values_list("invoice_id", "id"))


def open_amounts(invoice_ids: Collection[int]) -> dict[int, Money]:
    """What is still open of each document; a document is settled when nothing is."""
    rows = OpenItem.objects.filter(invoice_id__in=invoice_ids).values_list("invoice_id", "open_minor", "currency")
    return {invoice_id: Money(open_minor, currency) for invoice_id, open_minor, currency in rows}


def get_open_item_id(invoice_id: int) -> int:
    """The open item of one document. Raises NotFound while it is a draft."""
    found = open_item_ids([invoice_id])
    if invoice_id not in found:
        raise NotFound("open_item.not_found", f"Document {invoice_id} has no open item.", field="invoice_id")
    return found[invoice_id]


def item_currency(open_item_id: int) -> str:
    """The currency of an open item. Raises NotFound."""
    currency = OpenItem.objects.filter(pk=open_item_id).values_list("currency", flat=True).first()
    if currency is None:
        raise NotFound("open_item.not_found", f"There is no open item {open_item_id}.", field="open_item_id")
    return currency
