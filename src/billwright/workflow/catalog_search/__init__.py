"""One search over all that is sold: products, plans, charges, prices, and the meters that they read."""

from __future__ import annotations

from billwright.catalog.queries.search import CatalogHit, find_charges, find_plans, find_prices, find_products
from billwright.usage.queries import list_meters

HITS_MAX = 20


def search_catalog(text: str, *, limit: int = HITS_MAX) -> list[CatalogHit]:
    """What a text is part of, plans first, at most `limit` of each kind; an amount finds the prices of that amount.

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
    return [*plans, *charges, *prices, *products, *meters[:limit]]
