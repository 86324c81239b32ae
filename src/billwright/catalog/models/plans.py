"""Tables of what is sold: products, plans, their charges, and rules that hold of plans."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.catalog.states import ChangeEffect, IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.kernel.triggers import append_only


class Product(models.Model):
    """Something sold, with the revenue family it posts to and its tax category."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    family = models.CharField(max_length=40, default="services")
    tax_category = models.CharField(
        max_length=20, default=TaxCategory.STANDARD, help_text="One of those that ship, or a company's own."
    )
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
    trial_unit = models.CharField(
        max_length=6, choices=IntervalUnit.choices, default=IntervalUnit.DAY, db_default=IntervalUnit.DAY
    )
    trial_count = models.SmallIntegerField(
        default=0, db_default=0, help_text="Recurring charges are free so long; 0: no trial."
    )
    conventions = models.JSONField(
        default=dict, db_default={}, help_text="Options chosen for this plan: {option: value}."
    )
    created_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_plan"


class PlanLimit(models.Model):
    """What the charges of a plan come to together in a full period, in major units, at least or at most."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="limits")
    currency = models.ForeignKey("org.Currency", on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    minimum = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    maximum = models.DecimalField(max_digits=30, decimal_places=12, null=True)

    class Meta:
        db_table = "catalog_plan_limit"
        constraints = [
            models.UniqueConstraint(fields=["plan", "currency", "valid_from"], name="one_plan_limit_from_a_day")
        ]


class PlanServiceLevel(models.Model):
    """A band of the service level promised with a plan: uptime below it earns a percentage of the month's charges."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="service_levels")
    below = models.DecimalField(max_digits=9, decimal_places=6, help_text="Percent of the month.")
    percent = models.DecimalField(max_digits=9, decimal_places=6)

    class Meta:
        db_table = "catalog_plan_service_level"
        constraints = [models.UniqueConstraint(fields=["plan", "below"], name="one_service_level_below")]


class PlanNetting(models.Model):
    """Two meters of a plan netted per period: surplus is banked and settled once a year."""

    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="netting")
    import_meter = models.CharField(max_length=40)
    export_meter = models.CharField(max_length=40)
    settle_month = models.SmallIntegerField()
    settle_day = models.SmallIntegerField()
    settle_price = models.DecimalField(max_digits=30, decimal_places=12)

    class Meta:
        db_table = "catalog_plan_netting"


class DatedRule(models.Model):
    """What holds of one plan from a day on, or of every plan of a company that has no rule of its own.

    Append-only: a new rule follows the old one; of one day the later recorded holds.
    """

    append_only = True

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, null=True, related_name="+")
    legal_entity = models.ForeignKey("org.LegalEntity", on_delete=models.PROTECT, null=True, related_name="+")
    valid_from = models.DateField()
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class RenewalRule(DatedRule):
    """How long before it begins a period in advance is invoiced, when that is due, and what is reminded of it."""

    ahead_days = models.SmallIntegerField(null=True, help_text="Of a plan: invoiced so many days ahead.")
    due_on_renewal = models.BooleanField(default=False, help_text="Due on the first day of the period, not by terms.")
    reminder_days = models.JSONField(default=list, help_text="A reminder leaves so many days before the due day.")

    class Meta:
        db_table = "catalog_renewal_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(plan=None, legal_entity__isnull=False, ahead_days=None, due_on_renewal=False)
                | Q(plan__isnull=False, legal_entity=None, ahead_days__range=(0, 366)),
                name="renewal_rule_of_a_plan_or_company",
            )
        ]
        triggers = [append_only()]


class ChangeRule(DatedRule):
    """When a change to a dearer plan takes effect, and when one to a cheaper; `plan` is the one that is left."""

    upgrade = models.CharField(max_length=18, choices=ChangeEffect.choices)
    downgrade = models.CharField(max_length=18, choices=ChangeEffect.choices)
    rank = models.SmallIntegerField(
        null=True, help_text="Of a plan: between ranked plans the rank decides, not prices."
    )
    is_binding = models.BooleanField(default=False, help_text="Another day or effect than the rule's is refused.")

    class Meta:
        db_table = "catalog_change_rule"
        constraints = [
            models.CheckConstraint(
                condition=Q(plan=None, legal_entity__isnull=False, rank=None)
                | Q(plan__isnull=False, legal_entity=None),
                name="change_rule_of_a_plan_or_company",
            )
        ]
        triggers = [append_only()]


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
    meter = models.CharField(
        max_length=40, default="", db_default="", help_text="Code of a meter; none: the subscription's quantity."
    )
    escalate_percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    escalate_months = models.SmallIntegerField(
        default=0, db_default=0, help_text="Months between escalations; 0: none."
    )
    escalate_decimals = models.SmallIntegerField(default=4, db_default=4)
    escalate_index = models.CharField(
        max_length=40, default="", db_default="", help_text="Code of a price index followed instead."
    )
    escalate_cap = models.DecimalField(max_digits=18, decimal_places=12, null=True, help_text="Percent a step.")
    escalate_floor = models.DecimalField(max_digits=18, decimal_places=12, null=True, help_text="Percent a step.")
    conventions = models.JSONField(
        default=dict, db_default={}, help_text="Options chosen for this charge: {option: value}."
    )

    class Meta:
        db_table = "catalog_plan_charge"
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="charge_code_once_per_plan"),
            models.CheckConstraint(condition=Q(interval_count__gte=1), name="interval_is_positive"),
        ]
