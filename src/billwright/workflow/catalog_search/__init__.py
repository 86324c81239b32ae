"""One search over all that is sold: products, plans, charges, prices, and the meters that they read."""

from __future__ import annotations

from collections.abc import Collection

from billwright.catalog.queries import list_plans
from billwright.catalog.queries.search import CatalogHit, find_charges, find_plans, find_prices, find_products
from billwright.usage.queries import list_meters

HITS_MAX = 20


def search_catalog(
    text: str, *, legal_entity_ids: Collection[int] | None = None, limit: int = HITS_MAX
) -> list[CatalogHit]:
    """What a text is part of, plans first, at most `limit` of each kind; an amount finds the prices of that amount.

    With `legal_entity_ids` nothing of a plan that only other companies sell.

    Nothing for an empty text. Not a verb: the caller asks for the right to see the catalog.
    """
    wanted = text.strip()
    if not wanted:
        return []
    folded = wanted.casefold()
    meters = [
        CatalogHit("meter", meter.code, meter.name, f"{meter.aggregate} {meter.unit}".strip())
        for meter in list_meters()
        if folded in meter.code.casefold() or folded in meter.name.casefold()
    ]
    plans, charges, prices, products = (
        find(wanted, limit=limit) for find in (find_plans, find_charges, find_prices, find_products)
    )
    found = [*plans, *charges, *prices, *products, *meters[:limit]]
    if legal_entity_ids is None:
        return found
    sold = {plan.id for plan in list_plans(active_only=False, legal_entity_ids=legal_entity_ids)}
    return [hit for hit in found if hit.plan_id is None or hit.plan_id in sold]
