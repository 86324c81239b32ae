"""One line in plain sentences, in the language of the customer's documents: a template a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from billwright.invoicing.rows import DAYS_MAX
from billwright.kernel.money import Money
from billwright.render.formats import Formats
from billwright.render.wording import Words

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes amounts, prices and days for one reader."""

    words: Words
    formats: Formats
    currency: str

    def money(self, amount_minor: int) -> str:
        return self.formats.money(Money(amount_minor, self.currency))

    def price(self, value: Any) -> str:
        return f"{self.formats.unit_price(Decimal(value), currency=self.currency)} {self.currency}"

    def number(self, value: Any) -> str:
        return self.formats.number(Decimal(value))

    def day(self, iso: str) -> str:
        return self.formats.day(date.fromisoformat(iso[:10]))


def sentences(line: Line, *, teller: Teller, taxed: str, number_credited: str) -> Iterator[str]:
    """Every step from the price to the tax. `taxed` is the reason of the tax, `number_credited` of the original."""
    say = teller.words
    period = teller.formats.period(
        starts_on=date.fromisoformat(line["service_from"]), ends_before=date.fromisoformat(line["service_to"])
    )
    yield say("why_service", period=period)
    yield from TEMPLATES[line["formula"]](line, teller, number_credited)
    yield from _share(line, teller)
    yield from _source(line, teller)
    yield from _discounts(line, teller)
    if line["tax_code"]:
        percent = teller.formats.percent(Decimal(line["tax_percent"]))
        amount, net = teller.money(line["tax_minor"]), teller.money(line["net_minor"])
        yield say("why_tax", code=line["tax_code"], percent=percent, amount=amount, net=net)
    else:
        yield say("why_no_tax")
    if taxed:
        yield taxed


def _share(line: Line, teller: Teller) -> Iterator[str]:
    say = teller.words
    if line["share_percent"] is not None:
        yield say("why_paused", percent=teller.formats.percent(Decimal(line["share_percent"])))
    free_until = (line["item"] or {}).get("free_until")
    if free_until and line["service_from"] < free_until:
        yield say("why_trial", day=teller.day(free_until))
    is_prorated = line["kind"] == "RECURRING" and line["days"] is not None and line["days"] != line["base_days"]
    if is_prorated:
        key = "why_share_seconds" if line["base_days"] > DAYS_MAX else "why_share"
        amount = teller.money(line["amount_minor"])
        yield say(key, days=teller.number(line["days"]), base=teller.number(line["base_days"]), amount=amount)
    elif line["formula"] in (8, 9, 10, 11):
        yield say("why_rounded", amount=teller.money(line["amount_minor"]))


def _source(line: Line, teller: Teller) -> Iterator[str]:
    """Where the price comes from: its version, what the version says of itself, and the clause that agreed it."""
    say, price, agreed = teller.words, line["price"], line["agreed"]
    if price is not None:
        yield say("why_price", day=teller.day(price["valid_from"]), version=str(price["version"]))
        if price["says"]:
            yield str(price["says"])
    if agreed is not None:
        yield say("why_clause", clause=line["clause"], text=agreed["text"])


def _discounts(line: Line, teller: Teller) -> Iterator[str]:
    say = teller.words
    for discount in line["discounts"]:
        name = discount["name"] or say("why_a_discount")
        amount = teller.money(discount["amount_minor"])
        if discount["percent"] is None:
            yield say("why_discount", name=name, amount=amount)
        else:
            percent = teller.formats.percent(Decimal(discount["percent"]))
            yield say("why_discount_percent", name=name, percent=percent, amount=amount)
    if line["discount_minor"] and not line["discounts"]:
        yield say("why_discount", name=say("why_a_discount"), amount=teller.money(line["discount_minor"]))


def _billed(line: Line) -> Any:
    return line["quantity"] if line["billed_quantity"] is None else line["billed_quantity"]


def _flat(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_flat", price=teller.price(line["unit_price"]))


def _units(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_units", quantity=teller.number(line["quantity"]), price=teller.price(line["unit_price"]))


def _entered(_line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_entered")


def _times(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words(
        "why_times",
        quantity=teller.number(line["quantity"]),
        price=teller.price(line["unit_price"]),
        amount=teller.money(line["amount_minor"]),
    )


def _credit(line: Line, teller: Teller, number: str) -> Iterator[str]:
    no = str(line["credits_line_no"])
    yield teller.words("why_credit", line=no, number=number, days=teller.number(line["days"] or 0))


def _credit_so_far(line: Line, teller: Teller, number: str) -> Iterator[str]:
    yield from _credit(line, teller, number)
    before = int((line["original"] or {}).get("earlier_days", 0))
    if before:
        by_now = teller.number(before + int(line["days"] or 0))
        yield teller.words("why_credit_so_far", days=by_now, before=teller.number(before))


def _credit_amount(line: Line, teller: Teller, number: str) -> Iterator[str]:
    amount, no = teller.money(-line["amount_minor"]), str(line["credits_line_no"])
    yield teller.words("why_credit_amount", amount=amount, line=no, number=number)


def _metered(line: Line, teller: Teller) -> Iterator[str]:
    if line["billed_quantity"] is not None:
        quantity, billed = teller.number(line["quantity"]), teller.number(line["billed_quantity"])
        yield teller.words("why_metered", quantity=quantity, billed=billed)


def _per(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield from _metered(line, teller)
    per = Fraction((line["price"] or {}).get("per", 1))
    billed, price = teller.number(_billed(line)), teller.price(line["unit_price"])
    if per == 1:
        yield teller.words("why_units", quantity=billed, price=price)
    else:
        yield teller.words("why_per", billed=billed, price=price, per=teller.number(line["price"]["per"]))


def _package(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    size = teller.number(line["price"]["package_size"])
    billed, price = teller.number(_billed(line)), teller.price(line["unit_price"])
    yield teller.words("why_package", billed=billed, size=size, price=price)


def _tiers(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_tiers", quantity=teller.number(line["quantity"]))
    yield from _parts(line, teller)


def _parts(line: Line, teller: Teller) -> Iterator[str]:
    for part in line["parts"]:
        amount = teller.price(part["amount"])
        yield teller.words(
            "why_part", label=part["label"] or "–", quantity=teller.number(part["quantity"]), amount=amount
        )


def _records(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_records", count=teller.number(line["usage_count"]))
    yield from _parts(line, teller)


def _difference(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_difference")
    yield from _parts(line, teller)


def _top_up(_line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_top_up")


def _service_credit(_line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words("why_service_credit")


def _settlement(line: Line, teller: Teller, _number: str) -> Iterator[str]:
    yield teller.words(
        "why_settlement", quantity=teller.number(line["quantity"]), price=teller.price(line["unit_price"])
    )


TEMPLATES: dict[int, Callable[[Line, Teller, str], Iterator[str]]] = {
    1: _flat,
    2: _units,
    3: _entered,
    4: _credit,
    5: _times,
    6: _credit_amount,
    7: _credit,
    8: _per,
    9: _package,
    10: _tiers,
    11: _records,
    12: _difference,
    13: _top_up,
    14: _service_credit,
    15: _settlement,
    16: _credit_so_far,
}
