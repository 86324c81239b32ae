"""Tables of the catalog. Validity of prices, rates and rules ends where the next row of the same key begins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.catalog.states import IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.kernel.triggers import append_only
from billwright.org.states import TaxTreatment


class Product(models.Model):
    """Something sold, with the revenue family it posts to and its tax category."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    family = models.CharField(max_length=40, default="services")
    tax_category = models.CharField(max_length=10, choices=TaxCategory.choices, default=TaxCategory.STANDARD)
    tax_classification = models.CharField(max_length=20, default="", help_text="HSN or SAC where the law asks for it.")

    class Meta:
        db_table = "catalog_product"


class Plan(models.Model):
    """How a product bundle recurs: a named set of charges that a subscription takes."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(default="")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_plan"


class PlanCharge(models.Model):
    """One charge of a plan: its model, interval and timing. Its amounts are prices."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="charges")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(max_length=12, choices=PriceModel.choices)
    interval_unit = models.CharField(max_length=6, choices=IntervalUnit.choices, default=IntervalUnit.MONTH)
    interval_count = models.SmallIntegerField(default=1)
    timing = models.CharField(max_length=8, choices=Timing.choices, default=Timing.ADVANCE)
    position = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "catalog_plan_charge"
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="charge_code_once_per_plan"),
            models.CheckConstraint(condition=Q(interval_count__gte=1), name="interval_is_positive"),
        ]


class Price(models.Model):
    """The unit price of a charge in a currency from a day on. Append-only: a new price is a new version."""

    append_only = True

    plan_charge = models.ForeignKey(PlanCharge, on_delete=models.PROTECT, related_name="prices")
    currency = models.ForeignKey("org.Currency", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    version = models.SmallIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_price"
        constraints = [
            models.UniqueConstraint(fields=["plan_charge", "currency", "valid_from"], name="one_price_from_a_day"),
            models.UniqueConstraint(fields=["plan_charge", "currency", "version"], name="price_version_once"),
        ]
        triggers = [append_only()]


class TaxCode(models.Model):
    """A tax situation as documents and returns name it, such as ZA-VAT-15 or IN-GST-18-INTRA."""

    code = models.CharField(max_length=20, unique=True)
    country = models.CharField(max_length=2)
    name = models.CharField(max_length=80)
    reason = models.CharField(max_length=200, default="", help_text="Printed where no tax is charged.")
    einvoice_category = models.CharField(max_length=2, default="S")
    withheld = models.BooleanField(default=False)

    class Meta:
        db_table = "catalog_tax_code"


class TaxRate(models.Model):
    """The rate of one component of a tax code from a day on, in percent. GST within a state has two components."""

    tax_code = models.ForeignKey(TaxCode, on_delete=models.PROTECT, related_name="rates")
    component = models.CharField(max_length=10)
    valid_from = models.DateField()
    percent = models.DecimalField(max_digits=9, decimal_places=6)
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
    tax_category = models.CharField(max_length=10, choices=TaxCategory.choices)
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
