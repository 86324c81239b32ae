"""Tables of prices and of the indexes that they follow. A price holds until the next of its key begins."""

from __future__ import annotations

from django.db import models

from billwright.catalog.models.plans import PlanCharge
from billwright.kernel.triggers import append_only


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
        max_digits=24, decimal_places=6, default=1, db_default=1, help_text="Units that the price is for."
    )
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
