"""Reads of what debits are for."""

from __future__ import annotations

from collections.abc import Collection as Many

from django.db.models import F

from billwright.payments.queries.collections import blocking_collections
from billwright.receivables.models import CollectionItem


def items_of_collections(collection_ids: Many[int]) -> dict[int, list[tuple[int, int]]]:
    """Per debit the open items that it is for, each with its amount in minor units, in the order of the debit."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = CollectionItem.objects.filter(collection_id__in=collection_ids).order_by("id")
    for collection_id, item_id, amount in rows.values_list("collection_id", "open_item_id", "amount_minor"):
        found.setdefault(collection_id, []).append((item_id, amount))
    return found


def still_open_parts(collection_ids: Many[int]) -> dict[int, bool]:
    """Per debit whether all that it is for is still open to its full amount."""
    rows = CollectionItem.objects.filter(collection_id__in=collection_ids)
    answer: dict[int, bool] = {}
    for collection_id, amount, open_minor in rows.annotate(open_minor=F("open_item__open_minor")).values_list(
        "collection_id", "amount_minor", "open_minor"
    ):
        answer[collection_id] = answer.get(collection_id, True) and open_minor >= amount
    return answer


def blocked_items(account_ids: Many[int]) -> dict[int, int]:
    """Items of accounts for which a debit failed and nothing was decided yet, with that debit."""
    failed = blocking_collections().filter(account_id__in=account_ids).values("id")
    rows = CollectionItem.objects.filter(collection_id__in=failed).order_by("id")
    return dict(rows.values_list("open_item_id", "collection_id"))
