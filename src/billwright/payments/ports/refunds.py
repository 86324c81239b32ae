"""How money goes back: by the gateway that took it, or by a file of credit transfers that the bank carries out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from billwright.kernel.money import Money


class SourceAnswer(StrEnum):
    """What whoever took the money said when asked to send it back."""

    ACCEPTED = "ACCEPTED"
    PENDING = "PENDING"
    """Asked; the answer comes later."""
    DECLINED = "DECLINED"
    UNKNOWN = "UNKNOWN"
    """No answer in time: it is asked again under the same reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOutcome:
    """The answer, with the other side's reference and words."""

    answer: SourceAnswer
    reference: str = ""
    message: str = ""


class RefundsToSource(Protocol):
    """Sends money back to the card or wallet it came from."""

    def took(self, payment_id: int) -> bool:
        """Whether a receipt came by a gateway that can send it back."""

    def send_back(self, *, payment_id: int, amount: Money, reference: str, reason: str) -> SourceOutcome:
        """Ask for it. The same `reference` is the same refund, however often it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTransfer:
    """One payment out: to whom, how much, and the reference that comes back with it."""

    end_to_end: str
    amount: Money
    holder: str
    account_number: str
    bank_code: str
    remittance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferFile:
    """A file that the bank takes."""

    name: str
    media_type: str
    content: bytes


class CreditTransferFiles(Protocol):
    """Writes files of credit transfers."""

    def write(
        self, *, bank_account_id: int, message_id: str, execute_on: date, at: datetime,
        transfers: Sequence[CreditTransfer],
    ) -> TransferFile:  # fmt: skip
        """One file, to be paid from one of our bank accounts. Raises Refusal naming the transfer's row."""


class _Wiring:
    to_source: RefundsToSource | None = None
    files: CreditTransferFiles | None = None


def wire_refunds(*, to_source: RefundsToSource | None, files: CreditTransferFiles | None) -> None:
    """Install at start what can carry money back; none: only by hand."""
    _Wiring.to_source = to_source
    _Wiring.files = files


def refunds_to_source() -> RefundsToSource | None:
    """What sends money back by gateways, if this installation has any."""
    return _Wiring.to_source


def credit_transfer_files() -> CreditTransferFiles | None:
    """What writes files of credit transfers, if this installation has it."""
    return _Wiring.files
