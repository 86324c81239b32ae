"""What becomes of debits at a simulated bank, and the files by which it tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from billwright.connectors.payment_simulator.bank_debits import DebitAsked


class BankFaultKind(StrEnum):
    """What goes wrong with a debit, or with the answers."""

    REFUSED = "REFUSED"
    """Before any money moves."""
    RETURNED = "RETURNED"
    """Days after the money was there."""
    DISPUTED = "DISPUTED"
    """Weeks after, where the scheme lets a payer do so."""
    CHANGED = "CHANGED"
    """Paid, and the payer's bank tells of other details (American clearing house)."""
    REPEATED = "REPEATED"
    """The same file of answers comes a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one debit. `code` none: it was paid and stays paid."""

    debit: DebitAsked
    fault: BankFaultKind | None
    code: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFile:
    """A file of answers, in the order in which it comes; `day` is when the bank writes it."""

    name: str
    day: date
    content: bytes
