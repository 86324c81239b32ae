"""States and closed lists of customers and billing accounts."""

from __future__ import annotations

from django.db import models

from billwright.kernel.states import Machine, verb


class CustomerKind(models.TextChoices):
    """A person or an organisation."""

    PERSON = "PERSON"
    ORGANIZATION = "ORGANIZATION"


class AccountState(models.TextChoices):
    """Where a billing account stands."""

    OPEN = "OPEN"
    """May be billed."""
    CLOSED = "CLOSED"
    """Nothing new is billed; what is open is still owed."""


BILLING_ACCOUNT = Machine(
    "billing account",
    {
        "close": verb(AccountState.OPEN, to=AccountState.CLOSED),
        "reopen": verb(AccountState.CLOSED, to=AccountState.OPEN),
    },
)


class InvoiceDelivery(models.TextChoices):
    """How documents reach the customer."""

    EMAIL = "EMAIL"
    POST = "POST"
    PORTAL = "PORTAL"
    NONE = "NONE"


class SplitBy(models.TextChoices):
    """What the documents of one payer and bill run are split by."""

    NONE = "NONE"
    """One document for everything that it pays for."""
    PURCHASE_ORDER = "PURCHASE_ORDER"
    """One for each purchase order."""
    COST_CENTER = "COST_CENTER"
    """One for each cost centre."""
    SUBSCRIPTION = "SUBSCRIPTION"
    """One for each subscription."""
    ACCOUNT = "ACCOUNT"
    """One for each account that it pays for."""


class ContactRole(models.TextChoices):
    """What a contact may be asked."""

    BILLING = "BILLING"
    """Gets the documents."""
    COLLECTIONS = "COLLECTIONS"
    """Is asked for the money."""
    TECHNICAL = "TECHNICAL"
    """Runs the service."""
    LEGAL = "LEGAL"
    """Receives notices."""
    OWNER = "OWNER"
    """Decides."""


class AddressKind(models.TextChoices):
    """What an address is for."""

    BILLING = "BILLING"
    SERVICE = "SERVICE"
    LEGAL = "LEGAL"
