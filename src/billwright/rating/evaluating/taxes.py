"""Taxes of a document from its stored rates: once a rate on the sum of its lines, shared among them without a loss.

Which conventions held when it was issued (tax by rate or by line, a discount before or after tax) is not stored on a
document: one of them must fit all of it. Lines priced with tax keep their gross amount, and tax is taken out of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from billwright.rating.evaluating.rounding import half_away

Derivation = Mapping[str, Any]
Line = Mapping[str, Any]
Tax = Mapping[str, Any]


def line_taxes(derivation: Derivation) -> dict[int, int]:
    """Each line's share of its document's tax, by line number.

    A share is the tax up to the line less the tax before it; where lines of several rates or without rounding of their
    own were ordered otherwise, each share must lie within a minor unit of its exact tax, and all add up exactly. A
    document of another system keeps what it said.
    """
    lines = sorted(derivation["lines"], key=lambda line: int(line["line_no"]))
    stored = {int(line["line_no"]): int(line["tax_minor"]) for line in lines}
    if derivation["document"]["origin"] == "IMPORT":
        return stored
    in_order = _in_order(derivation, lines)
    if in_order == stored:
        return stored
    near = all(abs(stored[line["line_no"]] - _exact(derivation, line)) <= _width(derivation, line) for line in lines)
    added = {tax["tax_code"] for tax in derivation["taxes"]}
    whole = all(
        sum(stored[line["line_no"]] for line in lines if line["tax_code"] == code)
        == sum(tax["tax_minor"] for tax in _charged(derivation, code))
        for code in added
    )
    untaxed = all(not stored[line["line_no"]] for line in lines if line["tax_code"] not in added)
    return stored if near and whole and untaxed else in_order


def tax_sums(derivation: Derivation) -> Iterator[tuple[str, int, int]]:
    """Name, stored and computed figure: the net of each component, and the tax of each rate over all its codes."""
    if derivation["document"]["origin"] == "IMPORT":
        return
    taxes = derivation["taxes"]
    for tax in taxes:
        nets = {_net(derivation, tax["tax_code"], after_tax=after) for after in (False, True)}
        computed = tax["net_minor"] if tax["net_minor"] in nets else min(nets)
        yield f"net of {tax['tax_code']} {tax['component']}", tax["net_minor"], computed
    for key in sorted({(str(tax["component"]), str(tax["percent"])) for tax in taxes}):
        of_rate = [tax for tax in taxes if (str(tax["component"]), str(tax["percent"])) == key]
        stored = sum(tax["tax_minor"] for tax in of_rate)
        fitting = _of_rate(derivation, of_rate)
        yield f"tax of {key[0]} {key[1]} %", stored, stored if stored in fitting else fitting[0]


def _charged(derivation: Derivation, code: str) -> list[Tax]:
    return [tax for tax in derivation["taxes"] if tax["tax_code"] == code and not tax["withheld"]]


def _net(derivation: Derivation, code: str, *, after_tax: bool) -> int:
    """The lines of a code without tax; a discount after tax leaves what tax is reckoned on."""
    lines = [line for line in derivation["lines"] if line["tax_code"] == code]
    return sum(line["net_minor"] + (line["discount_minor"] if after_tax else 0) for line in lines)


def _percent(derivation: Derivation, code: str) -> Fraction:
    percents = [Fraction(str(tax["percent"])) for tax in _charged(derivation, code)]
    return sum(percents, Fraction(0))


def _base(derivation: Derivation, line: Line, *, after_tax: bool) -> Fraction:
    """What the taxes of a line are reckoned on, without tax and not rounded."""
    if line["gross_minor"] is None:
        net: Fraction
        if line["exact_amount"] is not None:
            net = Fraction(line["exact_amount"]) * 10 ** int(line["minor_units"])
        else:
            net = Fraction(line["net_minor"])
        return net + Fraction(line["discount_minor"]) if after_tax else net
    off = Fraction(0) if after_tax else Fraction(line["gross_discount_minor"])
    gross: Fraction = Fraction(line["gross_minor"]) - off
    return gross * 100 / (100 + _percent(derivation, line["tax_code"]))


def _exact(derivation: Derivation, line: Line) -> Fraction:
    return _base(derivation, line, after_tax=False) * _percent(derivation, line["tax_code"]) / 100


def _width(derivation: Derivation, line: Line) -> Fraction:
    """How far a share may lie from its exact tax: a minor unit a component, and the tax of a discount after tax."""
    count = len(_charged(derivation, line["tax_code"]))
    discount = Fraction(line["discount_minor"]) * _percent(derivation, line["tax_code"]) / 100
    return count + abs(discount)


def _in_order(derivation: Derivation, lines: list[Line]) -> dict[int, int]:
    found: dict[int, int] = {}
    for after_tax in (False, True):
        for by_line in (False, True):
            found = _shares(derivation, lines, after_tax=after_tax, by_line=by_line)
            if all(found[line["line_no"]] == line["tax_minor"] for line in lines):
                return found
    return _shares(derivation, lines, after_tax=False, by_line=False)


def _shares(derivation: Derivation, lines: list[Line], *, after_tax: bool, by_line: bool) -> dict[int, int]:
    up_to: dict[str, Fraction] = {}
    found: dict[int, int] = {}
    for line in lines:
        code = line["tax_code"]
        base = _base(derivation, line, after_tax=after_tax)
        before = Fraction(0) if by_line else up_to.get(code, Fraction(0))
        up_to[code] = before + base
        found[line["line_no"]] = sum(
            half_away((before + base) * Fraction(str(tax["percent"])) / 100)
            - half_away(before * Fraction(str(tax["percent"])) / 100)
            for tax in _charged(derivation, code)
        )
    if derivation["corrected"] is not None and derivation["document"]["origin"] == "MANUAL":
        _fit(derivation, lines, found)
    return found


def _fit(derivation: Derivation, lines: list[Line], found: dict[int, int]) -> None:
    """On a credit note by hand the last line of a code takes what its document's tax differs by from that by rate."""
    for code in {tax["tax_code"] for tax in derivation["taxes"]}:
        of_code = [line["line_no"] for line in lines if line["tax_code"] == code]
        whole = sum(tax["tax_minor"] for tax in _charged(derivation, code))
        found[of_code[-1]] += whole - sum(found[line_no] for line_no in of_code)


def _of_rate(derivation: Derivation, taxes: list[Tax]) -> list[int]:
    """What the tax of one rate may come to: once on the sum of its lines, or line by line; the first is the default.

    A credit note by hand never takes more tax than is left, and the one that takes the rest takes all of it.
    """
    rate = Fraction(str(taxes[0]["percent"])) / 100
    codes = {tax["tax_code"] for tax in taxes}
    lines = [line for line in derivation["lines"] if line["tax_code"] in codes]
    found = []
    for after_tax in (False, True):
        bases = [_base(derivation, line, after_tax=after_tax) for line in lines]
        exact = sum(bases, Fraction(0)) * rate
        found += [half_away(exact), round(exact)]
        found.append(sum(half_away(base * rate) for base in bases))
    document = derivation["document"]
    if derivation["corrected"] is None or document["origin"] != "MANUAL" or document["kind"] != "CREDIT_NOTE":
        return found
    return [sum(_last_share(derivation, tax, by_rate=_by_rate(derivation, tax)) for tax in taxes)]


def _by_rate(derivation: Derivation, tax: Tax) -> int:
    lines = [line for line in derivation["lines"] if line["tax_code"] == tax["tax_code"]]
    base = sum((_base(derivation, line, after_tax=False) for line in lines), Fraction(0))
    return half_away(base * Fraction(str(tax["percent"])) / 100)


def _last_share(derivation: Derivation, tax: Tax, *, by_rate: int) -> int:
    corrected = derivation["corrected"]

    def taken(rows: str, column: str) -> int:
        key = (tax["tax_code"], tax["component"])
        return sum(row[column] for row in corrected[rows] if (row["tax_code"], row["component"]) == key)

    net_left = taken("taxes", "net_minor") + taken("earlier", "net_minor")
    tax_left = taken("taxes", "tax_minor") + taken("earlier", "tax_minor")
    if -_net(derivation, tax["tax_code"], after_tax=False) == net_left:
        return -tax_left
    low, high = sorted((0, tax_left))
    return -max(low, min(high, -by_rate))
