"""Tables of the organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from billwright.org.states import DocumentKind


class Currency(models.Model):
    """A currency of ISO 4217, present or withdrawn, with its number of decimal places: the bulk steps join it."""

    code = models.CharField(max_length=3, primary_key=True)
    exponent = models.SmallIntegerField()
    name = models.CharField(max_length=80)
    valid_until = models.DateField(null=True)  # the last day of a withdrawn one

    class Meta:
        db_table = "org_currency"


class LegalEntity(models.Model):
    """A company that issues documents and keeps books: a seller of the group."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=40, default="", help_text="State code where tax depends on it (India: KL).")
    base_currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    timezone = models.CharField(max_length=60)
    language = models.CharField(max_length=8, default="en")
    tax_number = models.CharField(max_length=40, default="")
    registration_number = models.CharField(max_length=60, default="")
    street = models.CharField(max_length=200, default="")
    postcode = models.CharField(max_length=20, default="")
    city = models.CharField(max_length=100, default="")
    email = models.CharField(max_length=254, default="")
    phone = models.CharField(max_length=40, default="")
    website = models.CharField(max_length=200, default="")
    logo = models.BinaryField(null=True)
    logo_media_type = models.CharField(max_length=40, default="")
    payment_terms_days = models.SmallIntegerField(default=30)
    payment_parts = models.JSONField(
        null=True, help_text="Parts that documents fall due in, as org.terms stores them; none: the days hold."
    )
    fiscal_year_starts_month = models.SmallIntegerField(default=1)
    document_footer = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "org_legal_entity"


class OwnBankAccount(models.Model):
    """A bank account of ours; those marked `on_documents` are printed for the customer to pay into."""

    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="bank_accounts")
    label = models.CharField(max_length=80)
    holder = models.CharField(max_length=200)
    bank_name = models.CharField(max_length=120, default="")
    iban = models.CharField(max_length=34, default="")
    account_number = models.CharField(max_length=40, default="")
    branch_code = models.CharField(max_length=20, default="")
    bic = models.CharField(max_length=11, default="")
    payment_address = models.CharField(max_length=80, default="", help_text="Such as a UPI address.")
    currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    on_documents = models.BooleanField(default=True)

    class Meta:
        db_table = "org_own_bank_account"
        constraints = [models.UniqueConstraint(fields=["legal_entity", "label"], name="bank_account_label_once")]


class ExchangeRate(models.Model):
    """What one unit of `from_currency` is worth in `to_currency` from a day on, until the next row."""

    from_currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    to_currency = models.ForeignKey(Currency, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    rate = models.DecimalField(max_digits=24, decimal_places=12)
    source = models.CharField(max_length=80, default="")

    class Meta:
        db_table = "org_exchange_rate"
        constraints = [
            models.UniqueConstraint(fields=["from_currency", "to_currency", "valid_from"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_is_positive"),
        ]


class DocumentSeries(models.Model):
    """A gapless series of numbers: `prefix` and a count of `width` digits. A new fiscal year is a new row."""

    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="series")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    prefix = models.CharField(max_length=12, default="")
    width = models.SmallIntegerField(default=6)
    next_no = models.BigIntegerField(default=1)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        db_table = "org_document_series"
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "kind", "valid_from"], name="one_series_from_a_day"),
            models.UniqueConstraint(fields=["legal_entity", "kind", "prefix"], name="one_series_per_prefix"),
            models.CheckConstraint(condition=Q(next_no__gte=1), name="series_counts_from_one"),
            models.CheckConstraint(condition=Q(width__gte=1, width__lte=12), name="series_width_in_range"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="series_period_is_not_empty"
            ),
        ]


class Convention(models.Model):
    """A named option of the company (see docs/conventions), such as correction = credit_note, from a day on."""

    legal_entity = models.ForeignKey(LegalEntity, on_delete=models.PROTECT, related_name="conventions")
    option = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    valid_from = models.DateField()

    class Meta:
        db_table = "org_convention"
        constraints = [
            models.UniqueConstraint(fields=["legal_entity", "option", "valid_from"], name="one_convention_from_a_day")
        ]


class Holiday(models.Model):
    """A day on which the banks of a country do not work."""

    country = models.CharField(max_length=2)
    day = models.DateField()
    name = models.CharField(max_length=120)

    class Meta:
        db_table = "org_holiday"
        constraints = [models.UniqueConstraint(fields=["country", "day"], name="holiday_once")]
