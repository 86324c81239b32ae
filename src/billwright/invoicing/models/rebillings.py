"""Credit and rebill: what was wrong with a document, from when on, and what stands in its place."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billwright.invoicing.models.documents import Invoice
from billwright.invoicing.states import RebillCause, RebillRole
from billwright.kernel.triggers import append_only


class Rebilling(models.Model):
    """One act that credited what a document had wrong and billed it anew, with the cause looked at again after it.

    `true_date` is the day from which it was wrong. `was` and `made` are what the agreement said before and since, as
    its inverse act needs them. Of the check afterwards the counts are kept: lines that do not come to what their
    derivation says, stretches of service that are not on exactly one line, clauses that say otherwise.
    """

    append_only = True

    original = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="rebillings", db_constraint=False)
    cause = models.CharField(max_length=13, choices=RebillCause.choices)
    true_date = models.DateField()
    reason = models.CharField(max_length=200, default="")
    subscription_id = models.BigIntegerField(null=True)
    was = models.JSONField(default=dict)
    made = models.JSONField(default=dict)
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    checked_lines = models.IntegerField()
    wrong_lines = models.IntegerField()
    wrong_days = models.IntegerField()
    wrong_clauses = models.IntegerField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "invoicing_rebilling"
        constraints = [
            models.CheckConstraint(
                condition=Q(wrong_lines__gte=0) & Q(wrong_lines__lte=F("checked_lines")),
                name="rebilling_counts_lines",
            )
        ]
        triggers = [append_only()]


class RebilledDocument(models.Model):
    """A document of the chain: a credit note to the original, or what replaces it."""

    append_only = True

    pk = models.CompositePrimaryKey("rebilling_id", "invoice_id")
    rebilling = models.ForeignKey(Rebilling, on_delete=models.PROTECT, related_name="documents", db_index=False)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    role = models.CharField(max_length=11, choices=RebillRole.choices)

    class Meta:
        db_table = "invoicing_rebilled_document"
        triggers = [append_only()]
