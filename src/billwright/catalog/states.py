"""Closed lists of the catalog."""

from __future__ import annotations

from django.db import models


class PriceModel(models.TextChoices):
    """How an amount follows from a quantity. Names and formulas: docs/conventions."""

    FLAT = "FLAT"
    """The price, whatever the quantity."""
    PER_UNIT = "PER_UNIT"
    """Quantity x price."""


class IntervalUnit(models.TextChoices):
    """The unit of a charge's interval. Quarters and years are months."""

    MONTH = "MONTH"
    DAY = "DAY"
    ONCE = "ONCE"


class Timing(models.TextChoices):
    """When a period is billed."""

    ADVANCE = "ADVANCE"
    """On its first day."""
    ARREARS = "ARREARS"
    """On the day after its last."""


class TaxCategory(models.TextChoices):
    """What a product is for tax; with the account's treatment it decides the tax code."""

    STANDARD = "STANDARD"
    REDUCED = "REDUCED"
    ZERO = "ZERO"
    EXEMPT = "EXEMPT"
    NONE = "NONE"
    """Outside the scope of tax: no tax line at all."""
