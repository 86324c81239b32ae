"""The preview of a price change: one set-based read, and each different price and quantity reckoned once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billwright.catalog.operations import NewPrice, require_settable
from billwright.catalog.queries import prices_by_id
from billwright.catalog.rows import ChargeRow
from billwright.catalog.states import IntervalUnit, PriceModel
from billwright.kernel.money import Money, round_minor
from billwright.rating.policies import PriceColumns, decimal_of, price_quantity
from billwright.subscriptions.queries import ReachedItem, reached_by_price

# A month is a twelfth of a year of 365 days, for charges whose interval counts days.
DAYS_A_MONTH = Fraction(365, 12)


@dataclass(frozen=True, slots=True)
class ReachedContract:
    """A subscription that takes the price: from which day, and its value a month before and after.

    Values are None for charges by usage. `is_billed_beyond`: it is billed past that day, and the next run repairs it.
    """

    subscription_id: int
    subscription_number: str
    account_id: int
    account_number: str
    customer_name: str
    quantity: Decimal
    takes_it_from: date
    billed_through: date
    is_billed_beyond: bool
    before: Money | None
    after: Money | None


@dataclass(frozen=True, slots=True)
class PriceChangePreview:
    """Whom a price reaches and what it changes a month; `contracts` are in the order of their subscriptions.

    `unvalued_count` are contracts whose charge goes by usage: reached, but without a value beforehand.
    """

    currency: str
    valid_from: date
    subscription_count: int
    account_count: int
    billed_beyond_count: int
    unvalued_count: int
    before: Money
    after: Money
    contracts: tuple[ReachedContract, ...]

    @property
    def difference(self) -> Money:
        """What the change adds a month."""
        return self.after - self.before


def preview_price_change(*, plan_charge_id: int, price: NewPrice) -> PriceChangePreview:
    """Whom `change_price` with the same arguments would reach. Issued documents never change.

    Not a verb: the caller asks for the right to see prices. Raises what `catalog.operations.set_price` raises.
    """
    charge = require_settable(plan_charge_id, price).charge
    items = reached_by_price(
        plan_charge_id=plan_charge_id, currency=price.currency, valid_from=price.valid_from, scope=price.scope
    )
    values = _Values(charge, price)
    contracts = tuple(_contract(item, values) for item in items)
    return PriceChangePreview(
        currency=price.currency,
        valid_from=price.valid_from,
        subscription_count=len({one.subscription_id for one in contracts}),
        account_count=len({one.account_id for one in contracts}),
        billed_beyond_count=sum(one.is_billed_beyond for one in contracts),
        unvalued_count=sum(one.after is None for one in contracts),
        before=_sum((one.before for one in contracts), price.currency),
        after=_sum((one.after for one in contracts), price.currency),
        contracts=contracts,
    )


def _sum(values: Iterable[Money | None], currency: str) -> Money:
    return Money(sum(value.amount_minor for value in values if value is not None), currency)


def _contract(item: ReachedItem, values: _Values) -> ReachedContract:
    return ReachedContract(
        subscription_id=item.subscription_id,
        subscription_number=item.subscription_number,
        account_id=item.account_id,
        account_number=item.account_number,
        customer_name=item.customer_name,
        quantity=item.quantity,
        takes_it_from=item.begins,
        billed_through=item.billed_through,
        is_billed_beyond=item.billed_through > item.begins,
        before=values.before(item),
        after=values.after(item),
    )


class _Values:
    """Values a month, each different price, quantity and share reckoned once: most contracts share them."""

    def __init__(self, charge: ChargeRow, price: NewPrice) -> None:
        self.charge = charge
        self.price = price
        self.old_prices: dict[int, PriceColumns] = {}
        self.known: dict[tuple[int, Decimal, Decimal], Money | None] = {}

    def before(self, item: ReachedItem) -> Money | None:
        if item.price_id not in self.old_prices:
            self.old_prices |= prices_by_id([item.price_id])
        return self._value(item.price_id, self.old_prices[item.price_id], item)

    def after(self, item: ReachedItem) -> Money | None:
        return self._value(0, self.price, item)

    def _value(self, price_id: int, price: PriceColumns, item: ReachedItem) -> Money | None:
        key = (price_id, item.quantity, item.share_percent)
        if key not in self.known:
            self.known[key] = self._reckon(price, item.quantity, item.share_percent)
        return self.known[key]

    def _reckon(self, price: PriceColumns, quantity: Decimal, share_percent: Decimal) -> Money | None:
        if self.charge.meter or self.charge.model == PriceModel.CALL:
            return None
        period = price_quantity(PriceModel(self.charge.model), price, quantity).amount * Fraction(share_percent) / 100
        return round_minor(decimal_of(period * self._periods_a_month()), self.price.currency)

    def _periods_a_month(self) -> Fraction:
        if self.charge.interval_unit == IntervalUnit.MONTH:
            return Fraction(1, self.charge.interval_count)
        return DAYS_A_MONTH / self.charge.interval_count
