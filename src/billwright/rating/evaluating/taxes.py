"""Taxes of a document from its stored rates: once on the sum of the lines, shared among them without a loss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from billwright.rating.evaluating.rounding import half_away

Derivation = Mapping[str, Any]


def _on(net_minor: int, percent: object) -> int:
    return half_away(net_minor * Fraction(str(percent)) / 100)


def _is_by_line(derivation: Derivation) -> bool:
    """Whether the document's tax is the sum of each line's rounded tax: one of the two conventions must fit all of it.

    Which of them held is not stored: where both give the same, it does not matter.
    """
    if derivation["document"]["origin"] != "RUN":
        return False

    def nets(tax: Mapping[str, Any]) -> list[int]:
        return [line["net_minor"] for line in derivation["lines"] if line["tax_code"] == tax["tax_code"]]

    taxes = derivation["taxes"]
    by_group = all(tax["tax_minor"] == _on(sum(nets(tax)), tax["percent"]) for tax in taxes)
    by_line = all(tax["tax_minor"] == sum(_on(net, tax["percent"]) for net in nets(tax)) for tax in taxes)
    return by_line and not by_group


def _rates(derivation: Derivation, code: str) -> list[Any]:
    return [tax["percent"] for tax in derivation["taxes"] if tax["tax_code"] == code]


def line_taxes(derivation: Derivation) -> dict[int, int]:
    """Each line's share of its document's tax, by line number: the tax up to it less the tax before it.

    A document of another system keeps what it said. On a credit note by hand the last line of a code takes what its
    document's tax differs by from the tax by rate.
    """
    lines = sorted(derivation["lines"], key=lambda line: line["line_no"])
    if derivation["document"]["origin"] == "IMPORT":
        return {line["line_no"]: line["tax_minor"] for line in lines}
    found: dict[int, int] = {}
    up_to: dict[str, int] = {}
    for line in lines:
        code, net = line["tax_code"], line["net_minor"]
        before = 0 if _is_by_line(derivation) else up_to.get(code, 0)
        found[line["line_no"]] = sum(
            _on(before + net, percent) - _on(before, percent) for percent in _rates(derivation, code)
        )
        up_to[code] = up_to.get(code, 0) + net
    if derivation["corrected"] is not None and derivation["document"]["origin"] == "MANUAL":
        _fit(derivation, lines, found)
    return found


def _fit(derivation: Derivation, lines: list[Any], found: dict[int, int]) -> None:
    for code in {tax["tax_code"] for tax in derivation["taxes"]}:
        of_code = [line["line_no"] for line in lines if line["tax_code"] == code]
        whole = sum(computed for _, name, computed in _sums(derivation) if name == code)
        found[of_code[-1]] += whole - sum(found[line_no] for line_no in of_code)


def tax_sums(derivation: Derivation) -> Iterator[tuple[str, int, int]]:
    """Name, stored and computed net and tax of each code and component."""
    if derivation["document"]["origin"] == "IMPORT":
        return
    for tax, _, computed in _sums(derivation):
        name = f"{tax['tax_code']} {tax['component']}"
        net = sum(line["net_minor"] for line in derivation["lines"] if line["tax_code"] == tax["tax_code"])
        yield f"net of {name}", tax["net_minor"], net
        yield f"tax of {name}", tax["tax_minor"], computed


def _sums(derivation: Derivation) -> Iterator[tuple[Any, str, int]]:
    for tax in derivation["taxes"]:
        nets = [line["net_minor"] for line in derivation["lines"] if line["tax_code"] == tax["tax_code"]]
        if _is_by_line(derivation):
            computed = sum(_on(net, tax["percent"]) for net in nets)
        else:
            computed = _on(sum(nets), tax["percent"])
        yield tax, tax["tax_code"], _last_share(derivation, tax, sum(nets), computed)


def _last_share(derivation: Derivation, tax: Mapping[str, Any], net: int, by_rate: int) -> int:
    """A credit note by hand never takes more tax than is left, and the one that takes the rest takes all of it."""
    corrected = derivation["corrected"]
    document = derivation["document"]
    if corrected is None or document["origin"] != "MANUAL" or document["kind"] != "CREDIT_NOTE":
        return by_rate

    def taken(rows: str, column: str) -> int:
        key = (tax["tax_code"], tax["component"])
        return sum(row[column] for row in corrected[rows] if (row["tax_code"], row["component"]) == key)

    net_left = taken("taxes", "net_minor") + taken("earlier", "net_minor")
    tax_left = taken("taxes", "tax_minor") + taken("earlier", "tax_minor")
    if -net == net_left:
        return -tax_left
    low, high = sorted((0, tax_left))
    return -max(low, min(high, -by_rate))
