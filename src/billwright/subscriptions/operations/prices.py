"""A price of the catalog reaches the running subscriptions: from its day on they run at it, keeping their periods."""

from __future__ import annotations

from datetime import date

from django.db import connection

from billwright.catalog import operations as catalog_operations
from billwright.catalog.operations import NewPrice
from billwright.catalog.queries import PriceRow
from billwright.kernel import sql
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.locking import lock_rows
from billwright.subscriptions.models import Subscription, SubscriptionItem
from billwright.subscriptions.operations.relaying import account_on, relay


@verb("price.change", subject=lambda arguments, _: f"plan_charge:{arguments['plan_charge_id']}")
def change_price(*, act: Act, plan_charge_id: int, price: NewPrice) -> PriceRow:
    """Set a price in the catalog and let the running subscriptions take it from its day on, keeping their periods.

    A price of a scope reaches the subscriptions of that scope; those at a more special price keep theirs. It is one
    statement, however many there are. What is billed beyond the day is repaired by the next run; issued documents stay.

    Raises what `catalog.operations.set_price` raises.
    """
    new = catalog_operations.set_price(act=act.nested(), plan_charge_id=plan_charge_id, price=price)
    kind, _, subject = price.scope.partition(":")
    with connection.cursor() as cursor:
        count = sql.step("billwright.subscriptions", "take_price").run(
            cursor,
            {
                "plan_charge_id": plan_charge_id,
                "currency": price.currency,
                "valid_from": price.valid_from,
                "price_id": new.id,
                "kind": kind,
                "subject": subject,
            },
        )
    note_change(after={"unit_price": str(price.unit_price), "items": count}, effective_on=price.valid_from)
    return new


@verb("price.withdraw", subject=lambda arguments, _: f"price:{arguments['price_id']}")
def withdraw_price(*, act: Act, price_id: int, as_of: date) -> PriceRow:
    """Take back a price of a segment, account or subscription: what held before its day holds again from then on.

    `as_of` is the present day of the accounts. The items that ran at it run at the price of before, keeping their
    periods; what is billed beyond the day is repaired by the next run, and issued documents stay.

    Raises NotFound `price.not_found`, Refusal `price.of_list`, Conflict `price.withdrawn`, Refusal `plan.no_price`.
    """
    price = catalog_operations.keep_withdrawn(act=act, price_id=price_id)
    items = SubscriptionItem.objects.filter(price_id=price_id, plan_charge_id=price.plan_charge_id)
    found = lock_rows(Subscription, set(items.values_list("subscription_id", flat=True)))
    for subscription in found:
        assert subscription.starts_on is not None, "what has items has started"
        cut = max(price.valid_from, subscription.starts_on)
        relay(subscription, account_on(subscription, as_of), act=act, cut=cut)
    note_change(
        before={"unit_price": str(price.unit_price), "scope": price.scope},
        after={"subscriptions": len(found)},
        effective_on=price.valid_from,
    )
    return price
