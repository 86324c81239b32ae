"""Opaque keys such as `invoice:42` as links to the page that shows the thing, where there is one."""

from __future__ import annotations

from typing import Final

from billwright.interfaces.web.context import address_of

# The noun of the key, and the page that takes its number.
PAGES: Final[dict[str, str]] = {
    "account": "web:account",
    "approval": "web:approval",
    "bill_run": "web:bill-run",
    "billing_account": "web:account",
    "contract": "web:contract",
    "coupon": "web:coupon",
    "credit_note": "web:invoice",
    "customer": "web:customer",
    "debit_note": "web:invoice",
    "document": "web:invoice",
    "import": "web:import",
    "import_job": "web:import",
    "invoice": "web:invoice",
    "journal_entry": "web:journal-entry",
    "message": "web:message",
    "payment": "web:payment",
    "receipt": "web:payment",
    "reconciliation": "web:reconciliation",
    "refund_order": "web:refund",
    "subscription": "web:subscription",
    "user": "web:user",
}


def url_of(subject: str) -> str:
    """The page of a subject, or empty when none is known."""
    noun, _, number = subject.partition(":")
    name = PAGES.get(noun)
    return address_of(name, int(number)) if name and number.isdigit() else ""
