"""When another account pays from a day on: what is not billed yet moves, what is billed stays where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import BillingMark, SubscriptionItem
from billwright.subscriptions.operations.items import end_items, start_items


def follow_payer(*, account_id: int, effective_on: date) -> int:
    """Let an account's items be billed to the account that pays for it on a day; returns how many moved.

    Not a verb: part of the act that links accounts. An item billed beyond the day moves where its mark stands, at
    the boundary of its period. A second call moves none.
    """
    payer_id = queries.accounts_on([(account_id, effective_on)])[account_id, effective_on].payer_id
    others = SubscriptionItem.objects.filter(account_id=account_id).exclude(payer_id=payer_id).order_by("id")
    items = policies.covering(queries.facts_of(others), effective_on)
    marks = dict(
        BillingMark.objects.filter(item_id__in=[item.item_id for item in items]).values_list(
            "item_id", "billed_through"
        )
    )
    followers = [
        policies.from_day(replace(item, payer_id=payer_id), max(effective_on, marks[item.item_id])) for item in items
    ]
    moved = [item for item in followers if item.effective_to is None or item.effective_to > item.effective_from]
    end_items({item.item_id: (item.effective_from, 0) for item in moved})
    start_items(moved)
    return len(moved)
