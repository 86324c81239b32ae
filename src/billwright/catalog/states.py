"""Closed lists of the catalog."""

from __future__ import annotations

from django.db import models


class PriceModel(models.TextChoices):
    """How an amount follows from a quantity. Names and formulas: docs/conventions."""

    FLAT = "FLAT"
    """The price, whatever the quantity."""
    PER_UNIT = "PER_UNIT"
    """Quantity / per x price; by a property of the usage, and in started steps, where the price says so."""
    PACKAGE = "PACKAGE"
    """Every started package costs the price."""
    GRADUATED = "GRADUATED"
    """Each tier that is reached prices its own units."""
    VOLUME = "VOLUME"
    """The tier that is reached prices the whole quantity. With flat sums only it is a stair-step."""
    PERCENTAGE = "PERCENTAGE"
    """Per record: percent of its quantity + fixed, within a minimum and a maximum."""
    CALL = "CALL"
    """Per record: connect + started steps of the rate in force, by prefix, day and time of day."""


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
    """What a product is for tax; with the account's treatment it decides the tax code.

    These ship with the product. A company may name categories of its own, such as HOTEL_LEVY: its rules say what
    they are charged.
    """

    STANDARD = "STANDARD"
    REDUCED = "REDUCED"
    ZERO = "ZERO"
    EXEMPT = "EXEMPT"
    NONE = "NONE"
    """Outside the scope of tax: no tax line at all."""


class ChangeEffect(models.TextChoices):
    """When a change to a dearer or a cheaper plan takes effect, and what becomes of what is billed for the old one."""

    NOW = "NOW"
    """Now: the unused time of the old plan is credited, the new one is charged for the rest of the period."""
    NOW_WITHOUT_CREDIT = "NOW_WITHOUT_CREDIT"
    """Now: what is billed of the old plan stays, and the new one is charged from where that ends."""
    PERIOD_END = "PERIOD_END"
    """At the end of the running period."""
