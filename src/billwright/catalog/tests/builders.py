"""Builders of the catalog: a standing shop window with readable literals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from billwright.access.states import OPERATOR_ACTOR
from billwright.catalog import operations
from billwright.catalog.operations import NewCharge, NewPrice
from billwright.catalog.queries import PlanRow, ProductRow
from billwright.catalog.states import IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.kernel.acts import Act
from billwright.org.models import LegalEntity

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)


def make_act(*, at: datetime = NOON, key: str | None = None, reason: str = "") -> Act:
    return Act(actor=OPERATOR_ACTOR, at=at, key=key, reason=reason)


def make_entity(*, code: str = "KAROO", country: str = "ZA", currency: str = "ZAR", region: str = "") -> LegalEntity:
    return LegalEntity.objects.create(
        code=code,
        name=f"{code.title()} (Pty) Ltd",
        country=country,
        region=region,
        base_currency_id=currency,
        timezone="Africa/Johannesburg",
        tax_number="4000000000",
        street="12 Example Road",
        city="Beaufort West",
        created_at=NOON,
    )


def make_product(
    *, code: str = "hosting", family: str = "hosting", tax_category: TaxCategory = TaxCategory.STANDARD
) -> ProductRow:
    return operations.create_product(
        act=make_act(), code=code, name=code.title(), family=family, tax_category=tax_category
    )


def price(amount: str = "100.00", *, valid_from: str = "2025-01-01", currency: str = "ZAR") -> NewPrice:
    return NewPrice(currency=currency, valid_from=date.fromisoformat(valid_from), unit_price=Decimal(amount))


def make_charge(
    *,
    code: str = "fee",
    product: str = "hosting",
    model: PriceModel = PriceModel.FLAT,
    months: int = 1,
    timing: Timing = Timing.ADVANCE,
    prices: tuple[NewPrice, ...] = (),
) -> NewCharge:
    return NewCharge(
        code=code,
        name=f"Monthly {code}",
        product=product,
        model=model,
        interval_unit=IntervalUnit.MONTH,
        interval_count=months,
        timing=timing,
        prices=prices or (price(),),
    )


def make_plan(*, code: str = "basic", charges: tuple[NewCharge, ...] = ()) -> PlanRow:
    return operations.create_plan(act=make_act(), code=code, name=code.title(), charges=charges or (make_charge(),))
