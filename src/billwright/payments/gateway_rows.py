"""What goes into and comes out of gateways, as frozen rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from billwright.kernel.money import Money

# Stands before whatever moves no real money.
SIMULATOR: Final = "SIMULATOR"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayIn:
    """The set-up of a gateway. Secrets go in and never come out."""

    legal_entity_id: int
    name: str
    kind: str
    currency: str
    base_url: str = ""
    is_simulator: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    bank_account_id: int | None = None
    settlement_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRow:
    """A configured gateway. `secret_names` says which secrets are there; `webhook_path` is where it reports to."""

    id: int
    legal_entity_id: int
    name: str
    kind: str
    is_simulator: bool
    base_url: str
    currency: str
    settings: dict[str, str]
    secret_names: tuple[str, ...]
    webhook_path: str
    bank_account_id: int | None
    settlement_days: int
    state: str
    created_by: str
    created_at: datetime

    @property
    def source(self) -> str:
        """What its receipts name as their source."""
        return f"gateway:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAsked:
    """What a payment is for: an open item or a document, and how much of it (none: as far as the money reaches)."""

    open_item_id: int | None = None
    invoice_id: int | None = None
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPaymentRow:
    """Money that a gateway was asked for, and what is known of it."""

    id: int
    gateway_id: int
    reference: str
    kind: str
    account_id: int
    amount: Money
    stated: tuple[PartAsked, ...]
    description: str
    state: str
    gateway_key: str
    page_key: str
    code: str
    network: str
    method: str
    bank: str
    message: str
    payment_id: int | None
    started_by: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEventRow:
    """A webhook as it came, and what became of it."""

    id: int
    gateway_id: int
    event_key: str
    kind: str
    happened_at: datetime | None
    payment_key: str
    reference: str
    object_key: str
    amount: Money | None
    asked: Money | None
    code: str
    network: str
    method: str
    bank: str
    message: str
    deadline: date | None
    source_address: str
    is_verified: bool
    state: str
    reason_code: str
    reason: str
    delivery_count: int
    payment_id: int | None
    received_at: datetime
    worked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRow:
    """A payout: gross + refunds + chargebacks + other - fees = what its lines say; `net` is what the gateway says."""

    id: int
    gateway_id: int
    payout_key: str
    gross: Money
    refunds: Money
    chargebacks: Money
    fees: Money
    other: Money
    net: Money
    deposit: Money | None
    remainder: Money
    paid_on: date
    bank_reference: str
    bank_entry_id: int | None
    state: str
    owner: str
    reason: str
    reported_at: datetime
    resolved_by: str
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutLineRow:
    """One line of a payout. `unexplained` and `reason`: what of it is not known here, and why."""

    id: int
    payout_id: int
    line_key: str
    kind: str
    amount: Money
    fee: Money
    payment_key: str
    object_key: str
    happened_on: date
    text: str
    payment_id: int | None
    unexplained: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargebackRow:
    """A chargeback and where it stands."""

    id: int
    gateway_id: int
    chargeback_key: str
    payment_id: int
    account_id: int | None
    amount: Money
    reason_code: str
    reason: str
    opened_on: date
    deadline: date | None
    state: str
    evidence_file_id: int | None
    regained_by_id: int | None
    decided_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRow:
    """What the watch over gateways found, with its figures."""

    id: int
    gateway_id: int
    kind: str
    subject: str
    figures: str
    state: str
    raised_at: datetime
    looked_at: datetime
    seen_by: str
    seen_at: datetime | None
    ended_at: datetime | None
