"""Closed lists of the organisation."""

from __future__ import annotations

from django.db import models


class DocumentKind(models.TextChoices):
    """Documents that take a number from a series of their own."""

    INVOICE = "INVOICE"
    """A claim: tax invoice where the entity is registered."""
    CREDIT_NOTE = "CREDIT_NOTE"
    """Reduces an issued invoice."""
    DEBIT_NOTE = "DEBIT_NOTE"
    """Raises a claim against an issued invoice."""
    RECEIPT = "RECEIPT"
    """Confirms money received."""
    REFUND = "REFUND"
    """Confirms money sent back."""
    JOURNAL = "JOURNAL"
    """A manual journal."""


class TaxTreatment(models.TextChoices):
    """How the account's place and status change the tax of what it buys."""

    DOMESTIC = "DOMESTIC"
    """Taxed where the seller is."""
    INTRA_STATE = "INTRA_STATE"
    """India, same state: central and state tax."""
    INTER_STATE = "INTER_STATE"
    """India, another state: integrated tax."""
    REVERSE_CHARGE = "REVERSE_CHARGE"
    """The customer accounts for the tax."""
    EXPORT = "EXPORT"
    """Outside the country of the seller: zero rate."""
    EXEMPT = "EXEMPT"
    """Exempt customer, with a reason on file."""


class PartBase(models.TextChoices):
    """What the share of a part of payment terms is a share of."""

    TOTAL = "total"
    """Of the document."""
    REST = "rest"
    """Of what the parts before it left."""
