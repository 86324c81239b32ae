"""The search over the catalog: products, plans, charges and prices by code, name, meter or amount."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from billwright.catalog.models import Plan, PlanCharge, Price, Product

# Above it the amounts in a list of hits say nothing any more.
AMOUNT_MAX = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class CatalogHit:
    """One thing found. `kind`: product, plan, charge, price or meter; `plan_id` is the plan that shows it, if any."""

    kind: str
    code: str
    name: str
    note: str
    plan_id: int | None = None


def find_products(text: str, *, limit: int) -> list[CatalogHit]:
    """Products by code, name or revenue family."""
    found = Product.objects.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(family__icontains=text))
    return [CatalogHit("product", one.code, one.name, one.family) for one in found.order_by("code")[:limit]]


def find_plans(text: str, *, limit: int) -> list[CatalogHit]:
    """Plans by code, name or description, those on sale first."""
    found = Plan.objects.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(description__icontains=text))
    return [
        CatalogHit("plan", one.code, one.name, one.description[:80], one.pk)
        for one in found.order_by("-active", "code")[:limit]
    ]


def find_charges(text: str, *, limit: int) -> list[CatalogHit]:
    """Charges by code, name, product or the meter that they read."""
    found = PlanCharge.objects.select_related("plan").filter(
        Q(code__icontains=text) | Q(name__icontains=text) | Q(meter__icontains=text) | Q(product__code__icontains=text)
    )
    return [
        CatalogHit("charge", f"{one.plan.code} {one.code}", one.name, one.meter, one.plan_id)
        for one in found.order_by("plan__code", "position", "id")[:limit]
    ]


def find_prices(text: str, *, limit: int) -> list[CatalogHit]:
    """Prices of an amount, of a scope such as segment:gold, or that say so; the newest first."""
    found = Price.objects.select_related("plan_charge__plan").filter(lapses=False, withdrawal=None)
    amount = _amount(text)
    if amount is not None:
        found = found.filter(Q(unit_price=amount) | Q(tiers__unit_price=amount) | Q(bands__rates__unit_price=amount))
    else:
        found = found.filter(Q(scope__icontains=text) | Q(says__icontains=text))
    return [
        CatalogHit(
            "price",
            f"{one.plan_charge.plan.code} {one.plan_charge.code}",
            f"{one.unit_price.normalize():f} {one.currency_id}",
            f"{one.valid_from} {one.scope}".strip(),
            one.plan_charge.plan_id,
        )
        for one in found.distinct().order_by("-valid_from", "-id")[:limit]
    ]


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < AMOUNT_MAX else None
