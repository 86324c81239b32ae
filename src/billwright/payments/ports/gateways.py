"""What a payment gateway must be able to do; connectors implement, the project wires (model rule 22).

A connector speaks to the outside and translates. It keeps nothing, posts nothing and knows no customer: what it reads
becomes events in one vocabulary, whatever the gateway calls them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from django.utils.translation import gettext as _

from billwright.kernel.errors import NotFound, Refusal
from billwright.kernel.money import Money, exponent
from billwright.kernel.texts import storable

# How far the time of a signature may lie from ours, either way: what Stripe's own library allows.
TIMESTAMP_TOLERANCE = timedelta(minutes=5)


class EventKind(StrEnum):
    """What a webhook tells, in our words."""

    PAYMENT_SUCCEEDED = "PAYMENT_SUCCEEDED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    REFUNDED = "REFUNDED"
    REFUND_FAILED = "REFUND_FAILED"
    CHARGEBACK_OPENED = "CHARGEBACK_OPENED"
    CHARGEBACK_WON = "CHARGEBACK_WON"
    CHARGEBACK_LOST = "CHARGEBACK_LOST"
    PAYOUT_PAID = "PAYOUT_PAID"
    OTHER = "OTHER"
    """Nothing that money hangs on."""


class ChargeState(StrEnum):
    """What became of money that we asked for."""

    SUCCEEDED = "SUCCEEDED"
    PENDING = "PENDING"
    """Asked; the answer comes by webhook."""
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    """No answer came in time: it may have happened. To be asked again under the same reference, never a new one."""


class LineKind(StrEnum):
    """What a line of a payout is."""

    PAYMENT = "PAYMENT"
    REFUND = "REFUND"
    CHARGEBACK = "CHARGEBACK"
    CHARGEBACK_WON = "CHARGEBACK_WON"
    FEE = "FEE"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayConfig:
    """A gateway as a company has set it up, with its secrets: handed to its connector and to nobody else."""

    name: str
    is_simulator: bool
    base_url: str
    currency: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedPaymentIn:
    """A payment that the customer makes on the gateway's own page. `reference` is ours and unique."""

    reference: str
    amount: Money
    description: str
    return_url: str
    cancel_url: str
    notify_url: str
    payer_name: str = ""
    payer_email: str = ""
    keep_token: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPage:
    """Where the browser goes: by GET to `url`, or by POST with `fields`; `gateway_key` is the page's, if known."""

    url: str
    method: str = "GET"
    fields: Mapping[str, str] = field(default_factory=dict)
    gateway_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenChargeIn:
    """A debit of a stored token without the customer. The same `reference` is the same debit, however often asked."""

    reference: str
    token: str = field(repr=False)
    amount: Money
    description: str
    customer_token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOut:
    """What the gateway said. `code` is the network's where there is one, `network` names it as the rules do."""

    state: ChargeState
    gateway_key: str = ""
    amount: Money | None = None
    code: str = ""
    message: str = ""
    network: str = ""
    method: str = ""
    bank: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrderIn:
    """Money to be sent back where it came from. The same `reference` is the same refund."""

    reference: str
    gateway_key: str
    amount: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOut:
    """What became of a refund."""

    state: ChargeState
    gateway_key: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A webhook as it came to the door. Header names are lower case."""

    headers: Mapping[str, str]
    body: bytes
    source_address: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayEvent:
    """One event in our words.

    `event_key` is the gateway's identity of the event, `payment_key` that of the payment it is about, `reference` ours
    where it names it, `object_key` that of the refund, chargeback or payout. `asked` is the amount as the gateway
    understood our wish; `amount` what moved, which may be less. `token`: the payer agreed on the page that it is kept;
    `customer_token`: the gateway wants it beside the token.
    """

    event_key: str
    kind: EventKind
    happened_at: datetime
    payment_key: str = ""
    reference: str = ""
    object_key: str = ""
    amount: Money | None = None
    asked: Money | None = None
    code: str = ""
    network: str = ""
    method: str = ""
    bank: str = ""
    message: str = ""
    deadline: date | None = None
    token: str = field(default="", repr=False)
    customer_token: str = field(default="", repr=False)
    token_label: str = ""
    token_expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFacts:
    """What a gateway lets be shown of a token, such as `visa •••• 4242`, and the last day of what it stands for."""

    label: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutLineIn:
    """One line of a payout; `amount` is signed as it moves the payout, before `fee` is kept."""

    kind: LineKind
    line_key: str
    amount: Money
    fee: Money
    payment_key: str = ""
    object_key: str = ""
    happened_on: date
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutIn:
    """Money that the gateway says it sent to our bank. `net` is what it says; the lines are what it is made of."""

    payout_key: str
    net: Money
    paid_on: date
    bank_reference: str = ""
    lines: tuple[PayoutLineIn, ...] = ()


class UnableToVerify(Refusal):
    """A webhook that is not to be believed: refused, kept with its reason, and nothing is posted."""

    http_status = 400


class Gateway(Protocol):
    """One kind of gateway. `settings` and `secrets` name what its set-up asks for, in the order of the form."""

    kind: str
    title: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str]
    currencies: tuple[str, ...]
    """Those that it can take; none: all."""
    confirms: bool
    """Whether it wants to be asked if it sent what came in its name, before that is worked."""

    def refuse_unfit(self, config: GatewayConfig) -> None:
        """Raise Refusal naming the setting that cannot be used."""

    def start_payment(self, config: GatewayConfig, wanted: HostedPaymentIn) -> StartedPage:
        """Begin a payment on the gateway's page. Raises Refusal when the gateway will not."""

    def charge_token(self, config: GatewayConfig, charge: TokenChargeIn) -> ChargeOut:
        """Debit a stored token. Never raises for what the gateway declines: that is an answer."""

    def describe_token(self, config: GatewayConfig, token: str) -> TokenFacts:
        """What may be shown of a token; nothing where the protocol has no such question. Off the request."""

    def refund(self, config: GatewayConfig, order: RefundOrderIn) -> RefundOut:
        """Send money back. Never raises for what the gateway declines: that is an answer."""

    def read_webhook(self, config: GatewayConfig, delivery: Delivery) -> GatewayEvent:
        """Verify and read. Raises UnableToVerify; asks nobody outside, so that it is fast."""

    def confirm_webhook(self, config: GatewayConfig, body: bytes) -> bool:
        """Ask the gateway whether it sent this, where its protocol has that question; else true. Off the request."""

    def read_payment(self, config: GatewayConfig, *, reference: str, gateway_key: str) -> GatewayEvent | None:
        """What the gateway knows of a payment now, as an event; None: nothing final yet, or nothing at all."""

    def list_payouts(self, config: GatewayConfig, *, since: date) -> Sequence[PayoutIn]:
        """Payouts since a day, without their lines."""

    def read_payout(self, config: GatewayConfig, payout_key: str) -> PayoutIn:
        """One payout with all its lines."""


def last_day_of(year: int, month: int) -> date:
    """The last day of a month: a card is good until then."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def unverified(code: str, message: str, *, field: str = "signature") -> UnableToVerify:
    """A webhook that cannot be believed, with the reason."""
    return UnableToVerify(f"webhook.{code}", message, field=field)


# What reading a body that is damaged or made up may raise; a kind of gateway says `unreadable` of it.
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError, Refusal)
YEARS: Final = range(1990, 3000)


def kept_event(event: GatewayEvent) -> GatewayEvent:
    """The event in texts, times and currencies that can be kept. Raises UnableToVerify `webhook.unreadable`."""
    texts = {
        name: storable(value) for name in event.__slots__ if isinstance(value := getattr(event, name), str)
        and name != "kind"
    }  # fmt: skip
    try:
        for amount in (event.amount, event.asked):
            if amount is not None:
                exponent(amount.currency)
    except Refusal as error:
        raise unverified("unreadable", _("It names an unknown currency."), field="body") from error
    if event.happened_at.year not in YEARS:
        raise unverified("unreadable", _("It happened at a time that cannot be."), field="body")
    return replace(event, **texts)  # type: ignore[arg-type]  # texts for texts


def refuse_old(signed_at: datetime, *, at: datetime) -> None:
    """Raise UnableToVerify `webhook.old` unless the signature's time lies within the tolerance of ours."""
    if abs(at - signed_at) > TIMESTAMP_TOLERANCE:
        raise unverified(
            "old",
            _("It was signed at %(then)s, which is not now.") % {"then": signed_at.isoformat(timespec="seconds")},
            field="timestamp",
        )


class _Wiring:
    gateways: dict[str, Gateway] = {}


def wire_gateways(gateways: Sequence[Gateway]) -> None:
    """Install the kinds of gateways at start."""
    _Wiring.gateways = {gateway.kind: gateway for gateway in gateways}


def gateway_kinds() -> tuple[Gateway, ...]:
    """Every kind of gateway of this installation."""
    return tuple(_Wiring.gateways.values())


def gateway_of_kind(kind: str) -> Gateway:
    """The connector of a kind. Raises NotFound `gateway.kind_not_found`."""
    found = _Wiring.gateways.get(kind)
    if found is None:
        raise NotFound(
            "gateway.kind_not_found",
            _("There is no kind of gateway %(kind)s.") % {"kind": repr(kind)},
            field="kind",
            cure=_("Use one of: %(kinds)s.") % {"kinds": ", ".join(_Wiring.gateways)},
        )
    return found
