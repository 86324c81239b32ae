"""Ends, quantities and prices: a change ends one item and starts another, whenever it is dated.

A change dated before what is billed is repaired by the next bill run: what was billed too much is credited, the new
item is billed from its start (its mark stands there).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from billwright.catalog import operations as catalog_operations
from billwright.catalog import queries as catalog
from billwright.catalog.operations import NewPrice
from billwright.catalog.policies import price_segments
from billwright.catalog.queries import PriceRow
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import lock_rows
from billwright.subscriptions import policies, queries
from billwright.subscriptions.models import Subscription, SubscriptionItem
from billwright.subscriptions.operations.items import end_items, start_items
from billwright.subscriptions.policies import ItemFacts
from billwright.subscriptions.queries import SubscriptionRow
from billwright.subscriptions.states import SUBSCRIPTION, SubscriptionState


def _subject(arguments: object, answer: object) -> str:
    assert isinstance(arguments, dict)
    return f"subscription:{arguments['subscription_id']}"


def _locked(subscription_id: int, version: int | None) -> Subscription:
    locked = lock_rows(Subscription, [subscription_id])
    if not locked:
        raise queries.not_found(subscription_id)
    (subscription,) = locked
    if version is not None and version != subscription.version:
        raise Conflict(
            "subscription.changed",
            _("Somebody changed this subscription meanwhile."),
            field="version",
            cure=_("Look at it again, then repeat your change."),
        )
    subscription.version += 1
    return subscription


@verb("subscription.cancel", subject=_subject)
def cancel(
    *,
    act: Act,
    subscription_id: int,
    as_of: date,
    ends_before: date | None = None,
    version: int | None = None,
) -> SubscriptionRow:
    """End a subscription before a day; None: at the end of the running period, the longest of its charges.

    `as_of` is the account's present day. A pending subscription is withdrawn at once. The day of the end is no
    service. Raises NotFound, Conflict `subscription.changed`, IllegalTransition, Refusal
    `subscription.ends_before_start`.
    """
    subscription = _locked(subscription_id, version)
    before = subscription.state
    subscription.cancel_reason = act.reason[:200]
    if subscription.state == SubscriptionState.PENDING:
        subscription.state = SUBSCRIPTION.enter("withdraw", subscription.state)
    else:
        subscription.state = SUBSCRIPTION.enter("cancel", subscription.state)
        subscription.ends_before = ends_before or _period_end(subscription, as_of)
        _end_items(subscription)
        if subscription.ends_before <= as_of:
            subscription.save(update_fields=["state", "ends_before"])
            subscription.state = SUBSCRIPTION.enter("end", subscription.state)
    subscription.save(update_fields=["state", "ends_before", "cancel_reason", "version"])
    note_change(
        before={"state": before}, after={"state": subscription.state}, effective_on=subscription.ends_before or as_of
    )
    return queries.get_subscription(subscription_id)


def _period_end(subscription: Subscription, as_of: date) -> date:
    assert subscription.starts_on is not None
    day = max(as_of, subscription.starts_on)
    running = policies.covering(queries.item_facts([subscription.pk]), day)
    return queries.period_end([item.grid_id for item in running if item.grid_id], day) or day


def _end_items(subscription: Subscription) -> None:
    ends_before = subscription.ends_before
    assert ends_before is not None
    assert subscription.starts_on is not None
    if ends_before < subscription.starts_on:
        raise Refusal(
            "subscription.ends_before_start",
            _("It would end before it starts, on %(day)s.") % {"day": subscription.starts_on},
            field="ends_before",
            cure=_("Choose that day or a later one."),
        )
    items = policies.covering(queries.item_facts([subscription.pk]), ends_before)
    end_items([(item.item_id, max(ends_before, item.effective_from)) for item in items])


@verb("subscription.keep", subject=_subject)
def keep(*, act: Act, subscription_id: int, version: int | None = None) -> SubscriptionRow:
    """Take a cancellation back before its day has come: the service runs on, at the prices of the catalog.

    Raises NotFound, Conflict `subscription.changed`, IllegalTransition unless it is ending.
    """
    subscription = _locked(subscription_id, version)
    subscription.state = SUBSCRIPTION.enter("keep", subscription.state)
    ended = subscription.ends_before
    assert ended is not None, "what is ending has an end"
    last = policies.reopened(queries.item_facts([subscription.pk]), ends_before=ended)
    end_items([(item.item_id, None) for item in last])
    _follow_prices([replace(item, effective_to=None) for item in last])
    subscription.ends_before = None
    subscription.cancel_reason = ""
    subscription.save(update_fields=["state", "ends_before", "cancel_reason", "version"])
    note_change(before={"ends_before": ended.isoformat()}, after={"state": subscription.state})
    return queries.get_subscription(subscription_id)


def _follow_prices(items: Sequence[ItemFacts]) -> None:
    """Cut open items where later prices begin."""
    currencies = dict(
        SubscriptionItem.objects.filter(id__in=[item.item_id for item in items]).values_list("id", "price__currency_id")
    )
    prices = catalog.dated_prices({item.plan_charge_id for item in items}, set(currencies.values()))
    for item in items:
        known = prices[item.plan_charge_id, currencies[item.item_id]]
        segments = price_segments(known, starts_on=item.effective_from, ends_before=item.effective_to)
        end_items([(item.item_id, segments[0].ends_before)])
        start_items(
            [
                replace(
                    item,
                    price_id=segment.price_id,
                    effective_from=segment.starts_on,
                    effective_to=segment.ends_before,
                )
                for segment in segments[1:]
            ]
        )


@verb("subscription.change_quantity", subject=_subject)
def change_quantity(
    *, act: Act, subscription_id: int, quantity: Decimal, effective_on: date, version: int | None = None
) -> SubscriptionRow:
    """Let a subscription run at another quantity from a day on, which may lie before what is billed.

    Raises NotFound, Conflict `subscription.changed`, Refusal `quantity.not_positive`, `subscription.not_running`.
    """
    if quantity <= 0:
        raise Refusal("quantity.not_positive", _("A quantity is above zero."), field="quantity")
    subscription = _locked(subscription_id, version)
    items = policies.covering(queries.item_facts([subscription_id]), effective_on)
    if subscription.starts_on is None or effective_on < subscription.starts_on or not items:
        raise Refusal(
            "subscription.not_running",
            _("The subscription is not in service on %(day)s.") % {"day": effective_on},
            field="effective_on",
        )
    _replace(items, effective_on, quantity=quantity)
    note_change(
        before={"quantity": str(subscription.quantity)}, after={"quantity": str(quantity)}, effective_on=effective_on
    )
    subscription.quantity = quantity
    subscription.save(update_fields=["quantity", "version"])
    return queries.get_subscription(subscription_id)


def _replace(items: Sequence[ItemFacts], effective_on: date, **changes: Decimal | int) -> None:
    followers = [replace(item, effective_from=max(effective_on, item.effective_from), **changes) for item in items]  # type: ignore[arg-type]
    end_items([(follower.item_id, follower.effective_from) for follower in followers])
    start_items(followers)


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
    ).order_by("id")
    items = policies.covering(queries.facts_of(running), price.valid_from)
    _replace(items, price.valid_from, price_id=new.id)
    note_change(after={"unit_price": str(price.unit_price), "items": len(items)}, effective_on=price.valid_from)
    return new


@verb("subscription.end_due", subject=lambda arguments, _: f"day:{arguments['as_of']}")
def end_due(*, act: Act, as_of: date) -> int:
    """Enter ENDED for every subscription whose last day lies before a day; returns how many. Run by the daily job."""
    due = Subscription.objects.filter(state=SubscriptionState.ENDING, ends_before__lte=as_of)
    ended = due.update(state=SUBSCRIPTION.enter("end", SubscriptionState.ENDING))
    note_change(after={"ended": ended})
    return ended
