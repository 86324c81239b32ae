"""How the kinds of mail are called, and what each placeholder stands for."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAILS: Final[dict[str, str | Promise]] = {
    "invoice.issued": _("Invoice"),
    "credit_note.issued": _("Credit note"),
    "debit_note.issued": _("Debit note"),
    "document.copy": _("Copy of a document"),
    "reminder.before_due": _("Reminder before it is due"),
    "receipt.issued": _("Receipt"),
    "statement.issued": _("Statement of account"),
    "stored_method.expiring": _("Card or wallet that ends"),
    "mandate.expiring": _("Mandate that ends"),
    "debit.announced": _("Bank debit announced"),
    "card_debit.announced": _("Card debit announced"),
    "debit.failed_retry": _("Failed debit, tried again"),
    "debit.failed_fallback": _("Failed debit, taken another way"),
    "debit.failed_contact": _("Failed debit, to be paid another way"),
    "payment_link.sent": _("Payment link"),
    "mail.test": _("Test mail"),
}

NAMES: Final[dict[str, str | Promise]] = {
    "name": _("Whom the mail addresses"),
    "seller": _("Your company"),
    "number": _("Number of the document"),
    "date": _("Day of the document or of the debit"),
    "due": _("Day until which it is to be paid"),
    "until": _("Last day on which it can be used"),
    "again": _("Day of the next try"),
    "total": _("Amount with its currency"),
    "open": _("What of it is still open"),
    "account": _("Number of the billing account"),
    "method": _("Card, wallet or bank account, masked"),
    "reference": _("Reference of the mandate or document"),
    "creditor": _("Your creditor identifier"),
    "link": _("Address of the page to pay on"),
    "pay_online": _("The paragraph with the address to pay on; nothing where mails carry no link"),
}
