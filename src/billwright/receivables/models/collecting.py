"""Tables of collecting: which open items a debit is for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only


class CollectionItem(models.Model):
    """One open item that a debit is for, and how much of it.

    `hold` keeps that amount from being chased or collected a second time for as long as the debit is on its way.
    """

    append_only = True

    collection = models.ForeignKey("payments.Collection", on_delete=models.PROTECT, related_name="items")
    open_item = models.ForeignKey("receivables.OpenItem", on_delete=models.PROTECT, related_name="+")
    hold = models.OneToOneField("receivables.Hold", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()

    class Meta:
        db_table = "receivables_collection_item"
        constraints = [
            models.UniqueConstraint(fields=["collection", "open_item"], name="collection_item_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="collection_item_is_positive"),
        ]
        triggers = [append_only()]
