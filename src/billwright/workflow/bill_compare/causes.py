"""Why two documents differ: one factor changed at a time, in a stated order, so that the causes add up exactly.

Order: price, then quantity or usage, then the share of the period, then the discount, then tax. Each cause is the
difference that its own change makes while those before it have changed and those after it have not; amounts are minor
units, and what rounding leaves goes to the last factor that changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from billwright.rating.evaluating.rounding import half_away

Line = Mapping[str, Any]
REGULAR = frozenset({"RECURRING", "USAGE"})
# Formulas whose amount is price x quantity x share: their factors can be changed one by one.
PRODUCTS = frozenset({1, 2, 8})
FLAT = 1


class Cause(StrEnum):
    """What made a line differ."""

    PRICE = "price"
    QUANTITY = "quantity"
    USAGE = "usage"
    PRORATION = "proration"
    """Another share of the period, or a correction of one."""
    PERIOD = "period"
    """More or fewer periods of a charge on the document."""
    SERVICE = "service"
    """A service that began or ended."""
    ONE_OFF = "one_off"
    DISCOUNT = "discount"
    TAX = "tax"


@dataclass(frozen=True, slots=True)
class Change:
    """What one cause adds to a charge, signed, with the factor before and after where there is one."""

    cause: Cause
    what: str
    amount_minor: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _Factors:
    price: Fraction
    quantity: Fraction
    share: Fraction

    @property
    def amount(self) -> Fraction:
        return self.price * self.quantity * self.share


def changes(before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """Every change between the lines of two documents; the amounts add up to the difference of net and tax."""
    keys = list(dict.fromkeys(_key(line) for line in (*before, *after)))
    found: list[Change] = []
    for key in keys:
        old = [line for line in before if _key(line) == key]
        new = [line for line in after if _key(line) == key]
        found += _of_charge(_name((*new, *old)), old, new)
    return [change for change in found if change.amount_minor]


def _key(line: Line) -> tuple[str, str]:
    """The charge of a subscription, however many lines it has; what was written by hand goes by its text."""
    item = line["item"]
    if item is not None:
        return str(item["subscription"]), str(item["charge"])
    return "", f"{line['kind']} {line['text']}"


def _name(lines: Iterable[Line]) -> str:
    return str(next(iter(lines))["text"])


def _of_charge(what: str, old: Sequence[Line], new: Sequence[Line]) -> Iterator[Change]:
    regular_old = [line for line in old if line["kind"] in REGULAR]
    regular_new = [line for line in new if line["kind"] in REGULAR]
    if len(regular_old) == 1 and len(regular_new) == 1:
        yield from _of_line(what, regular_old[0], regular_new[0])
    elif regular_old or regular_new:
        both = bool(regular_old and regular_new)
        cause = Cause.PERIOD if both else Cause.SERVICE
        yield Change(cause, what, _sum(regular_new, "amount_minor") - _sum(regular_old, "amount_minor"))
    for kind, cause in ((True, Cause.PRORATION), (False, Cause.ONE_OFF)):
        others_old = [line for line in old if line["kind"] not in REGULAR and _is_correction(line) is kind]
        others_new = [line for line in new if line["kind"] not in REGULAR and _is_correction(line) is kind]
        yield Change(cause, what, _sum(others_new, "amount_minor") - _sum(others_old, "amount_minor"))
    yield Change(Cause.DISCOUNT, what, _sum(old, "discount_minor") - _sum(new, "discount_minor"))
    yield Change(Cause.TAX, what, _sum(new, "tax_minor") - _sum(old, "tax_minor"))


def _is_correction(line: Line) -> bool:
    return bool(line["kind"] == "CORRECTION")


def _sum(lines: Iterable[Line], column: str) -> int:
    return sum(int(line[column]) for line in lines)


def _of_line(what: str, old: Line, new: Line) -> Iterator[Change]:
    counted = Cause.USAGE if "USAGE" in (old["kind"], new["kind"]) else Cause.QUANTITY
    start, end = int(old["amount_minor"]), int(new["amount_minor"])
    if old["formula"] not in PRODUCTS or new["formula"] not in PRODUCTS:
        yield from _of_stepped(what, old, new, counted)
        return
    first, last = _factors(old), _factors(new)
    steps = (
        (Cause.PRICE, "price", _Factors(last.price, first.quantity, first.share)),
        (counted, "quantity", _Factors(last.price, last.quantity, first.share)),
        (Cause.PRORATION, "share", last),
    )
    moved = [step for step in steps if getattr(first, step[1]) != getattr(last, step[1])]
    reached = start
    for place, (cause, factor, factors) in enumerate(moved, start=1):
        # What rounding leaves of the whole goes to the last factor that changed.
        amount = end if place == len(moved) else half_away(factors.amount * _minor(new))
        shown = _share if factor == "share" else _decimal
        yield Change(cause, what, amount - reached, shown(getattr(first, factor)), shown(getattr(last, factor)))
        reached = amount
    if not moved:
        yield Change(Cause.PRICE, what, end - start)


def _of_stepped(what: str, old: Line, new: Line, counted: Cause) -> Iterator[Change]:
    """Tiers, packages and records have no single price: at one version of the price it is what was counted."""
    same_price = old["price_id"] == new["price_id"]
    cause = counted if same_price or old["quantity"] != new["quantity"] else Cause.PRICE
    before, after = _decimal(Fraction(old["quantity"])), _decimal(Fraction(new["quantity"]))
    yield Change(cause, what, int(new["amount_minor"]) - int(old["amount_minor"]), before, after)


def _factors(line: Line) -> _Factors:
    price = Fraction(line["unit_price"])
    if line["formula"] == FLAT:
        quantity = Fraction(1)
    else:
        quantity = Fraction(line["quantity"] if line["billed_quantity"] is None else line["billed_quantity"])
        price /= Fraction((line["price"] or {}).get("per", 1))
    percent = Fraction(1) if line["share_percent"] is None else Fraction(line["share_percent"]) / 100
    days = Fraction(1) if line["kind"] == "USAGE" else Fraction(line["days"], line["base_days"])
    return _Factors(price, quantity, days * percent)


def _minor(line: Line) -> Fraction:
    """Minor units in a major one; of a price with tax, the part without."""
    gross = line["gross_minor"]
    net = Fraction(int(line["amount_minor"]), int(gross)) if gross else Fraction(1)
    whole: int = 10 ** int(line["minor_units"])
    return whole * net


def _decimal(value: Fraction) -> str:
    """A factor as people write it; prices and quantities have at most twelve places."""
    text = f"{float(value):.12f}" if value.denominator > 1 else str(value.numerator)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _share(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}" if value.denominator > 1 else str(value.numerator)
