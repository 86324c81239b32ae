"""A price of the catalog reaches the running subscriptions: from its day on they run at it, keeping their periods."""

from __future__ import annotations

from django.db import connection

from billwright.catalog import operations as catalog_operations
from billwright.catalog.operations import NewPrice
from billwright.catalog.queries import PriceRow
from billwright.kernel import sql
from billwright.kernel.acts import Act, note_change, verb


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
