"""Currencies that ISO 4217 has withdrawn and that old books still need.

The package of the present list forgets a currency when it is withdrawn. Here stand those that the euro replaced within
the years that a book may reach back; code, name and minor units are those of ISO 4217's list of historic denominations,
the last days follow from the dates of adoption in the annex to Council Regulation (EC) No 974/98, as amended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final


@dataclass(frozen=True, slots=True)
class HistoricCurrency:
    """A withdrawn currency: the last day on which a document may carry it, and what came after."""

    code: str
    name: str
    exponent: int
    valid_until: date
    successor: str


HISTORIC: Final[dict[str, HistoricCurrency]] = {
    one.code: one
    for one in (
        HistoricCurrency("SKK", "Slovak Koruna", 2, date(2008, 12, 31), "EUR"),
        HistoricCurrency("EEK", "Estonian Kroon", 2, date(2010, 12, 31), "EUR"),
        HistoricCurrency("LVL", "Latvian Lats", 2, date(2013, 12, 31), "EUR"),
        HistoricCurrency("LTL", "Lithuanian Litas", 2, date(2014, 12, 31), "EUR"),
        HistoricCurrency("HRK", "Croatian Kuna", 2, date(2022, 12, 31), "EUR"),
        HistoricCurrency("BGN", "Bulgarian Lev", 2, date(2025, 12, 31), "EUR"),
    )
}
