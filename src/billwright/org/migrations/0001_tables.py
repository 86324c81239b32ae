"""Lay down the tables of org, with their constraints, indexes and triggers."""

import django.db.models.deletion
from django.db import migrations, models

from billwright.kernel.laying import LayDown


class Migration(migrations.Migration):
    initial = True

    replaces = [("org", "0001_initial"), ("org", "0003_terms_in_parts")]

    dependencies = []

    operations = [
        LayDown(
            [
                migrations.CreateModel(
                    name="Currency",
                    fields=[
                        ("code", models.CharField(max_length=3, primary_key=True, serialize=False)),
                        ("exponent", models.SmallIntegerField()),
                        ("name", models.CharField(max_length=80)),
                        ("valid_until", models.DateField(null=True)),
                    ],
                    options={
                        "db_table": "org_currency",
                    },
                ),
                migrations.CreateModel(
                    name="LegalEntity",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=20, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("country", models.CharField(max_length=2)),
                        (
                            "region",
                            models.CharField(
                                default="", help_text="State code where tax depends on it (India: KL).", max_length=40
                            ),
                        ),
                        ("timezone", models.CharField(max_length=60)),
                        ("language", models.CharField(default="en", max_length=8)),
                        ("tax_number", models.CharField(default="", max_length=40)),
                        ("registration_number", models.CharField(default="", max_length=60)),
                        ("street", models.CharField(default="", max_length=200)),
                        ("postcode", models.CharField(default="", max_length=20)),
                        ("city", models.CharField(default="", max_length=100)),
                        ("email", models.CharField(default="", max_length=254)),
                        ("phone", models.CharField(default="", max_length=40)),
                        ("website", models.CharField(default="", max_length=200)),
                        ("logo", models.BinaryField(null=True)),
                        ("logo_media_type", models.CharField(default="", max_length=40)),
                        ("payment_terms_days", models.SmallIntegerField(default=30)),
                        ("fiscal_year_starts_month", models.SmallIntegerField(default=1)),
                        ("document_footer", models.TextField(default="")),
                        ("created_at", models.DateTimeField()),
                        (
                            "base_currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
                            ),
                        ),
                        (
                            "payment_parts",
                            models.JSONField(
                                help_text="Parts that documents fall due in, as org.terms stores them; none: the days hold.",
                                null=True,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "org_legal_entity",
                    },
                ),
                migrations.CreateModel(
                    name="OwnBankAccount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("label", models.CharField(max_length=80)),
                        ("holder", models.CharField(max_length=200)),
                        ("bank_name", models.CharField(default="", max_length=120)),
                        ("iban", models.CharField(default="", max_length=34)),
                        ("account_number", models.CharField(default="", max_length=40)),
                        ("branch_code", models.CharField(default="", max_length=20)),
                        ("bic", models.CharField(default="", max_length=11)),
                        (
                            "payment_address",
                            models.CharField(default="", help_text="Such as a UPI address.", max_length=80),
                        ),
                        ("on_documents", models.BooleanField(default=True)),
                        (
                            "currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
                            ),
                        ),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="bank_accounts",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "org_own_bank_account",
                        "constraints": [
                            models.UniqueConstraint(fields=("legal_entity", "label"), name="bank_account_label_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField()),
                        ("rate", models.DecimalField(decimal_places=12, max_digits=24)),
                        ("source", models.CharField(default="", max_length=80)),
                        (
                            "from_currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
                            ),
                        ),
                        (
                            "to_currency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="org.currency"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "org_exchange_rate",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("from_currency", "to_currency", "valid_from"), name="one_rate_a_day"
                            ),
                            models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="rate_is_positive"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DocumentSeries",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("INVOICE", "Invoice"),
                                    ("CREDIT_NOTE", "Credit Note"),
                                    ("DEBIT_NOTE", "Debit Note"),
                                    ("RECEIPT", "Receipt"),
                                    ("REFUND", "Refund"),
                                    ("JOURNAL", "Journal"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("prefix", models.CharField(default="", max_length=12)),
                        ("width", models.SmallIntegerField(default=6)),
                        ("next_no", models.BigIntegerField(default=1)),
                        ("valid_from", models.DateField()),
                        ("valid_to", models.DateField(null=True)),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="series", to="org.legalentity"
                            ),
                        ),
                    ],
                    options={
                        "db_table": "org_document_series",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "kind", "valid_from"), name="one_series_from_a_day"
                            ),
                            models.UniqueConstraint(
                                fields=("legal_entity", "kind", "prefix"), name="one_series_per_prefix"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("next_no__gte", 1)), name="series_counts_from_one"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("width__gte", 1), ("width__lte", 12)), name="series_width_in_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                                ),
                                name="series_period_is_not_empty",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Convention",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("option", models.CharField(max_length=40)),
                        ("value", models.CharField(max_length=40)),
                        ("valid_from", models.DateField()),
                        (
                            "legal_entity",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conventions",
                                to="org.legalentity",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "org_convention",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("legal_entity", "option", "valid_from"), name="one_convention_from_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Holiday",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("country", models.CharField(max_length=2)),
                        ("day", models.DateField()),
                        ("name", models.CharField(max_length=120)),
                    ],
                    options={
                        "db_table": "org_holiday",
                        "constraints": [models.UniqueConstraint(fields=("country", "day"), name="holiday_once")],
                    },
                ),
            ],
        ),
    ]
