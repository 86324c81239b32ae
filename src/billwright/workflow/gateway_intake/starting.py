"""Payments on the page of a gateway: begun for an account, for stated documents or for whatever is open."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.acts import Act, note_change, verb
from billwright.kernel.errors import Conflict, NotFound, Refusal
from billwright.kernel.money import Money
from billwright.payments.card_numbers import refuse_card_numbers
from billwright.payments.gateway_rows import SIMULATOR, GatewayPaymentRow, GatewayRow, PartAsked
from billwright.payments.gateway_states import GatewayPaymentKind, GatewayPaymentState
from billwright.payments.operations import gateways as operations
from billwright.payments.ports.gateways import HostedPaymentIn, StartedPage, gateway_of_kind
from billwright.payments.queries.gateways import config_of, get_gateway, list_gateways, require_in_use

REFERENCE_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWanted:
    """A payment page for an account. `notify_base` is our own address, such as https://billing.example.

    `gateway_id` none: the first active gateway of the account's company in its currency. `parts`: what the money
    is for; none leaves it to the policy, the oldest due first. `key` makes a repeat the same payment. `keep_token`: the
    payer agrees that a token of his means of paying is kept for later debits.
    """

    account_id: int
    amount: Money
    description: str
    return_url: str
    cancel_url: str
    notify_base: str
    parts: tuple[PartAsked, ...] = ()
    gateway_id: int | None = None
    payer_name: str = ""
    payer_email: str = ""
    keep_token: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedPayment:
    """What was begun, and where the browser goes now. `is_simulator`: no real money moves; say so on the page."""

    payment: GatewayPaymentRow
    page: StartedPage
    gateway_name: str
    is_simulator: bool


def choose_gateway(account_id: int) -> GatewayRow | None:
    """The gateway on whose page an account can pay: active, of its company, in its currency; a real one first."""
    account = get_account(account_id)
    found = list_gateways(legal_entity_ids=[account.legal_entity_id], active_only=True, currency=account.currency)
    return min(found, key=lambda row: row.is_simulator, default=None)


def start_payment(*, act: Act, wanted: PageWanted) -> StartedPayment:
    """Begin a payment on a gateway's page, and say where the browser goes.

    To be called outside a transaction: what is about to be asked is written first, then the gateway is asked under our
    reference, so that a crash between the two asks for nothing twice. Raises Refusal, NotFound.
    """
    with transaction.atomic():
        payment = ask_for_page(act=act, wanted=wanted)
    gateway = get_gateway(payment.gateway_id)
    page = gateway_of_kind(gateway.kind).start_payment(
        config_of(gateway.id),
        HostedPaymentIn(
            reference=payment.reference,
            amount=payment.amount,
            description=payment.description,
            return_url=wanted.return_url,
            cancel_url=wanted.cancel_url,
            notify_url=wanted.notify_base.rstrip("/") + gateway.webhook_path,
            payer_name=wanted.payer_name,
            payer_email=wanted.payer_email,
            keep_token=wanted.keep_token,
        ),
    )
    if page.gateway_key:
        operations.note_page(gateway_payment_id=payment.id, page_key=page.gateway_key)
    return StartedPayment(payment=payment, page=page, gateway_name=gateway.name, is_simulator=gateway.is_simulator)


@verb("gateway_payment.start", subject=lambda _arguments, row: f"gateway_payment:{row.id}")
def ask_for_page(*, act: Act, wanted: PageWanted) -> GatewayPaymentRow:
    """Write that a gateway is about to be asked for a page: the first half of `start_payment`. Raises Refusal."""
    gateway = _gateway_for(wanted)
    refuse_card_numbers(
        {"description": wanted.description, "payer_name": wanted.payer_name, "payer_email": wanted.payer_email}
    )
    if wanted.amount.amount_minor <= 0:
        raise Refusal("gateway_payment.not_positive", _("A payment is above zero."), field="amount")
    description = f"{SIMULATOR} {wanted.description}" if gateway.is_simulator else wanted.description
    row = operations.add_gateway_payment(
        act=act,
        gateway_id=gateway.id,
        reference=reference_of(wanted.key),
        kind=GatewayPaymentKind.HOSTED,
        account_id=wanted.account_id,
        amount=wanted.amount,
        stated=wanted.parts,
        description=description,
        keeps_token=wanted.keep_token,
    )
    if row.state == GatewayPaymentState.PAID:
        raise Conflict(
            "gateway_payment.paid",
            _("This payment has been made."),
            field="key",
            cure=_("Begin another payment under a new key."),
        )
    note_change(
        after={
            "amount": str(row.amount),
            "gateway": gateway.name,
            "reference": row.reference,
            **({"keeps_token": True} if wanted.keep_token else {}),
        }
    )
    return row


def reference_of(key: str) -> str:
    """Our reference of a payment: the same for the same key, and without one a new one that nobody can guess."""
    if key:
        return "BW" + hashlib.sha256(f"v1|gateway_payment|{key}".encode()).hexdigest()[: 2 * REFERENCE_BYTES].upper()
    return "BW" + secrets.token_hex(REFERENCE_BYTES).upper()


def _gateway_for(wanted: PageWanted) -> GatewayRow:
    account = get_account(wanted.account_id)
    gateway = choose_gateway(wanted.account_id) if wanted.gateway_id is None else get_gateway(wanted.gateway_id)
    if gateway is None:
        raise NotFound(
            "gateway.none",
            _("No gateway takes %(currency)s for this company.") % {"currency": account.currency},
            field="gateway_id",
            cure=_("Set one up, or pay into the bank account on the invoice."),
        )
    fits = (gateway.legal_entity_id, gateway.currency) == (account.legal_entity_id, account.currency)
    if not fits or wanted.amount.currency != account.currency:
        raise Refusal(
            "gateway.other_company",
            _("This gateway takes money for another company or in another currency."),
            field="gateway_id",
            cure=_("Choose a gateway of the account's company and currency."),
        )
    require_in_use(gateway)
    return gateway
