"""Tables of taxes. A rate or rule holds until the next of its key begins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.org.states import TaxTreatment


class TaxCode(models.Model):
    """A tax situation as documents and returns name it, such as ZA-VAT-15 or IN-GST-18-INTRA."""

    code = models.CharField(max_length=20, unique=True)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, default="", help_text="Printed where no tax is charged.")
    einvoice_category = models.CharField(max_length=2, default="S")

    class Meta:
        db_table = "catalog_tax_code"


class TaxRate(models.Model):
    """The rate of one component of a tax code from a day on, in percent. GST within a state has two components.

    A withheld component is not added to the price: the customer keeps it back and pays it to the state for us.
    """

    tax_code = models.ForeignKey(TaxCode, on_delete=models.PROTECT, related_name="rates")
    component = models.CharField(max_length=20)
    valid_from = models.DateField()
    percent = models.DecimalField(max_digits=9, decimal_places=6)
    withheld = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "catalog_tax_rate"
        constraints = [
            models.UniqueConstraint(fields=["tax_code", "component", "valid_from"], name="one_tax_rate_from_a_day"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lt=1000), name="tax_percent_in_range"),
        ]


class TaxRule(models.Model):
    """Which tax code an entity charges for a category under a treatment from a day on; none: no tax."""

    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, related_name="+")
    tax_category = models.CharField(max_length=20)
    tax_treatment = models.CharField(max_length=14, choices=TaxTreatment.choices)
    valid_from = models.DateField()
    tax_code = models.ForeignKey(TaxCode, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "catalog_tax_rule"
        constraints = [
            models.UniqueConstraint(
                fields=["legal_entity", "tax_category", "tax_treatment", "valid_from"], name="one_tax_rule_from_a_day"
            )
        ]
