"""At what claims and money of a foreign currency stand in base currency, and what leaves with a part of them.

What an entry moves leaves at the rate it came at; what both sides differ by is realised (docs/decisions/0022). Nothing
is read where the currency is the base currency of the company.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection

from billwright.kernel.sql import step
from billwright.org.queries import get_base_currencies
from billwright.receivables.models import OpenItem, UnallocatedCash, WalletLot
from billwright.receivables.policies import base_share

Stocked = OpenItem | UnallocatedCash | WalletLot
_KINDS: Final[dict[type[Stocked], str]] = {OpenItem: "item", UnallocatedCash: "cash", WalletLot: "lot"}


@dataclass(slots=True)
class _Stock:
    """A posting that is used up bit by bit, signed as posted; minor units of its currency and of base currency."""

    amount_minor: int
    base_minor: int
    used_minor: int

    def share(self, used_minor: int) -> int:
        return base_share(base_minor=self.base_minor, amount_minor=self.amount_minor, part_minor=used_minor)


class Carrying:
    """What locked items and pieces were posted at; `leave` uses it up in the order of the calls."""

    def __init__(self, rows: Iterable[Stocked]) -> None:
        stocked = set(rows)
        base = get_base_currencies({row.legal_entity_id for row in stocked})
        foreign = {row for row in stocked if row.currency != base[row.legal_entity_id]}
        self._stocks: dict[tuple[str, int], _Stock] = {}
        if foreign:
            asked = {
                f"{kind}_ids": sorted(row.pk for row in foreign if type(row) is model) for model, kind in _KINDS.items()
            }
            with connection.cursor() as cursor:
                found = step("billwright.receivables", "carry").rows(cursor, asked)
            self._stocks = {(kind, id_): _Stock(*facts) for kind, id_, *facts in found}

    def knows(self, row: Stocked) -> bool:
        """Whether the row stands at a rate of its own: its currency is not the base currency."""
        return (_KINDS[type(row)], row.pk) in self._stocks

    def leave(self, row: Stocked, amount_minor: int) -> int | None:
        """The base amount of a side that posts `amount_minor` against what the row stands at; none: at the day's rate.

        A debit takes money or credit away, a credit takes a claim away; the opposite sign brings it back.
        """
        stock = self._stocks.get((_KINDS[type(row)], row.pk))
        if stock is None:
            return None
        before = stock.share(stock.used_minor)
        stock.used_minor -= amount_minor
        return before - stock.share(stock.used_minor)
