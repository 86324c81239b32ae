"""Tables of remittance advice: what payers say their money is for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.kernel.triggers import append_only, not_deleted


class RemittanceAdvice(models.Model):
    """A payer's own list of what a payment is for, read out of a file that is kept as it came.

    `payment` is the receipt that it was found to belong to; none while it has not come. `faults` say where the advice
    contradicts itself.
    """

    legal_entity_id = models.BigIntegerField()
    stored_file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=12)
    reference = models.CharField(max_length=200, default="")
    payer = models.CharField(max_length=200, default="")
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    paid_on = models.DateField(null=True)
    faults = models.TextField(default="")
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, null=True, related_name="+")
    taken_by = models.CharField(max_length=80)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "receivables_remittance_advice"
        indexes = [
            models.Index(
                fields=["legal_entity_id", "currency", "total_minor"],
                condition=Q(payment=None),
                name="remittance_waits",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["legal_entity_id", "sha256"], name="remittance_once"),
        ]
        triggers = [not_deleted()]


class RemittanceLine(models.Model):
    """One document of an advice, in minor units: what was sent for it, what was kept back, and why."""

    append_only = True

    advice = models.ForeignKey(RemittanceAdvice, on_delete=models.PROTECT, related_name="lines")
    place = models.IntegerField()
    document = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    deduction_minor = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, default="")
    open_item = models.ForeignKey("receivables.OpenItem", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "receivables_remittance_line"
        constraints = [
            models.UniqueConstraint(fields=["advice", "place"], name="remittance_line_once"),
            models.CheckConstraint(condition=Q(deduction_minor__gte=0), name="remittance_deduction_is_not_negative"),
        ]
        triggers = [append_only()]
