"""What the simulator knows: payments, refunds, chargebacks, fees and payouts, and which of them fail."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final


class FaultKind(StrEnum):
    """How a gateway fails."""

    DECLINE = "decline"
    """The bank says no, with one of the networks' codes."""
    LOST_ANSWER = "lost_answer"
    """The money is taken, and the connection ends before the answer."""
    DUPLICATE = "duplicate"
    """A webhook is sent twice."""
    OUT_OF_ORDER = "out_of_order"
    """A webhook is sent after those that came later."""
    LATE = "late"
    """A webhook is sent long after the others."""
    LOST_WEBHOOK = "lost_webhook"
    """A webhook is never sent."""
    REFUND = "refund"
    """Somebody refunds a part on the gateway's own page."""
    CHARGEBACK = "chargeback"
    """The cardholder's bank takes the money back; half of them are won."""
    PARTIAL_SETTLEMENT = "partial_settlement"
    """A payment is held back for the payout after the next."""


# Share of payments that each fault strikes, where nobody says otherwise.
SHARES: Final[Mapping[FaultKind, float]] = {
    FaultKind.DECLINE: 0.12,
    FaultKind.LOST_ANSWER: 0.03,
    FaultKind.DUPLICATE: 0.08,
    FaultKind.OUT_OF_ORDER: 0.10,
    FaultKind.LATE: 0.05,
    FaultKind.LOST_WEBHOOK: 0.01,
    FaultKind.REFUND: 0.04,
    FaultKind.CHARGEBACK: 0.03,
    FaultKind.PARTIAL_SETTLEMENT: 0.10,
}
# Networks and codes of declines, as docs/concepts/scheme-rule.md names them.
DECLINES: Final = (
    ("visa", "51", "Insufficient funds."),
    ("visa", "05", "Do not honor."),
    ("visa", "54", "Expired card."),
    ("visa", "14", "Invalid account number."),
    ("mastercard", "02", "Try again later."),
    ("mastercard", "03", "Do not try again."),
)
BANKS: Final = ("Acacia Bank", "Baobab Bank", "Cycad Bank")
FEE_PER_MILLE, CHARGEBACK_FEE_MINOR = 29, 1500


@dataclass(frozen=True, slots=True)
class Faults:
    """Which payment is struck by which fault: told by a seed and the payment's reference alone."""

    seed: int
    shares: Mapping[Any, float] = field(default_factory=lambda: SHARES)

    def strikes(self, kind: StrEnum, reference: str) -> bool:
        """Whether a fault strikes this payment."""
        return self.draw(kind, reference) < self.shares.get(kind, 0.0)

    def draw(self, kind: str, reference: str) -> float:
        """A number from 0 to 1 that depends on nothing else."""
        digest = hashlib.sha256(f"{self.seed}|{kind}|{reference}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64


@dataclass(slots=True)
class Movement:
    """Something that moves the balance at the gateway: a payment, a refund, a chargeback."""

    key: str
    kind: str
    amount_minor: int
    fee_minor: int
    payment_key: str
    object_key: str
    at: datetime
    payout_key: str = ""
    held_back: bool = False


@dataclass(frozen=True, slots=True)
class SimulatedToken:
    """What stands for a card that may be debited again; the card itself was never anywhere."""

    key: str
    customer_key: str
    brand: str
    last_digits: str
    expiry_year: int
    expiry_month: int


@dataclass(slots=True)
class SimulatedPayment:
    """A payment as the gateway sees it."""

    key: str
    reference: str
    amount_minor: int
    currency: str
    at: datetime
    succeeded: bool
    network: str = "visa"
    code: str = ""
    message: str = ""
    bank: str = ""
    refunded_minor: int = 0
    refund_keys: dict[str, str] = field(default_factory=dict)
    chargeback_key: str = ""
    is_won: bool | None = None
    token: SimulatedToken | None = None


@dataclass(slots=True)
class SimulatedPayout:
    """A sum sent to the bank."""

    key: str
    paid_on: date
    net_minor: int


class SimulatedLedger:
    """The simulator's own books of one gateway, in one currency. Every amount is in minor units."""

    def __init__(self, *, faults: Faults, prefix: str) -> None:
        self.faults, self._prefix, self._lock, self._count = faults, prefix, threading.RLock(), 0
        self.by_reference: dict[str, SimulatedPayment] = {}
        self.by_key: dict[str, SimulatedPayment] = {}
        self.movements: list[Movement] = []
        self.payouts: dict[str, SimulatedPayout] = {}
        self.tokens: dict[str, SimulatedToken] = {}

    def next_key(self, kind: str) -> str:
        """A key that has not been used."""
        with self._lock:
            self._count += 1
            return f"{kind}_sim{self._prefix}{self._count:08d}"

    def charge(
        self, *, reference: str, amount_minor: int, currency: str, at: datetime, declined: bool | None = None,
        keeps_token: bool = False,
    ) -> tuple[SimulatedPayment, bool]:  # fmt: skip
        """Take money, or decline; the flag says whether it is new. The same reference is the same payment."""
        with self._lock:
            known = self.by_reference.get(reference)
            if known is not None and (known.succeeded or declined is None):
                return known, False
            fails = self.faults.strikes(FaultKind.DECLINE, reference) if declined is None else declined
            network, code, message = DECLINES[int(self.faults.draw("code", reference) * len(DECLINES))]
            payment = SimulatedPayment(
                key=self.next_key("pi"),
                reference=reference,
                amount_minor=amount_minor,
                currency=currency,
                at=at,
                succeeded=not fails,
                network=network,
                code=code if fails else "",
                message=message if fails else "",
                bank=BANKS[int(self.faults.draw("bank", reference) * len(BANKS))],
            )
            self.by_reference[reference] = self.by_key[payment.key] = payment
            if payment.succeeded:
                fee = amount_minor * FEE_PER_MILLE // 1000
                self._move("PAYMENT", amount_minor, fee, payment, payment.key, at)
                payment.token = self._token(payment) if keeps_token else None
            return payment, True

    def _token(self, payment: SimulatedPayment) -> SimulatedToken:
        """A token of the card that a payment was made with, as the payer wished on the page."""
        digits = f"{int(self.faults.draw('card', payment.reference) * 10_000):04d}"
        token = SimulatedToken(
            self.next_key("pm"), self.next_key("cus"), payment.network, digits, payment.at.year + 3, 6
        )
        self.tokens[token.key] = token
        return token

    def refund(self, payment: SimulatedPayment, *, reference: str, amount_minor: int, at: datetime) -> tuple[str, bool]:
        """Send money back; an empty key says that there is not so much left. The same reference is the same refund."""
        with self._lock:
            if reference in payment.refund_keys:
                return payment.refund_keys[reference], False
            left = payment.amount_minor - payment.refunded_minor
            if payment.chargeback_key or not 0 < amount_minor <= left:
                return "", False
            key = self.next_key("re")
            payment.refund_keys[reference] = key
            payment.refunded_minor += amount_minor
            self._move("REFUND", -amount_minor, 0, payment, key, at)
            return key, True

    def charge_back(self, payment: SimulatedPayment, *, at: datetime) -> int:
        """The cardholder's bank takes what is left; returns how much."""
        with self._lock:
            amount = payment.amount_minor - payment.refunded_minor
            payment.chargeback_key = self.next_key("dp")
            self._move("CHARGEBACK", -amount, CHARGEBACK_FEE_MINOR, payment, payment.chargeback_key, at)
            return amount

    def decide(self, payment: SimulatedPayment, *, is_won: bool, at: datetime) -> int:
        """The network decides; what is won comes back. Returns the amount of the chargeback."""
        with self._lock:
            payment.is_won = is_won
            amount = payment.amount_minor - payment.refunded_minor
            if is_won:
                self._move("CHARGEBACK_WON", amount, 0, payment, payment.chargeback_key, at)
            return amount

    def _move(self, kind: str, amount: int, fee: int, payment: SimulatedPayment, object_key: str, at: datetime) -> None:
        held = kind == "PAYMENT" and self.faults.strikes(FaultKind.PARTIAL_SETTLEMENT, payment.reference)
        self.movements.append(
            Movement(self.next_key("txn"), kind, amount, fee, payment.key, object_key, at, held_back=held)
        )

    def pay_out(self, *, on: date) -> SimulatedPayout | None:
        """Send to the bank what is free; what is held back is free the next time."""
        with self._lock:
            free = [one for one in self.movements if not one.payout_key and not one.held_back]
            for one in self.movements:
                one.held_back = False
            net = sum(one.amount_minor - one.fee_minor for one in free)
            if not free or net <= 0:
                return None
            payout = SimulatedPayout(self.next_key("po"), on, net)
            for one in free:
                one.payout_key = payout.key
            self.payouts[payout.key] = payout
            return payout

    def lines_of(self, payout_key: str) -> Iterator[Movement]:
        """The movements that a payout is made of."""
        return (one for one in self.movements if one.payout_key == payout_key)

    def sums(self) -> dict[str, int]:
        """What the books must equal: money by kind, fees, what was paid out, and what is still at the gateway."""
        with self._lock:
            kinds = ("PAYMENT", "REFUND", "CHARGEBACK", "CHARGEBACK_WON")
            found = {kind: sum(one.amount_minor for one in self.movements if one.kind == kind) for kind in kinds}
            # The gateway takes its fees when it pays out.
            fees = sum(one.fee_minor for one in self.movements if one.payout_key)
            paid_out = sum(payout.net_minor for payout in self.payouts.values())
            at_gateway = sum(one.amount_minor for one in self.movements) - fees - paid_out
            return {**found, "FEES": fees, "PAID_OUT": paid_out, "AT_GATEWAY": at_gateway}
