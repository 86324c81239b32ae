"""The amount and the discount of one line from its stored columns, by the number of its formula (rating.formulas)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from billwright.rating.evaluating.rounding import half_away, rounded

Line = Mapping[str, Any]
# A by-hand credit shares its discount by amount, a bill run's by days.
CREDIT_BY_DAYS, CREDIT_BY_AMOUNT, UNOWED_DAYS, UNOWED_SO_FAR = 4, 6, 7, 16
PER_UNIT_PER, PACKAGE, TIERS, RECORDS = 8, 9, 10, 11
# Columns keep twelve places of what is not rounded.
EXACT_TO = Fraction(1, 10**9)


def line_amount(line: Line) -> int:
    """Before discount, in minor units. A formula without a rule here is a KeyError: nothing is waved through."""
    return AMOUNTS[line["formula"]](line)


def line_discount(line: Line) -> int:
    """What was taken off, in minor units."""
    if line["formula"] in (UNOWED_DAYS, UNOWED_SO_FAR):
        return _unowed_discount(line)
    if line["original"] is not None and line["formula"] in (CREDIT_BY_DAYS, CREDIT_BY_AMOUNT):
        return _credited_discount(line)
    if line["discounts"]:
        return _discounts_taken(line)
    # Written by hand: the discount was entered as an amount of its own.
    column = "discount_minor" if line["gross_discount_minor"] is None else "gross_discount_minor"
    return int(line[column]) if line["item_id"] is None else 0


def _discounts_taken(line: Line) -> int:
    """Each percentage anew, of what the discounts before it left; an amount is kept, for it is shared among lines.

    Where prices include tax, or only the document rounds, what is kept are shares of the line's own discount.
    """
    in_order = sorted(line["discounts"], key=lambda discount: int(discount["place"]))
    if line["gross_minor"] is not None or line["exact_amount"] is not None:
        return sum(int(discount["amount_minor"]) for discount in in_order)
    left = int(line["amount_minor"])
    for discount in in_order:
        kept = int(discount["amount_minor"])
        if discount["percent"] is not None:
            kept = min(left, half_away(Fraction(discount["percent"]) * left / 100))
        left -= kept
    return int(line["amount_minor"]) - left


def _minor(line: Line, major: Fraction) -> int:
    return rounded(major * 10 ** int(line["minor_units"]), line["rounding"])


def _percent(line: Line) -> Fraction:
    """The part of the price that is owed while paused; all of it otherwise."""
    return Fraction(1) if line["share_percent"] is None else Fraction(line["share_percent"]) / 100


def _share(line: Line) -> Fraction:
    """Days of service over days of the period. Usage is what it is: only fees follow the days."""
    days = Fraction(1) if line["kind"] == "USAGE" else Fraction(line["days"], line["base_days"])
    return days * _percent(line)


def billed_units(line: Line) -> Fraction:
    """Units charged: what is kept of it where it differs from the quantity."""
    return Fraction(line["quantity"] if line["billed_quantity"] is None else line["billed_quantity"])


def full_price(line: Line) -> Fraction:
    """What a full period comes to in major units, not rounded, by the formula of the line."""
    return FULL_PRICES[line["formula"]](line)


def _packages(line: Line) -> Fraction:
    count = billed_units(line) / Fraction(line["price"]["package_size"])
    return Fraction(-(-count.numerator // count.denominator))


def _part_amount(part: Mapping[str, Any]) -> Fraction:
    """A tier: units at its price, or a percentage of them, or its started packages; plus its flat price."""
    quantity, price = Fraction(part["quantity"]), Fraction(part["unit_price"])
    if part["percent"] is not None:
        amount = quantity * Fraction(part["percent"]) / 100
    elif part["package_size"] is not None:
        count = quantity / Fraction(part["package_size"])
        amount = -(-count.numerator // count.denominator) * price
    else:
        amount = quantity * price
    return amount + Fraction(part["flat"])


FULL_PRICES: dict[int, Callable[[Line], Fraction]] = {
    1: lambda line: Fraction(line["unit_price"]),
    2: lambda line: Fraction(line["quantity"]) * Fraction(line["unit_price"]),
    PER_UNIT_PER: lambda line: billed_units(line) * Fraction(line["unit_price"]) / Fraction(line["price"]["per"]),
    PACKAGE: lambda line: _packages(line) * Fraction(line["unit_price"]),
    TIERS: lambda line: sum((_part_amount(part) for part in line["parts"]), Fraction(0)),
}


def _records(line: Line) -> Fraction:
    """The sum of the records, each by the price's own rule; without a meter the quantity is the one record."""
    price = line["price"]
    if line["kind"] != "USAGE":
        return _record(price, billed_units(line), Fraction(line["unit_price"]))
    return sum((_rated(line, record) for record in line["records"] if record["is_rated"]), Fraction(0))


FULL_PRICES[RECORDS] = _records


def _rated(line: Line, record: Mapping[str, Any]) -> Fraction:
    """A call is what its bands came to; every other record is priced again."""
    if line["item"]["model"] == "CALL":
        return Fraction(record["amount"])
    billed = Fraction(record["billed_quantity"])
    if not billed and not Fraction(record["amount"]):
        return Fraction(0)
    known = record["parts"][0].get("unit") if record["parts"] else None
    return _record(line["price"], billed, Fraction(line["unit_price"] if known is None else known))


def _record(price: Mapping[str, Any], billed: Fraction, unit_price: Fraction) -> Fraction:
    if price["percent"] is None:
        return billed * unit_price / Fraction(price["per"])
    amount = billed * Fraction(price["percent"]) / 100 + Fraction(price["fixed"])
    if price["record_minimum"] is not None:
        amount = max(amount, Fraction(price["record_minimum"]))
    return amount if price["record_maximum"] is None else min(amount, Fraction(price["record_maximum"]))


def _usage_formula(line: Line) -> int:
    """By which formula a whole period of usage is priced: what its price says of itself."""
    price = line["price"]
    if price["tiers"]:
        return TIERS
    if price["percent"] is not None or price["step"] is not None or price["by_property"]:
        return RECORDS
    if line["item"]["model"] == "CALL":
        return RECORDS
    return PACKAGE if price["package_size"] is not None else PER_UNIT_PER


def _difference(line: Line) -> int:
    """The whole period by now, rounded, less what was billed of it before."""
    whole = FULL_PRICES[_usage_formula(line)](line) * _percent(line)
    return _minor(line, whole) - int(line["billed_before"])


def is_exact(line: Line) -> bool:
    """Whether an amount that only its document rounds is what its formula comes to, before or after its discount."""
    kept = Fraction(line["exact_amount"])
    if line["formula"] not in FULL_PRICES:
        return True
    exact = full_price(line) * _share(line)
    discount = Fraction(line["exact_discount"] or 0)
    return min(abs(kept - exact), abs(kept - exact + discount)) < EXACT_TO


def _top_up(line: Line) -> int:
    """Never zero, and never more than the whole minimum; late usage takes back what it makes up for.

    What was charged stands on other lines and documents.
    """
    kept = _stated(line)
    most = _minor(line, Fraction(line["unit_price"]))
    return max(kept, -most) if kept < 0 else max(1, min(kept, most))


def _stated(line: Line) -> int:
    """The amount as priced: with tax where prices include it."""
    return int(line["amount_minor"] if line["gross_minor"] is None else line["gross_minor"])


def _priced(line: Line) -> int:
    return _minor(line, full_price(line) * _share(line))


def _entered(line: Line) -> int:
    return int(line["entered"]["amount_minor"]) if line["entered"] else _stated(line)


def _quantity_times_price(line: Line) -> int:
    return _minor(line, Fraction(line["quantity"]) * Fraction(line["unit_price"]))


def _left(line: Line, column: str) -> int:
    """What earlier credits left of the line that this one credits, without its sign."""
    original = line["original"]
    whole = int(original[column])
    left = whole + int(original[f"earlier_{column}"])
    return max(left if whole >= 0 else -left, 0)


def _credit_by_days(line: Line, column: str) -> int:
    """The share by days, never more than is left; the share that reaches the first day takes all that is left."""
    original = line["original"]
    left = _left(line, column)
    share = half_away(Fraction(abs(int(original[column])) * line["days"], line["base_days"]))
    is_last = line["service_from"] == original["service_from"] and line["item_id"] is not None
    owed = left if is_last else min(left, share)
    return -owed if int(original[column]) >= 0 else owed


def _credit_of_line(line: Line) -> int:
    return _credit_by_days(line, "amount_minor")


def _credit_by_amount(line: Line) -> int:
    """As entered, and no more than was left; with tax it is as entered alone, for what is left is kept without."""
    if line["gross_minor"] is not None:
        return _stated(line)
    entered = int(line["amount_minor"])
    left = _left(line, "amount_minor")
    return entered if abs(entered) <= left else (left if entered > 0 else -left)


def _credited_discount(line: Line) -> int:
    """By days in a bill run; by hand in proportion to the amount, the credit of the rest taking the rest of it."""
    if line["item_id"] is not None:
        return _credit_by_days(line, "discount_minor")
    if line["gross_minor"] is not None:
        return int(line["gross_discount_minor"])
    original = line["original"]
    sign = -1 if int(original["discount_minor"]) >= 0 else 1
    left = _left(line, "discount_minor")
    if abs(int(line["amount_minor"])) == _left(line, "amount_minor"):
        return sign * left
    share = Fraction(int(original["discount_minor"]) * int(line["amount_minor"]), int(original["amount_minor"]))
    return sign * min(left, abs(half_away(share)))


def _is_rest(line: Line) -> bool:
    """Whether no day of the credited line is owed any more: then all that is left goes back."""
    original = line["original"]
    return int(line["days"]) + int(original["earlier_days"]) == int(original["days"])


def _by_steps(line: Line, share: Callable[[int], int]) -> int:
    """A share by days: of this credit's days alone, or of all credited by now less those before (formula 16)."""
    days = int(line["days"])
    if line["formula"] == UNOWED_DAYS:
        return share(days)
    before = int(line["original"]["earlier_days"])
    return share(before + days) - share(before)


def _unowed_days(line: Line) -> int:
    """The original's price for the days that are not owed, by its own divisor; never more than is left of it."""
    original = line["original"]
    left = _left(line, "amount_minor")
    share = left
    if not _is_rest(line) and original["days"]:
        share = _by_steps(line, lambda days: _price_of_days(line, days))
    owed = min(left, share)
    if line["credit_cap"] == "paid_amount":
        owed = min(owed, abs(int(line["amount_minor"])))
    return -owed if int(original["amount_minor"]) >= 0 else owed


def _price_of_days(line: Line, days: int) -> int:
    """What so many days of the credited line come to, rounded, without its sign."""
    original = line["original"]
    if original["formula"] not in FULL_PRICES or original["formula"] == RECORDS:
        # What its records came to is credited by its amount.
        return half_away(Fraction(abs(int(original["amount_minor"])) * days, original["days"]))
    per_period = abs(full_price(original)) * 10 ** int(line["minor_units"])
    return rounded(per_period * days / original["base_days"] * _percent(original), line["rounding"])


def _unowed_discount(line: Line) -> int:
    original = line["original"]
    left = _left(line, "discount_minor")
    whole = int(original["discount_minor"])
    share = left
    if not _is_rest(line) and original["days"]:
        share = _by_steps(line, lambda days: half_away(Fraction(abs(whole) * days, original["days"])))
    return -min(left, share) if whole >= 0 else min(left, share)


AMOUNTS: dict[int, Callable[[Line], int]] = {
    1: _priced,
    2: _priced,
    3: _entered,
    4: _credit_of_line,
    5: _quantity_times_price,
    6: _credit_by_amount,
    7: _unowed_days,
    8: _priced,
    9: _priced,
    10: _priced,
    11: _priced,
    12: _difference,
    13: _top_up,
    14: _entered,
    15: _quantity_times_price,
    16: _unowed_days,
}
