"""Pure arithmetic of documents: lines, tax once per rate on their sum, and the shares of a credit.

Rounding is to minor units, half away from zero, as in the bill run's SQL; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, line_amount

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

PERCENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """A line's amount before discount (with its surcharge) and the discount, in minor units."""

    amount_minor: int
    discount_minor: int


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """What the tax of a line follows from."""

    net_minor: int
    tax_code: str


@dataclass(frozen=True, slots=True)
class TaxSum:
    """The tax of one component on a document."""

    tax_code: str
    component: str
    percent: Decimal
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line and what earlier credits left of it; all signed as on the line."""

    line_no: int
    amount_minor: int
    discount_minor: int
    amount_left_minor: int
    discount_left_minor: int


Components = dict[str, tuple[tuple[str, Decimal], ...]]
"""Tax code to its components and percents, in order."""


def places(value: Decimal) -> int:
    """Decimal places that are not trailing zeros; a value that is no number has too many."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99


def round_half_away(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=ROUND_HALF_UP))


def line_amounts(
    *,
    quantity: Decimal,
    unit_price: Decimal | None,
    amount: Money | None,
    discount_percent: Decimal,
    surcharge_percent: Decimal,
    currency: str,
    row: int,
) -> LineAmounts:
    """Amount and discount of an entered line.

    Raises Refusal naming the row: `line.amount_or_price`, `line.currency`, `line.percent`.
    """
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
    if not 0 <= discount_percent <= 100 or not 0 <= surcharge_percent <= 1000:
        raise Refusal(
            "line.percent", _("A discount lies between 0 and 100 percent, a surcharge is not negative."),
            field="discount_percent", row=row,
        )  # fmt: skip
    if places(quantity) > 6 or (unit_price is not None and places(unit_price) > 12):
        raise Refusal(
            "line.places", _("A quantity has at most 6 decimal places, a unit price 12."), field="unit_price", row=row
        )
    if amount is not None:
        plain = amount.amount_minor
    else:
        assert unit_price is not None
        plain = line_amount(quantity, unit_price, currency).amount_minor
    surcharge = round_half_away(plain * surcharge_percent * PERCENT)
    discount = round_half_away(plain * discount_percent * PERCENT)
    return LineAmounts(plain + surcharge, discount)


def tax_on(net_minor: int, percent: Decimal) -> int:
    """Tax of a sum in minor units, rounded once."""
    return round_half_away(net_minor * percent * PERCENT)


def document_taxes(lines: Sequence[TaxableLine], components: Components) -> list[TaxSum]:
    """Tax once per code and component on the sum of its lines (convention tax_rounding: rate_group)."""
    nets: dict[str, int] = {}
    for line in lines:
        if line.tax_code:
            nets[line.tax_code] = nets.get(line.tax_code, 0) + line.net_minor
    return [
        TaxSum(code, component, percent, nets[code], tax_on(nets[code], percent))
        for code in sorted(nets)
        for component, percent in components[code]
    ]


def share_tax(lines: Sequence[TaxableLine], components: Components) -> list[int]:
    """Each line's share of the document's tax: the tax on the lines up to it less that on the lines before it.

    The shares of a code add up to its tax exactly.
    """
    up_to: dict[str, int] = {}
    shares = []
    for line in lines:
        before = up_to.get(line.tax_code, 0)
        up_to[line.tax_code] = before + line.net_minor
        shares.append(
            sum(
                tax_on(before + line.net_minor, percent) - tax_on(before, percent)
                for _component, percent in components.get(line.tax_code, ())
            )
        )
    return shares


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
    discount = round_half_away(Decimal(line.discount_minor) * sign * amount_minor / line.amount_minor)
    bound = sorted((0, line.discount_left_minor))
    return LineAmounts(sign * amount_minor, max(bound[0], min(bound[1], discount)))


def days_amount(line: Creditable, *, credited_days: int, base_days: int) -> int:
    """The positive amount of a line's days, never more than is left."""
    assert 0 < credited_days <= base_days
    share = round_half_away(abs(Decimal(line.amount_minor)) * credited_days / base_days)
    return min(share, abs(line.amount_left_minor))


def credit_tax(original: TaxSum, *, credited: TaxSum | None, net_minor: int) -> int:
    """Tax of a credited net by the original's rate; the last share takes what is left, none takes more.

    `credited` sums what earlier credit notes took (signed as the original). The answer is signed likewise.
    """
    net_left = original.net_minor - (credited.net_minor if credited else 0)
    tax_left = original.tax_minor - (credited.tax_minor if credited else 0)
    if net_minor == net_left:
        return tax_left
    bound = sorted((0, tax_left))
    return max(bound[0], min(bound[1], tax_on(net_minor, original.percent)))
