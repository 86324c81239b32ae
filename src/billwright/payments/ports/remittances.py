"""What readers of remittance advice must be able to do: what a payer says his money is for, in whatever form.

An advice is small: it is read as a whole, unlike bank files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from billwright.kernel.errors import Refusal


class AdviceLine(NamedTuple):
    """One document that is paid: `amount` in major units is what the payer sent for it, below zero what he set off.

    `deduction` is what he kept back of it, and `reason` why, in his own words or code.
    """

    document: str
    amount: Decimal
    deduction: Decimal = Decimal(0)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRead:
    """An advice as it was read. None and empty texts: it does not say.

    `faults` are sentences that say why it does not add up.
    """

    format: str
    lines: tuple[AdviceLine, ...]
    reference: str = ""
    payer: str = ""
    currency: str | None = None
    paid_on: date | None = None
    stated_total: Decimal | None = None
    faults: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        """What its lines come to."""
        return sum((line.amount for line in self.lines), Decimal(0))


class UnreadableAdvice(Refusal):
    """An advice, or a place in it, that cannot be understood. `where` is the line, segment or sheet."""

    def __init__(self, message: str, *, where: str, cure: str | None = None) -> None:
        super().__init__("remittance.unreadable", message, field=where, cure=cure)
        self.where = where


class AdviceReader(Protocol):
    """Reads the advice of one format, or of a family of them."""

    def read(self, content: bytes, *, name: str) -> AdviceRead | None:
        """None where the content is of another format. Raises UnreadableAdvice naming the place."""


class _Wiring:
    readers: tuple[AdviceReader, ...] = ()


def wire_advice(readers: Sequence[AdviceReader]) -> None:
    """Install the readers at start, the most particular first."""
    _Wiring.readers = tuple(readers)


def advice_readers() -> tuple[AdviceReader, ...]:
    """The readers of this installation."""
    return _Wiring.readers
