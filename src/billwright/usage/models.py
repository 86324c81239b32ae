"""Tables of usage. Subscriptions are named by id: they are a sibling of this room."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only
from billwright.usage.states import Aggregate


class Meter(models.Model):
    """Something counted, and how its records come to one quantity a period."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, default="")
    aggregate = models.CharField(max_length=14, choices=Aggregate.choices)
    highest_of = ArrayField(models.CharField(max_length=40), default=list)
    grace_hours = models.SmallIntegerField(default=0, help_text="A window is billed so long after its end.")

    class Meta:
        db_table = "usage_meter"


class UsageRecord(models.Model):
    """One reading or event, as it arrived. Append-only; (source, key) counts once, whatever its time.

    `day` is the local day of the account on which it happened. `is_change`: the quantity is added to a level.
    """

    append_only = True

    subscription_id = models.BigIntegerField()
    meter = models.ForeignKey(Meter, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.CharField(max_length=40, default="")
    key = models.CharField(max_length=120)
    happened_at = models.DateTimeField()
    day = models.DateField()
    quantity = models.DecimalField(max_digits=30, decimal_places=12)
    is_change = models.BooleanField(default=False)
    properties = models.JSONField(default=dict)
    continues_key = models.CharField(max_length=120, default="", help_text="The record that this one goes on with.")
    content_hash = models.BigIntegerField(default=0, db_default=0, help_text="Of everything above: see policies.")
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "usage_record"
        indexes = [
            models.Index(
                fields=["subscription_id", "meter", "happened_at"],
                include=["quantity", "is_change", "content_hash"],
                name="usage_by_meter_and_time",
            ),
            models.Index(
                fields=["subscription_id", "recorded_at"], include=["meter", "happened_at"], name="usage_by_arrival"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], condition=~Q(key=""), name="usage_counted_once")
        ]
        triggers = [append_only()]
