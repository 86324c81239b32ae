"""Reads of what debits are for."""

from __future__ import annotations

from collections.abc import Collection as Many
from datetime import date

from billwright.payments.queries.collections import blocking_collections
from billwright.receivables.models import CollectionItem
from billwright.receivables.queries.items import chaseable


def items_of_collections(collection_ids: Many[int]) -> dict[int, list[tuple[int, int]]]:
    """Per debit the open items that it is for, each with its amount in minor units, in the order of the debit."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = CollectionItem.objects.filter(collection_id__in=collection_ids).order_by("id")
    for collection_id, item_id, amount in rows.values_list("collection_id", "open_item_id", "amount_minor"):
        found.setdefault(collection_id, []).append((item_id, amount))
    return found


def still_chaseable_parts(collection_ids: Many[int], *, as_of: date) -> dict[int, bool]:
    """Per debit whether all that it is for may be chased by it on a day: not paid, covered, disputed or promised since.

    What the debits themselves hold counts for nothing.
    """
    rows = list(
        CollectionItem.objects.filter(collection_id__in=collection_ids).values_list(
            "collection_id", "open_item_id", "open_item__account_id", "amount_minor"
        )
    )
    found = chaseable(
        as_of=as_of,
        account_ids={account_id for _id, _item, account_id, _minor in rows},
        besides=[source_of(collection_id) for collection_id in collection_ids],
    )
    free = {row.open_item_id: row.chaseable.amount_minor for row in found}
    answer: dict[int, bool] = {}
    for collection_id, item_id, _account, minor in rows:
        answer[collection_id] = answer.get(collection_id, True) and free.get(item_id, 0) >= minor
    return answer


def source_of(collection_id: int) -> str:
    """What the holds of a debit name as their source."""
    return f"collection:{collection_id}"


def blocked_items(account_ids: Many[int]) -> dict[int, int]:
    """Items of accounts for which a debit failed and nothing was decided yet, with that debit."""
    failed = blocking_collections().filter(account_id__in=account_ids).values("id")
    rows = CollectionItem.objects.filter(collection_id__in=failed).order_by("id")
    return dict(rows.values_list("open_item_id", "collection_id"))
