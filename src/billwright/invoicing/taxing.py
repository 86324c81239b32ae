"""Pure arithmetic of tax on a document: what each line is without tax, its tax, and the tax of every component.

Prices may include tax or not, a discount may be taken before tax or after, a line may carry several taxes and withheld
ones. Amounts are minor units, exact fractions until their one rounding. The bill run does the same in SQL; a test
holds the two together (docs/concepts/tax.md has the formulas).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

HALF = Fraction(1, 2)


class Component(NamedTuple):
    """One tax of a tax code, in percent. A withheld one is taken off what the customer pays."""

    name: str
    percent: Decimal
    withheld: bool = False


Components = Mapping[str, Sequence[Component]]
"""Tax code to its components, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxChoices:
    """The conventions that hold for a document's payer; what each means is written in docs/conventions."""

    tax_prices: str = "exclusive"
    discount_tax: str = "before_tax"
    tax_rounding: str = "rate_group"
    rounding: str = "line_half_up"

    @property
    def includes_tax(self) -> bool:
        return self.tax_prices == "inclusive"

    @property
    def keeps_exact(self) -> bool:
        """Only the document is rounded."""
        return self.rounding == "sum_then_round"

    @property
    def rounds_each_line(self) -> bool:
        return self.tax_rounding == "line" and not self.keeps_exact

    def rounded(self, value: Fraction) -> int:
        """Minor units, half away from zero, or half to even by the convention."""
        return round(value) if self.rounding == "line_half_even" else round_half_away(value)


@dataclass(frozen=True, slots=True)
class TaxableLine:
    """A line as priced, in minor units: with tax where prices include it. Whole unless only the document is rounded."""

    amount: Fraction | int
    discount: Fraction | int
    tax_code: str


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line without tax: net = amount - discount. What was priced with tax, or not rounded, is kept beside it."""

    amount_minor: int
    discount_minor: int
    tax_minor: int
    gross_minor: int | None = None
    gross_discount_minor: int | None = None
    exact_net: Fraction | None = None
    exact_discount: Fraction | None = None

    @property
    def net_minor(self) -> int:
        return self.amount_minor - self.discount_minor


@dataclass(frozen=True, slots=True)
class TaxSum:
    """The tax of one component of a code on a document, and the sum that it is reckoned on."""

    tax_code: str
    component: str
    percent: Decimal
    net_minor: int
    tax_minor: int
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Taxed:
    """A document's lines without tax, and its taxes."""

    lines: tuple[TaxedLine, ...]
    taxes: tuple[TaxSum, ...]

    @property
    def tax_minor(self) -> int:
        """What is added to the net; withheld taxes are not."""
        return sum(tax.tax_minor for tax in self.taxes if not tax.withheld)

    @property
    def withheld_minor(self) -> int:
        return sum(tax.tax_minor for tax in self.taxes if tax.withheld)


@dataclass(frozen=True, slots=True)
class _Share:
    """The tax of one component on one line, and what it is reckoned on."""

    line: int
    tax_code: str
    component: Component
    base: Fraction
    tax_minor: int


def round_half_away(value: Fraction) -> int:
    """Whole minor units, half away from zero, as PostgreSQL's numeric `round`."""
    whole = math.floor(abs(value) + HALF)
    return whole if value >= 0 else -whole


def charged_percent(components: Iterable[Component]) -> Decimal:
    """What is added to the net, in percent."""
    return sum((part.percent for part in components if not part.withheld), Decimal(0))


def reckon_taxes(lines: Sequence[TaxableLine], components: Components, choices: TaxChoices) -> Taxed:
    """The taxes of a document and its lines without tax.

    Once per rate on the sum of its lines; a line's share is the tax on the lines up to it less that on the lines
    before it, so that shares add up exactly. Several taxes are reckoned on the same base, a withheld one on the net.
    """
    shares = _shares(lines, components, choices)
    charged = [0] * len(lines)
    for share in shares:
        charged[share.line] += 0 if share.component.withheld else share.tax_minor
    return Taxed(tuple(_without_tax(lines, charged, components, choices)), tuple(_sums(shares, charged, choices)))


def _base(line: TaxableLine, choices: TaxChoices) -> Fraction:
    """What tax is reckoned on: a discount after tax leaves the tax as it is."""
    return Fraction(line.amount) - (line.discount if choices.discount_tax == "before_tax" else 0)


def _shares(lines: Sequence[TaxableLine], components: Components, choices: TaxChoices) -> list[_Share]:
    running: dict[tuple[str, Decimal], Fraction] = {}
    shares = []
    for place in sorted((n for n, line in enumerate(lines) if line.tax_code), key=lambda n: (lines[n].tax_code, n)):
        line = lines[place]
        parts = components[line.tax_code]
        base = _base(line, choices)
        net = base * 100 / (100 + Fraction(charged_percent(parts))) if choices.includes_tax else base
        for part in parts:
            exact = net * Fraction(part.percent) / 100
            before = Fraction(0) if choices.rounds_each_line else running.get(part[:2], Fraction(0))
            running[part[:2]] = before + exact
            tax = choices.rounded(before + exact) - choices.rounded(before)
            shares.append(_Share(place, line.tax_code, part, base, tax))
    return shares


def _sums(shares: Sequence[_Share], charged: Sequence[int], choices: TaxChoices) -> list[TaxSum]:
    groups: dict[tuple[str, Component], list[_Share]] = {}
    for share in shares:
        groups.setdefault((share.tax_code, share.component), []).append(share)
    return [
        TaxSum(
            tax_code=code,
            component=component.name,
            percent=component.percent,
            net_minor=choices.rounded(sum((share.base for share in group), Fraction(0)))
            - (sum(charged[share.line] for share in group) if choices.includes_tax else 0),
            tax_minor=sum(share.tax_minor for share in group),
            withheld=component.withheld,
        )
        for (code, component), group in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1].name))
    ]


def _without_tax(
    lines: Sequence[TaxableLine], charged: Sequence[int], components: Components, choices: TaxChoices
) -> Iterable[TaxedLine]:
    """Each line without its tax. Where only the document is rounded, a line takes what the sum up to it leaves."""
    due, off = Fraction(0), Fraction(0)
    for line, tax in zip(lines, charged, strict=True):
        percent = Fraction(charged_percent(components.get(line.tax_code, ()))) if choices.includes_tax else Fraction(0)
        discount = Fraction(line.discount)
        if choices.discount_tax == "before_tax":
            discount = discount * 100 / (100 + percent)
        included = _base(line, choices) * percent / (100 + percent)
        priced = Fraction(line.amount) - line.discount
        if choices.keeps_exact:
            net = choices.rounded(due + priced) - choices.rounded(due) - (tax if choices.includes_tax else 0)
            off_minor = choices.rounded(off + discount) - choices.rounded(off)
            due, off = due + priced, off + discount
        else:
            net = int(priced) - (tax if choices.includes_tax else 0)
            off_minor = choices.rounded(discount)
        yield TaxedLine(
            amount_minor=net + off_minor,
            discount_minor=off_minor,
            tax_minor=tax,
            gross_minor=choices.rounded(Fraction(line.amount)) if choices.includes_tax else None,
            gross_discount_minor=choices.rounded(Fraction(line.discount)) if choices.includes_tax else None,
            exact_net=priced - included if choices.keeps_exact else None,
            exact_discount=discount if choices.keeps_exact else None,
        )


def fit_taxes(taxed: Taxed, tax_codes: Sequence[str], wanted: Mapping[tuple[str, str], int]) -> Taxed:
    """The same lines with the wanted tax per (code, component); the last line of a code takes what it differs by."""
    lines = list(taxed.lines)
    moved: dict[str, int] = {}
    for tax in taxed.taxes:
        if not tax.withheld:
            more = wanted[tax.tax_code, tax.component] - tax.tax_minor
            moved[tax.tax_code] = moved.get(tax.tax_code, 0) + more
    for code, more in moved.items():
        place = max(n for n, line_code in enumerate(tax_codes) if line_code == code)
        line = lines[place]
        included = 0 if line.gross_minor is None else more
        lines[place] = replace(line, tax_minor=line.tax_minor + more, amount_minor=line.amount_minor - included)
    includes = any(line.gross_minor is not None for line in lines)
    taxes = tuple(
        replace(
            tax,
            tax_minor=wanted[tax.tax_code, tax.component],
            net_minor=tax.net_minor - (moved.get(tax.tax_code, 0) if includes else 0),
        )
        for tax in taxed.taxes
    )
    return Taxed(tuple(lines), taxes)


def credit_tax(original: TaxSum, *, credited: TaxSum | None, tax_minor: int, is_last: bool) -> int:
    """Tax of a credited share: by the original's rate, the last share takes what is left, none takes more.

    `credited` sums what earlier credit notes took; all are signed as the original.
    """
    tax_left = original.tax_minor - (credited.tax_minor if credited else 0)
    bound = sorted((0, tax_left))
    return tax_left if is_last else max(bound[0], min(bound[1], tax_minor))
