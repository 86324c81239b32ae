"""A company with a gateway of each kind, and what gateways send."""

from __future__ import annotations

import json
from datetime import datetime
from urllib.parse import urlencode

from billwright.connectors.hosted_page.gateway import sign
from billwright.connectors.payfast_style import signing
from billwright.kernel.acts import Act
from billwright.kernel.money import Money
from billwright.kernel.tests.builders import make_act
from billwright.ledger.states import LedgerRole
from billwright.ledger.tests.builders import control_balance
from billwright.payments.gateway_rows import GatewayIn
from billwright.payments.ports.gateways import Delivery
from billwright.payments.queries.gateways import list_events
from billwright.workflow.gateway_intake import PageWanted, set_up_gateway, start_payment, take_webhook, work_events

KEY = "0123456789abcdef0123456789abcdef"
PASSPHRASE = "salt and pepper"
SOURCE = "197.97.145.150"
AT = "2026-02-11T09:00:00"


def make_gateway(account, kind="hosted_page", *, name="page-za", **values):
    """A gateway of a kind for the company of an account, in its currency."""
    given = {
        "hosted_page": {
            "settings": {"merchant": "bw"},
            "secrets": {"signing_key": KEY},
            "base_url": "https://pay.example",
        },
        "payfast_style": {
            "settings": {"merchant_id": "10000100", "sources": "197.97.145.144/28"},
            "secrets": {"merchant_key": "46f0cd694581a", "passphrase": PASSPHRASE},
        },
        "stripe": {"secrets": {"api_key": "sk_test_1", "webhook_secret": "whsec_1"}},
    }[kind]
    wanted = GatewayIn(
        legal_entity_id=account.legal_entity_id, name=name, kind=kind, currency=account.currency, **{**given, **values}
    )
    return set_up_gateway(act=make_act(at=AT), gateway=wanted)


def begin(account, amount="115.00", *, key="", **values):
    """A payment begun on the page of the account's gateway."""
    wanted = PageWanted(
        account_id=account.id,
        amount=Money.of(amount, account.currency),
        description="Invoice INV-1",
        return_url="https://billing.example/thanks",
        cancel_url="https://billing.example/back",
        notify_base="https://billing.example",
        key=key,
        **values,
    )
    return start_payment(act=make_act(at=AT), wanted=wanted)


def told(event_type, *, key, at=AT, signed_with=KEY, signed_at="", currency="ZAR", created=AT, **about):
    """A webhook of the hosted page."""
    if "amount" in about:
        about["currency"] = currency
    event = {"id": key, "type": event_type, "created": _seconds(created), "about": about}
    body = json.dumps(event).encode()
    seconds = str(_seconds(signed_at or at))
    signature = sign(signed_with, seconds.encode() + b"." + body)
    return Delivery(
        headers={"x-signature": f"t={seconds},v1={signature}"}, body=body, source_address="203.0.113.7", at=_instant(at)
    )


def notified(
    *, reference, amount, key="1089250", status="COMPLETE", source=SOURCE, passphrase=PASSPHRASE, at=AT, **more
):
    """A notification of the redirect gateway."""
    fields = {
        "m_payment_id": reference,
        "pf_payment_id": key,
        "payment_status": status,
        "item_name": "Invoice INV-1",
        "amount_gross": amount,
        "amount_fee": "-2.63",
        "merchant_id": "10000100",
        **more,
    }
    fields["signature"] = signing.notification_signature(fields.items(), passphrase)
    return Delivery(headers={}, body=urlencode(fields).encode(), source_address=source, at=_instant(at))


def _instant(text):
    return datetime.fromisoformat(f"{text}+00:00")


def _seconds(text):
    return int(_instant(text).timestamp())


def take(gateway, *deliveries):
    """Deliver webhooks to the door of a gateway, as they come."""
    key = gateway.webhook_path.strip("/").rpartition("/")[2]
    return [take_webhook(webhook_key=key, delivery=delivery) for delivery in deliveries]


def work(gateway, at=AT):
    """Work what waits until nothing is left."""
    done = []
    while not done or done[-1].total:
        done.append(work_events(act=Act(actor="system:gateways", at=_instant(at)), gateway_id=gateway.id))
    return done[0]


def states(gateway):
    """State and reason of every webhook, the oldest first."""
    return [(row.state, row.reason_code) for row in reversed(list_events(gateway_ids=[gateway.id], limit=500))]


def balances(account):
    """What the books say: bank clearing, what customers have with us, what they owe; in major units."""
    roles = (LedgerRole.BANK_CLEARING, LedgerRole.UNALLOCATED_CASH, LedgerRole.RECEIVABLES)
    entity = account.legal_entity_id
    return tuple(control_balance(legal_entity_id=entity, role=role).get(account.currency, 0) / 100 for role in roles)
