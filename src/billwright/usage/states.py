"""Closed lists of usage."""

from __future__ import annotations

from django.db import models


class Aggregate(models.TextChoices):
    """How the records of a period come to one quantity."""

    SUM = "SUM"
    COUNT = "COUNT"
    MAX = "MAX"
    MIN = "MIN"
    LAST = "LAST"
    UNIQUE = "UNIQUE"
    """How many different values of the property `value`, or quantities where there is none."""
    AVERAGE = "AVERAGE"
    TIME_WEIGHTED = "TIME_WEIGHTED"
    """The average level over the period: a quantity sets it, a change adds to it, and it is carried on."""
    P95 = "P95"
    """Nearest rank: the highest 5 % of the readings, their number rounded down, are dropped."""
    HIGHEST_OF = "HIGHEST_OF"
    """The larger of the totals of other meters."""
