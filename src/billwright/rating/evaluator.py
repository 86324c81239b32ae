"""The second opinion: recomputes documents from their stored derivation alone, and says where they differ.

Plain fractions, written from the definitions of `rating.formulas`: it reads no table, calls none of the bill run's SQL
and none of the policies that priced anything. Given a document as JSON (`invoicing.queries.derivations`) it finds the
same cent for every line, or names the column that was altered. Amounts are minor units.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from billwright.rating import seals
from billwright.rating.evaluating.lines import billed_units, is_exact, line_amount, line_discount
from billwright.rating.evaluating.taxes import line_taxes, tax_sums

Derivation = Mapping[str, Any]
FLAT, PACKAGE = 1, 9
# What a derivation raises from which somebody took something away.
UNREADABLE = (ArithmeticError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One stored figure that does not follow from the others. Line 0 is the document itself."""

    document_id: int
    number: str
    line_no: int
    column: str
    stored: str
    computed: str


def evaluate(derivation: Derivation) -> list[Mismatch]:
    """Everything about a document that does not follow from its stored derivation; empty when all of it does."""
    document = derivation["document"]
    return [
        Mismatch(document["id"], document["number"], line_no, column, str(stored), str(computed))
        for line_no, column, stored, computed in _compared(derivation)
        if stored != computed
    ]


def _compared(derivation: Derivation) -> Iterator[tuple[int, str, object, object]]:
    yield from _seal(derivation)
    taxes = _taxes(derivation)
    for line in derivation["lines"]:
        number = line["line_no"]
        yield from _read(_amounts, line)
        yield number, "net_minor", line["net_minor"], line["amount_minor"] - line["discount_minor"]
        yield number, "tax_minor", line["tax_minor"], taxes.get(number)
        yield from _read(_service, line)
    yield from _document(derivation)
    yield from _entry(derivation)


def _amounts(line: Mapping[str, Any]) -> Iterator[tuple[int, str, object, object]]:
    """What was priced: with tax where prices include it, exact where only the document is rounded."""
    number = line["line_no"]
    if line["exact_amount"] is not None:
        yield number, "exact_amount", _found(is_exact, line), True
        return
    amount, discount = "amount_minor", "discount_minor"
    if line["gross_minor"] is not None:
        amount, discount = "gross_minor", "gross_discount_minor"
        priced = line["gross_minor"] - line["gross_discount_minor"]
        yield number, "net_minor", line["net_minor"], priced - line["tax_minor"]
    yield number, amount, line[amount], _found(line_amount, line)
    yield number, discount, line[discount], _found(line_discount, line)


def _read(
    rule: Callable[[Mapping[str, Any]], Iterator[tuple[int, str, object, object]]], line: Mapping[str, Any]
) -> list[tuple[int, str, object, object]]:
    try:
        return list(rule(line))
    except UNREADABLE as error:
        return [(line["line_no"], "columns", "", f"cannot be read: {type(error).__name__}")]


def _found(rule: Callable[[Mapping[str, Any]], object], line: Mapping[str, Any]) -> object:
    """A line without what its formula needs is a finding, not a crash: somebody took it away."""
    try:
        return rule(line)
    except UNREADABLE as error:
        return f"cannot be computed: {type(error).__name__}"


def _taxes(derivation: Derivation) -> dict[int, int]:
    try:
        return line_taxes(derivation)
    except UNREADABLE:
        return {}


def _seal(derivation: Derivation) -> Iterator[tuple[int, str, object, object]]:
    kept = derivation["seal"]
    yield 0, "seal", kept["digest"] if kept else "", seals.digest_of(derivation)


def _service(line: Mapping[str, Any]) -> Iterator[tuple[int, str, object, object]]:
    """What the columns of a line say of one another."""
    number, price = line["line_no"], line["price"]
    ends_after_start = date.fromisoformat(line["service_to"]) > date.fromisoformat(line["service_from"])
    yield number, "service_to", ends_after_start, True
    if line["price_id"] is not None:
        yield number, "price_id", price is not None, True
    if price is None or price["tiers"] or line["formula"] not in (1, 2, 8, 9):
        return
    yield number, "unit_price", Fraction(line["unit_price"]), Fraction(price["unit_price"])
    if line["formula"] != FLAT and price["step"] is None and not price["by_property"]:
        yield number, "billed_quantity", billed_units(line), _units_charged(line, price)


def _units_charged(line: Mapping[str, Any], price: Mapping[str, Any]) -> Fraction:
    """What exceeds the units included; of packages, every started one."""
    rest = max(Fraction(line["quantity"]) - Fraction(price["included"]), Fraction(0))
    if line["formula"] != PACKAGE:
        return rest
    size = Fraction(price["package_size"])
    return math.ceil(rest / size) * size


def _document(derivation: Derivation) -> Iterator[tuple[int, str, object, object]]:
    """The document is the sum of its lines and of its taxes, each tax the rate on the sum of its lines."""
    document, lines, taxes = derivation["document"], derivation["lines"], derivation["taxes"]
    yield 0, "net_minor", document["net_minor"], sum(line["net_minor"] for line in lines)
    yield 0, "tax_minor", document["tax_minor"], sum(tax["tax_minor"] for tax in taxes if not tax["withheld"])
    yield 0, "tax of lines", sum(line["tax_minor"] for line in lines), document["tax_minor"]
    owed = document["net_minor"] + document["tax_minor"] - document["withheld_minor"]
    yield 0, "total_minor", document["total_minor"], owed
    try:
        yield from ((0, name, stored, computed) for name, stored, computed in list(tax_sums(derivation)))
    except UNREADABLE as error:
        yield 0, "taxes", "", f"cannot be read: {type(error).__name__}"


def _entry(derivation: Derivation) -> Iterator[tuple[int, str, object, object]]:
    """The journal entry says the same as the document: net by revenue account, tax by code, the rest receivable."""
    document, entry = derivation["document"], derivation["entry"]
    yield 0, "entry_id", entry is not None, True
    if entry is None or document["origin"] == "IMPORT":
        return
    yield 0, "document_date", document["document_date"], entry["document_date"]
    yield 0, "accounting_date", document["accounting_date"], entry["accounting_date"]
    postings = entry["postings"]
    revenue = {line["revenue_account_id"] for line in derivation["lines"]}
    for account in sorted(revenue):
        posted = -sum(p["amount_minor"] for p in postings if p["ledger_account_id"] == account)
        net = sum(line["net_minor"] for line in derivation["lines"] if line["revenue_account_id"] == account)
        yield 0, f"posting to ledger account {account}", posted, net
    for code in sorted({tax["tax_code"] for tax in derivation["taxes"]}):
        posted = -sum(p["amount_minor"] for p in postings if p["tax_code"] == code)
        of_code = [tax for tax in derivation["taxes"] if tax["tax_code"] == code]
        # What the customer withholds is an asset and stands against the tax that is owed.
        owed = sum(tax["tax_minor"] * (-1 if tax["withheld"] else 1) for tax in of_code)
        yield 0, f"posting of {code}", posted, owed
    yield 0, "postings", sum(p["amount_minor"] for p in postings), 0
