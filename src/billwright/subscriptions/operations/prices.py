"""A price of the catalog reaches the running subscriptions: from its day on they run at it, keeping their periods."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from billwright.catalog import operations as catalog_operations
from billwright.catalog.operations import NewPrice
from billwright.catalog.policies import SCOPES
from billwright.catalog.queries import PriceRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import SubscriptionItem
from billwright.subscriptions.operations.items import end_items, start_items
from billwright.subscriptions.policies import ItemFacts


@verb("price.change", subject=lambda arguments, _: f"plan_charge:{arguments['plan_charge_id']}")
def change_price(*, act: Act, plan_charge_id: int, price: NewPrice) -> PriceRow:
    """Set a price in the catalog and let the running subscriptions take it from its day on, keeping their periods.

    Raises what `catalog.operations.set_price` raises.
    """
    new = catalog_operations.set_price(act=act.nested(), plan_charge_id=plan_charge_id, price=price)
    running = SubscriptionItem.objects.filter(
        Q(effective_to=None) | Q(effective_to__gt=price.valid_from),
        plan_charge_id=plan_charge_id,
        price__currency_id=price.currency,
    )
    items = policies.covering(queries.facts_of(_reached(running, price.scope).order_by("id")), price.valid_from)
    _replace(items, price.valid_from, price_id=new.id)
    note_change(after={"unit_price": str(price.unit_price), "items": len(items)}, effective_on=price.valid_from)
    return new


def _reached(running: QuerySet[SubscriptionItem], scope: str) -> QuerySet[SubscriptionItem]:
    """The items for which a price of this scope is the most special one: those at a narrower one keep theirs."""
    kind, _, subject = scope.partition(":")
    for narrower in SCOPES[SCOPES.index(kind) + 1 :]:
        running = running.exclude(price__scope__startswith=f"{narrower}:")
    if kind == "segment":
        return running.filter(account__segment=subject)
    if kind == "account":
        return running.filter(account_id=int(subject))
    return running.filter(subscription_id=int(subject)) if kind == "subscription" else running


def _replace(items: Sequence[ItemFacts], effective_on: date, *, price_id: int) -> None:
    followers = [policies.from_day(replace(item, price_id=price_id), effective_on) for item in items]
    end_items({follower.item_id: (follower.effective_from, 0) for follower in followers})
    start_items(followers)
