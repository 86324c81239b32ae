"""Tables of the catalog. Validity of prices, rates and rules ends where the next row of the same key begins."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from billwright.catalog.states import ChangeEffect, IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.kernel.triggers import append_only
from billwright.org.states import TaxTreatment


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
        max_length=6, choices=IntervalUnit.choices, default=IntervalUnit.DAY, db_default=IntervalUnit.DAY)  # fmt: skip
    trial_count = models.SmallIntegerField(
        default=0, db_default=0, help_text="Recurring charges are free so long; 0: no trial.")  # fmt: skip
    conventions = models.JSONField(
        default=dict, db_default={}, help_text="Options chosen for this plan: {option: value}.")  # fmt: skip
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
        null=True, help_text="Of a plan: between ranked plans the rank decides, not prices.")  # fmt: skip
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


class PriceIndex(models.Model):
    """A published index that escalator clauses follow, such as a consumer price index."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=120, default="")

    class Meta:
        db_table = "catalog_price_index"


class PriceIndexValue(models.Model):
    """The value of an index for a month, as published."""

    append_only = True

    index = models.ForeignKey(PriceIndex, on_delete=models.PROTECT, related_name="values")
    month = models.DateField(help_text="Its first day.")
    value = models.DecimalField(max_digits=18, decimal_places=6)
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_price_index_value"
        constraints = [models.UniqueConstraint(fields=["index", "month"], name="one_index_value_a_month")]
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
        default=0, db_default=0, help_text="Months between escalations; 0: none.")  # fmt: skip
    escalate_decimals = models.SmallIntegerField(default=4, db_default=4)
    escalate_index = models.CharField(
        max_length=40, default="", db_default="", help_text="Code of a price index followed instead.")  # fmt: skip
    escalate_cap = models.DecimalField(max_digits=18, decimal_places=12, null=True, help_text="Percent a step.")
    escalate_floor = models.DecimalField(max_digits=18, decimal_places=12, null=True, help_text="Percent a step.")
    conventions = models.JSONField(
        default=dict, db_default={}, help_text="Options chosen for this charge: {option: value}.")  # fmt: skip

    class Meta:
        db_table = "catalog_plan_charge"
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="charge_code_once_per_plan"),
            models.CheckConstraint(condition=Q(interval_count__gte=1), name="interval_is_positive"),
        ]


class Price(models.Model):
    """The price of a charge in a currency from a day on. Append-only: a new price is a new version.

    `scope` says whose price it is: empty for the price book, `segment:CODE`, `account:ID` (negotiated) or
    `subscription:ID` (negotiated or escalated). All amounts are in major units.
    """

    append_only = True

    plan_charge = models.ForeignKey(PlanCharge, on_delete=models.PROTECT, related_name="prices")
    currency = models.ForeignKey("org.Currency", on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(max_length=80, default="", db_default="")
    valid_from = models.DateField()
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    per = models.DecimalField(
        max_digits=24, decimal_places=6, default=1, db_default=1, help_text="Units that the price is for.")  # fmt: skip
    step = models.DecimalField(max_digits=24, decimal_places=6, null=True, help_text="Records count in started steps.")
    package_size = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    included = models.DecimalField(max_digits=24, decimal_places=6, default=0, db_default=0)
    included_records = models.IntegerField(null=True)
    rollover_periods = models.SmallIntegerField(
        default=0, db_default=0, help_text="Included units that are left are carried so many periods on."
    )
    percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    fixed = models.DecimalField(max_digits=30, decimal_places=12, default=0, db_default=0)
    record_minimum = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    record_maximum = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    by_property = models.CharField(
        max_length=40, default="", db_default="", help_text="The property of the usage that decides."
    )
    minimum = models.DecimalField(max_digits=30, decimal_places=12, null=True, help_text="Of a full period.")
    maximum = models.DecimalField(max_digits=30, decimal_places=12, null=True, help_text="Of a full period.")
    connect = models.DecimalField(max_digits=30, decimal_places=12, default=0, db_default=0)
    cap = models.DecimalField(max_digits=30, decimal_places=12, null=True, help_text="Of one call.")
    base_price = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    factor = models.DecimalField(max_digits=24, decimal_places=12, null=True, help_text="Of the first price.")
    says = models.CharField(
        max_length=200, default="", db_default="", help_text="Printed: the index value or the clause."
    )
    lapses = models.BooleanField(
        default=False, db_default=False, help_text="From its day on its scope has no price: the wider one holds again."
    )
    version = models.SmallIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_price"
        constraints = [
            # Of one day only one version stands: an operation sees to it, since what was withdrawn makes room.
            models.UniqueConstraint(fields=["plan_charge", "currency", "scope", "version"], name="price_version_once"),
        ]
        triggers = [append_only()]


class PriceTier(models.Model):
    """A tier of a price: the units up to and including `up_to` (none: without end). `is_all`: once reached, it prices
    the whole quantity."""

    append_only = True

    pk = models.CompositePrimaryKey("price_id", "tier_no")
    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="tiers", db_index=False)
    tier_no = models.SmallIntegerField()
    up_to = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12, default=0)
    flat = models.DecimalField(max_digits=30, decimal_places=12, default=0)
    percent = models.DecimalField(max_digits=18, decimal_places=12, null=True)
    package_size = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    is_all = models.BooleanField(default=False)

    class Meta:
        db_table = "catalog_price_tier"
        triggers = [append_only()]


class PriceWithdrawal(models.Model):
    """A price that is taken back as if it had never been set: from its day on what held before holds again."""

    append_only = True

    price = models.OneToOneField(Price, on_delete=models.PROTECT, primary_key=True, related_name="withdrawal")
    withdrawn_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_price_withdrawal"
        triggers = [append_only()]


class PriceByValue(models.Model):
    """The price for one value of the property that a price goes by."""

    append_only = True

    pk = models.CompositePrimaryKey("price_id", "value")
    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="by_values", db_index=False)
    value = models.CharField(max_length=80)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)

    class Meta:
        db_table = "catalog_price_by_value"
        triggers = [append_only()]


class CallBand(models.Model):
    """A band of a call tariff: for a prefix (empty: any), on some days or dates, from a time of day on, local time.

    `days` are ISO weekdays (empty: all), `dates` are MM-DD. A price without bands has one band of name ''.
    """

    append_only = True

    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="bands")
    prefix = models.CharField(max_length=20, default="")
    name = models.CharField(max_length=40, default="")
    days = models.CharField(max_length=20, default="", help_text="Such as 1,2,3,4,5.")
    dates = models.CharField(max_length=200, default="", help_text="Such as 12-25,01-01.")
    from_time = models.TimeField(null=True)
    connect = models.DecimalField(max_digits=30, decimal_places=12, default=0, db_default=0)

    class Meta:
        db_table = "catalog_call_band"
        triggers = [append_only()]


class CallRate(models.Model):
    """The rate of a call band from a second of the call on: `unit_price` for `per` seconds, in steps of `step`."""

    append_only = True

    band = models.ForeignKey(CallBand, on_delete=models.PROTECT, related_name="rates")
    from_second = models.IntegerField(default=0)
    unit_price = models.DecimalField(max_digits=30, decimal_places=12)
    per = models.DecimalField(max_digits=24, decimal_places=6, default=60, db_default=60)
    step = models.DecimalField(max_digits=24, decimal_places=6, default=1)

    class Meta:
        db_table = "catalog_call_rate"
        constraints = [models.UniqueConstraint(fields=["band", "from_second"], name="one_call_rate_from_a_second")]
        triggers = [append_only()]


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
