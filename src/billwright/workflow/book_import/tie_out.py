"""Their totals, ours, and the difference, which must be nothing before an import counts as finished."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money, exponent
from billwright.workflow.book_import.kinds import Judged, Ours

COUNT = "count"


@dataclass(frozen=True, slots=True)
class TieOutLine:
    """One measure in one currency: as the file has it, as the books have it."""

    currency: str
    measure: str
    theirs: str
    ours: str
    difference: str

    @property
    def is_equal(self) -> bool:
        return Decimal(self.difference) == 0


@dataclass(slots=True)
class Theirs:
    """The file's side, summed up row by row; refused rows count with what could be read of them."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sums: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def add(self, judged: Iterable[Judged]) -> None:
        """Count rows that may come in."""
        for row in judged:
            self.counts[row.reading.currency] += 1
            for measure, money in row.measures.items():
                self.sums[money.currency, measure] += money.decimal

    def add_refused(self, *, currency: str, measure: str, amount: Decimal | None) -> None:
        """Count a row that may not, with its amount as far as it is readable."""
        self.counts[currency] += 1
        if measure and amount is not None:
            self.sums[currency, measure] += amount


def compare(theirs: Theirs, ours: Sequence[Ours], *, measures: Sequence[str]) -> list[TieOutLine]:
    """Set both sides beside each other, by currency: the count, then each measure."""
    by_currency = {row.currency: row for row in ours}
    lines: list[TieOutLine] = []
    for currency in sorted(theirs.counts.keys() | by_currency.keys()):
        row = by_currency.get(currency)
        count = row.count if row else 0
        counted = theirs.counts.get(currency, 0)
        lines.append(TieOutLine(currency, COUNT, str(counted), str(count), str(counted - count)))
        for measure in measures:
            summed = theirs.sums.get((currency, measure), Decimal(0))
            booked = row.measures[measure].decimal if row else Decimal(0)
            shown = [_shown(value, currency) for value in (summed, booked, summed - booked)]
            lines.append(TieOutLine(currency, measure, *shown))
    return lines


def _shown(amount: Decimal, currency: str) -> str:
    """With the currency's places; an amount of an unknown currency or with more places as it was read."""
    try:
        money = Money.of(amount, currency)
    except Refusal:
        return f"{amount:f}"
    return f"{money.decimal:.{exponent(currency)}f}"
