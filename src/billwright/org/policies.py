"""Pure decisions about series and rates."""

from __future__ import annotations

from dataclasses import dataclass

from billwright.kernel.errors import Refusal
from billwright.kernel.numbering import shown

# Rule 46 of India's CGST rules: at most 16 characters of letters, digits, "-" and "/".
NUMBER_LENGTH_MAX = {"IN": 16}


@dataclass(frozen=True, slots=True)
class TakenNumbers:
    """Consecutive numbers taken from a series: the first, and how they are printed."""

    series_id: int
    first: int
    count: int
    prefix: str
    width: int

    def shown(self, index: int = 0) -> str:
        assert 0 <= index < self.count
        return shown(prefix=self.prefix, number=self.first + index, width=self.width)


def check_series(*, country: str, prefix: str, width: int) -> None:
    """Raises Refusal when numbers of the series would break the law of the country."""
    longest = NUMBER_LENGTH_MAX.get(country)
    if longest is not None and len(prefix) + width > longest:
        raise Refusal(
            "series.number_too_long",
            f"Numbers of {len(prefix) + width} characters are longer than the {longest} that {country} allows.",
            field="prefix",
            cure="Shorten the prefix or the width.",
        )
