"""Tokens that came with payments, stored as methods of their payers: only where they agreed to it on the page."""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from billwright.accounts.queries import get_account
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.payments.gateway_rows import GatewayRow
from billwright.payments.operations.kept_tokens import TokenToKeep, forget_token, tokens_to_keep, was_ended_since
from billwright.payments.operations.methods import add_token
from billwright.payments.ports.gateways import TokenFacts, gateway_of_kind
from billwright.payments.queries.gateways import config_of, get_gateway
from billwright.payments.states import PaymentMethod
from billwright.workflow.gateway_intake.booking import day_of, method_of

logger = structlog.get_logger(__name__)


def keep_tokens(*, act: Act, gateway_id: int) -> int:
    """Store the tokens that webhooks brought, each once; returns how many. To be called outside a transaction.

    What the webhook does not say of a token is asked of its gateway; where that does not answer it is asked again with
    the next call. A token that is known stays what it is; one that was ended since its payer agreed is not kept again.
    """
    gateway = get_gateway(gateway_id)
    kept = 0
    for one in tokens_to_keep(gateway_id):
        if was_ended_since(one, provider=gateway.name):
            forget_token(one.event_id)
            continue
        try:
            facts = _facts(gateway, one)
        except Refusal as refused:
            logger.warning("a token is not described yet", gateway=gateway.name, code=refused.code, why=str(refused))
            continue
        kept += _kept(act, gateway, one, facts)
        forget_token(one.event_id)
    return kept


def _kept(act: Act, gateway: GatewayRow, one: TokenToKeep, facts: TokenFacts) -> bool:
    """Store a token; one that may not be stored keeps no other from being stored."""
    try:
        with transaction.atomic():
            _keep(act, gateway, one, facts)
    except Refusal as refused:
        logger.warning("a token is not kept", gateway=gateway.name, code=refused.code, why=str(refused))
        return False
    return True


def _facts(gateway: GatewayRow, one: TokenToKeep) -> TokenFacts:
    if one.label:
        return TokenFacts(label=one.label, expires_on=one.expires_on)
    found = gateway_of_kind(gateway.kind).describe_token(config_of(gateway.id), one.token)
    return found if found.label else replace(found, label=_("Card at %(gateway)s") % {"gateway": gateway.name})


def _keep(act: Act, gateway: GatewayRow, one: TokenToKeep, facts: TokenFacts) -> None:
    why = _("Agreed by the payer on the payment page, %(when)s, payment %(reference)s.")
    consent = why % {"when": one.consented_at.isoformat(timespec="minutes"), "reference": one.reference}
    method = method_of(one.method)
    add_token(
        act=Act(actor=act.actor, at=act.at, reason=consent),
        account_id=one.account_id,
        kind=PaymentMethod.WALLET if method == PaymentMethod.WALLET else PaymentMethod.CARD,
        provider=gateway.name,
        token=one.token,
        customer_token=one.customer_token,
        label=facts.label,
        holder=get_account(one.account_id).shown_name,
        valid_from=day_of(gateway, act.at),
        expires_on=facts.expires_on,
    )
