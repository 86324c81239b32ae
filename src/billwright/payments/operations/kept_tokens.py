"""Tokens that came with payments whose payers agreed to it, until they are stored as methods; none of it is a verb."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime

from billwright.kernel import vault
from billwright.payments.bank_details import fingerprint_of_token
from billwright.payments.gateway_states import GatewayEventState
from billwright.payments.models import GatewayEvent, GatewayPayment, StoredMethod
from billwright.payments.states import StoredMethodState


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenToKeep:
    """A token that came with a payment whose payer agreed that it is kept."""

    event_id: int
    reference: str
    account_id: int
    method: str
    consented_at: datetime
    token: str = field(repr=False)
    customer_token: str = field(repr=False)
    label: str
    expires_on: date | None


def tokens_to_keep(gateway_id: int) -> list[TokenToKeep]:
    """Tokens of worked webhooks that are not stored yet, the oldest first."""
    events = GatewayEvent.objects.filter(
        gateway_id=gateway_id, sealed_token__isnull=False, state=GatewayEventState.WORKED
    ).order_by("id")
    asked = {
        row.reference: row
        for row in GatewayPayment.objects.filter(
            gateway_id=gateway_id, reference__in=[event.reference for event in events], keep_token_at__isnull=False
        )
    }
    found = []
    for event in events:
        row = asked[event.reference]
        assert row.keep_token_at is not None, "filtered above"
        told = json.loads(vault.open_text(bytes(event.sealed_token or b"")))
        expires = told.pop("expires_on")
        found.append(
            TokenToKeep(
                event_id=event.pk,
                reference=row.reference,
                account_id=row.account_id,
                method=event.method,
                consented_at=row.keep_token_at,
                expires_on=date.fromisoformat(expires) if expires else None,
                **told,
            )
        )
    return found


def was_ended_since(one: TokenToKeep, *, provider: str) -> bool:
    """Whether the same token was ended after its payer had agreed with this payment: what comes late is old."""
    return StoredMethod.objects.filter(
        account_id=one.account_id,
        fingerprint=fingerprint_of_token(provider, one.token),
        state=StoredMethodState.REVOKED,
        changed_at__gte=one.consented_at,
    ).exists()


def forget_token(event_id: int) -> None:
    """Drop the token that a webhook brought: it is stored as a method, or cannot be."""
    GatewayEvent.objects.filter(pk=event_id).update(sealed_token=None)
