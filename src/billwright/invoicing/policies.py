"""Pure arithmetic of documents: lines as entered, and the shares of a credit. Tax: `taxing`.

Rounding is to minor units, half away from zero, as in the bill run's SQL; a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from billwright.invoicing.taxing import TaxChoices, round_half_away
from billwright.kernel.errors import Refusal
from billwright.kernel.money import AMOUNT_MINOR_MAX, Money, exponent

# Why a document is corrected; the code is mandatory (model rule 12, duty H37). Labels are for people.
CORRECTION_REASONS = {
    "BILLING_ERROR": "Billed wrongly",
    "SERVICE_ENDED": "Service ended",
    "SERVICE_QUALITY": "Service not as agreed",
    "GOODWILL": "Goodwill",
    "DISPUTE": "Dispute upheld",
    "PRICE": "Price corrected",
    "QUANTITY": "Quantity corrected",
    "TAX": "Tax corrected",
    "RETURN": "Goods or service returned",
    "LATE_FEE": "Late fee",
    "INTEREST": "Interest on late payment",
    "OTHER": "Other, see the text",
}


@dataclass(frozen=True, slots=True)
class PricedLine:
    """An entered line's amount before discount (with its surcharge) and the discount, in minor units.

    Whole, unless by the convention only the document is rounded.
    """

    amount: Fraction | int
    discount: Fraction | int


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """A credited amount before discount and its discount, in minor units."""

    amount_minor: int
    discount_minor: int


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line and what earlier credits left of it, as priced (with tax where prices include it), signed as the line."""

    line_no: int
    amount_minor: int
    discount_minor: int
    amount_left_minor: int
    discount_left_minor: int


def places(value: Decimal) -> int:
    """Decimal places that are not trailing zeros; a value that is no number has too many."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99


def line_amounts(
    *,
    quantity: Decimal,
    unit_price: Decimal | None,
    amount: Money | None,
    discount_percent: Decimal,
    surcharge_percent: Decimal,
    currency: str,
    row: int,
    choices: TaxChoices,
) -> PricedLine:
    """Amount and discount of an entered line, rounded once each by the convention.

    Raises Refusal naming the row: `line.amount_or_price`, `line.currency`, `line.percent`.
    """
    _require_entered(quantity, unit_price, amount, currency=currency, row=row)
    if not 0 <= discount_percent <= 100 or not 0 <= surcharge_percent <= 1000:
        raise Refusal(
            "line.percent", _("A discount lies between 0 and 100 percent, a surcharge is not negative."),
            field="discount_percent", row=row,
        )  # fmt: skip
    if amount is not None:
        plain = Fraction(amount.amount_minor)
    else:
        assert unit_price is not None
        plain = Fraction(quantity) * Fraction(unit_price) * 10 ** exponent(currency)
    plain = plain if choices.keeps_exact else Fraction(choices.rounded(plain))
    surcharge, discount = plain * Fraction(surcharge_percent) / 100, plain * Fraction(discount_percent) / 100
    if choices.keeps_exact:
        return PricedLine(plain + surcharge, discount)
    whole = choices.rounded(plain) + choices.rounded(surcharge)
    if abs(whole) > AMOUNT_MINOR_MAX:
        raise Refusal("money.too_large", _("The amount is larger than the books can hold."), field="amount", row=row)
    return PricedLine(whole, choices.rounded(discount))


def _require_entered(
    quantity: Decimal, unit_price: Decimal | None, amount: Money | None, *, currency: str, row: int
) -> None:
    """A line has an amount, or a quantity and a unit price, in the account's currency and with places that we keep."""
    if (unit_price is None) == (amount is None):
        raise Refusal(
            "line.amount_or_price", _("A line has an amount, or a quantity and a unit price."), field="amount", row=row
        )
    if amount is not None and amount.currency != currency:
        raise Refusal(
            "line.currency",
            _("The account is billed in %(currency)s.") % {"currency": currency},
            field="amount",
            row=row,
        )
    if places(quantity) > 6 or (unit_price is not None and places(unit_price) > 12):
        raise Refusal(
            "line.places", _("A quantity has at most 6 decimal places, a unit price 12."), field="unit_price", row=row
        )


def credit_amounts(line: Creditable, amount_minor: int | None) -> LineAmounts:
    """The share of a line that is credited: amount (None: all that is left) and its discount, signed as the line.

    `amount_minor` is positive and reduces the line towards zero. Raises Refusal `credit.not_positive`,
    `credit.exceeds_left`, `credit.nothing_left`.
    """
    if line.amount_left_minor == 0:
        raise Refusal(
            "credit.nothing_left", _("This line is credited in full already."), field="line_no", row=line.line_no
        )
    if amount_minor is None or amount_minor == abs(line.amount_left_minor):
        return LineAmounts(line.amount_left_minor, line.discount_left_minor)
    if amount_minor <= 0:
        raise Refusal("credit.not_positive", _("A credit is above zero."), field="amount", row=line.line_no)
    if amount_minor > abs(line.amount_left_minor):
        raise Refusal(
            "credit.exceeds_left", _("More than what is left of the line."), field="amount", row=line.line_no,
            cure=_("At most %(left)s minor units are left.") % {"left": abs(line.amount_left_minor)},
        )  # fmt: skip
    sign = 1 if line.amount_left_minor > 0 else -1
    discount = round_half_away(Fraction(line.discount_minor * sign * amount_minor, line.amount_minor))
    bound = sorted((0, line.discount_left_minor))
    return LineAmounts(sign * amount_minor, max(bound[0], min(bound[1], discount)))


def days_amount(line: Creditable, *, credited_days: int, base_days: int) -> int:
    """The positive amount of a line's days, never more than is left."""
    assert 0 < credited_days <= base_days
    share = round_half_away(Fraction(abs(line.amount_minor) * credited_days, base_days))
    return min(share, abs(line.amount_left_minor))
