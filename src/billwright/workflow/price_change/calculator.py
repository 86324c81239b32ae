"""The price calculator: what a quantity costs for one whole period, with the parts that the amount is made of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from billwright.catalog.policies.soundness import MAGNITUDE_MAX
from billwright.catalog.queries import get_charge, get_price
from billwright.catalog.rows import PriceRow
from billwright.catalog.states import PriceModel
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, round_minor
from billwright.rating.policies import decimal_of, price_quantity


@dataclass(frozen=True, slots=True)
class CalculatedPart:
    """What one tier adds, in major units, not rounded."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Calculated:
    """The amount of a quantity: reckoned, then raised to the minimum or cut to the maximum, then rounded once."""

    price_id: int
    version: int
    currency: str
    quantity: Decimal
    billed: Decimal
    reckoned: Money
    amount: Money
    parts: tuple[CalculatedPart, ...]


def calculate_price(
    *, plan_charge_id: int, currency: str, on: date, quantity: Decimal, scopes: Collection[str] = ()
) -> Calculated:
    """Price a quantity under the price that holds on a day, before discount and tax.

    Raises NotFound `charge.not_found`, Refusal `plan.no_price`, `quantity.out_of_range`, `calculator.calls`.
    """
    charge = get_charge(plan_charge_id)
    if charge.model == PriceModel.CALL:
        raise Refusal(
            "calculator.calls",
            _("Calls are priced by their start and the number called, not by a quantity alone."),
            field="quantity",
            cure=_("Send a test call to a scenario instead."),
        )
    if not quantity.is_finite() or not 0 <= quantity < MAGNITUDE_MAX:
        raise Refusal(
            "quantity.out_of_range",
            _("A quantity lies from 0 to below 10^18."),
            field="quantity",
            cure=_("Give a smaller number."),
        )
    price = get_price(plan_charge_id=plan_charge_id, currency=currency, on=on, scopes=scopes)
    option = charge.conventions.get("first_tier_flat_at_zero", "free")
    priced = price_quantity(PriceModel(charge.model), price, quantity, first_tier_flat_at_zero=option)
    exact = decimal_of(priced.amount)
    return Calculated(
        price_id=price.id,
        version=price.version,
        currency=currency,
        quantity=quantity,
        billed=priced.billed,
        reckoned=round_minor(exact, currency),
        amount=round_minor(_within(exact, price), currency),
        parts=tuple(
            CalculatedPart(part.label, part.quantity, part.unit_price, decimal_of(part.amount)) for part in priced.parts
        ),
    )


def _within(amount: Decimal, price: PriceRow) -> Decimal:
    if price.maximum is not None:
        amount = min(amount, price.maximum)
    return amount if price.minimum is None else max(amount, price.minimum)
