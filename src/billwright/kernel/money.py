"""Money is an integer count of minor units and a currency; floats are refused, and rounding happens in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache
from typing import Self

import iso4217

from billwright.kernel.currencies import HISTORIC
from billwright.kernel.errors import Refusal

# Room for every sum of a bigint column: beyond it the database would refuse, so we do it with a sentence.
AMOUNT_MINOR_MAX = 2**63 - 1

# Python's default context keeps 28 digits and rounds silently beyond; a quantity times a price may need 54.
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)


@cache
def exponent(currency: str) -> int:
    """Decimal places of a currency by ISO 4217 (ZAR 2, JPY 0, KWD 3), also of a withdrawn one that old books need.

    Raises Refusal `currency.unknown`.
    """
    if currency in HISTORIC:
        return HISTORIC[currency].exponent
    try:
        places = iso4217.Currency(currency).exponent
    except ValueError:
        places = None
    if places is None:
        raise Refusal(
            "currency.unknown",
            f"{currency!r} is not a currency.",
            field="currency",
            cure="Use a code of ISO 4217, such as ZAR.",
        )
    return int(places)


def require_valid_on(currency: str, day: date, *, field: str = "currency") -> None:
    """Raises Refusal `currency.unknown`, or `currency.withdrawn` when its last day was before `day`."""
    exponent(currency)
    gone = HISTORIC.get(currency)
    if gone is not None and day > gone.valid_until:
        raise Refusal(
            "currency.withdrawn",
            f"{currency} ({gone.name}) was withdrawn after {gone.valid_until}, and this is dated {day}.",
            field=field,
            cure=f"Use {gone.successor} from then on; what was billed before stays as it is.",
        )


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `amount_minor` minor units of `currency`."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount_minor, bool) or not isinstance(self.amount_minor, int):
            raise TypeError(f"Money counts whole minor units, not {self.amount_minor!r}")
        if abs(self.amount_minor) > AMOUNT_MINOR_MAX:
            raise Refusal("money.too_large", "The amount is larger than the books can hold.", field="amount")

    @classmethod
    def of(cls, amount: str | Decimal | int, currency: str) -> Self:
        """Read an amount in major units, such as "12.30". Raises Refusal when it has more places than the currency."""
        if isinstance(amount, float):
            raise TypeError("Money is never read from a float")
        try:
            value = Decimal(amount)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            raise Refusal(
                "money.not_a_number", f"{amount!r} is not an amount.", field="amount", cure="Write it as 12.30."
            )
        minor = value.scaleb(exponent(currency), context=EXACT)
        if minor != minor.to_integral_value():
            raise Refusal(
                "money.too_precise",
                f"{amount} has more decimal places than {currency} has.",
                field="amount",
                cure=f"Give at most {exponent(currency)} places.",
            )
        return cls(int(minor), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in major units with exactly the currency's places."""
        return Decimal(self.amount_minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount_minor), self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount_minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount_minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount_minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount_minor != 0

    def __str__(self) -> str:
        return f"{self.decimal:f} {self.currency}"

    def _same(self, other: Money) -> int:
        if not isinstance(other, Money):
            raise TypeError(f"cannot mix Money with {type(other).__name__}")
        if other.currency != self.currency:
            raise TypeError(f"cannot mix {self.currency} with {other.currency}")
        return other.amount_minor


# Places that currencies of ISO 4217 have: yen none, most two, dinars three.
EXPONENTS = (0, 2, 3)


def minors_of(amount: Decimal) -> list[int]:
    """An amount in major units as minor units of every kind of currency: for a search that names no currency."""
    scaled = (amount.scaleb(places, context=EXACT) for places in EXPONENTS)
    return [int(minor) for minor in scaled if minor == minor.to_integral_value() and abs(minor) <= AMOUNT_MINOR_MAX]


def round_minor(amount: Decimal, currency: str) -> Money:
    """Round an amount in major units to minor units, half away from zero, as PostgreSQL's numeric `round` does."""
    minor = amount.scaleb(exponent(currency), context=EXACT)
    return Money(int(minor.to_integral_value(rounding=ROUND_HALF_UP, context=EXACT)), currency)


def line_amount(quantity: Decimal, unit_price: Decimal, currency: str) -> Money:
    """The one rounding of a line: quantity x unit price, rounded once, half away from zero."""
    if isinstance(quantity, float) or isinstance(unit_price, float):
        raise TypeError("quantities and prices are Decimal, never float")
    return round_minor(EXACT.multiply(quantity, unit_price), currency)


def split(total: Money, weights: Sequence[int]) -> list[Money]:
    """Share `total` by weight with no unit lost: what rounding leaves goes to the largest fractions, then the first."""
    whole = sum(weights)
    assert min(weights, default=-1) >= 0, "weights are never negative"
    assert whole > 0, "shares need a positive weight"
    sign = -1 if total.amount_minor < 0 else 1
    scaled = [abs(total.amount_minor) * weight for weight in weights]
    shares = [share // whole for share in scaled]
    left = abs(total.amount_minor) - sum(shares)
    by_fraction = sorted(range(len(weights)), key=lambda index: (-(scaled[index] % whole), index))
    for index in by_fraction[:left]:
        shares[index] += 1
    assert sum(shares) == abs(total.amount_minor)
    return [Money(sign * share, total.currency) for share in shares]
