"""What goes into and comes out of remittance advice, as frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from billwright.kernel.money import Money


class LineStanding(StrEnum):
    """How a line of an advice stands against the books. What does not agree is shown with its kind."""

    AGREES = "AGREES"
    """The document is open, or was paid by this receipt, with exactly this amount."""
    UNKNOWN = "UNKNOWN"
    """There is no such document."""
    PAID_BEFORE = "PAID_BEFORE"
    """Nothing of it is open, and this receipt did not pay it."""
    DEDUCTED = "DEDUCTED"
    """The payer kept something back and says so."""
    SHORT = "SHORT"
    """Less than is open, without a word why."""
    TOO_MUCH = "TOO_MUCH"
    """More than is open."""
    SET_OFF = "SET_OFF"
    """The payer takes a credit of his off: below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceLineIn:
    """A line to be written, in minor units, with the open item that its document was found to be."""

    document: str
    amount_minor: int
    deduction_minor: int
    reason: str
    open_item_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceIn:
    """An advice to be written; its total is that of its lines."""

    legal_entity_id: int
    stored_file_id: int
    sha256: str
    name: str
    format: str
    reference: str
    payer: str
    currency: str
    paid_on: date | None
    faults: str
    lines: tuple[AdviceLineIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceLineRow:
    """A line as it stands: `open` is what is left of the document, `paid` what this receipt paid of it."""

    place: int
    document: str
    amount: Money
    deduction: Money
    reason: str
    standing: LineStanding
    open_item_id: int | None
    invoice_id: int | None
    number: str
    open: Money | None
    paid: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRow:
    """An advice with its lines. `repeated`: the same file was there before and nothing was written."""

    advice_id: int
    legal_entity_id: int
    stored_file_id: int
    name: str
    sha256: str
    format: str
    reference: str
    payer: str
    total: Money
    paid_on: date | None
    faults: str
    payment_id: int | None
    payment_number: str
    taken_by: str
    taken_at: datetime
    differing_count: int
    lines: tuple[AdviceLineRow, ...]
    repeated: bool = False
