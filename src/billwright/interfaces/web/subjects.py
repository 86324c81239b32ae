"""Opaque keys such as `invoice:42` as links to the page that shows the thing, where there is one."""

from __future__ import annotations

from typing import Final

from billwright.interfaces.web.context import address_of

# The noun of the key, and the page that takes what follows it.
PAGES: Final[dict[str, str]] = {
    "account": "web:account",
    "approval": "web:approval",
    "bank_file": "web:bank-file",
    "bill_run": "web:bill-run",
    "billing_account": "web:account",
    "chargeback": "web:gateway-chargeback",
    "collection_run": "web:collection-run",
    "contract": "web:contract",
    "coupon": "web:coupon",
    "credit_note": "web:invoice",
    "customer": "web:customer",
    "debit_note": "web:invoice",
    "document": "web:invoice",
    "gateway": "web:gateway",
    "gateway_event": "web:gateway-webhook",
    "import": "web:import",
    "import_job": "web:import",
    "invoice": "web:invoice",
    "journal_entry": "web:journal-entry",
    "mandate": "web:mandate",
    "match": "web:matching-receipt",
    "message": "web:message",
    "payment": "web:payment",
    "payment_link": "web:payment-link",
    "payout": "web:gateway-payout",
    "receipt": "web:payment",
    "reconciliation": "web:reconciliation",
    "refund_order": "web:refund",
    "remittance": "web:remittance",
    "shadow_run": "web:bill-run-shadow",
    "stored_method": "web:stored-method",
    "subscription": "web:subscription",
    "template": "web:wording",
    "user": "web:user",
}


def url_of(subject: str) -> str:
    """The page of a subject, or empty when none is known."""
    noun, *names = subject.split(":")
    page = PAGES.get(noun)
    return address_of(page, *names) if page else ""
